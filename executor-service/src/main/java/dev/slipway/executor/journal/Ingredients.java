package dev.slipway.executor.journal;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import java.util.HashMap;
import java.util.Map;

/// The bytes that an order names and does not hold: materials (secret) and contents (public).
/// `toString` shows the names only.
public final class Ingredients {
    private final Map<MaterialName, byte[]> materials = new HashMap<>();
    private final Map<ContentDigest, byte[]> contents = new HashMap<>();

    public Ingredients(Map<MaterialName, byte[]> materials, Map<ContentDigest, byte[]> contents) {
        this.materials.putAll(materials);
        this.contents.putAll(contents);
    }

    /// @throws MissingIngredient if there is none of that name
    byte[] material(MaterialName name) {
        byte[] bytes = materials.get(name);
        if (bytes == null) {
            throw new MissingIngredient(name.value());
        }
        return bytes;
    }

    /// @throws MissingIngredient if there is none of that digest
    byte[] content(ContentDigest digest) {
        byte[] bytes = contents.get(digest);
        if (bytes == null) {
            throw new MissingIngredient(digest.value());
        }
        return bytes;
    }

    @Override
    public String toString() {
        return "Ingredients" + materials.keySet() + contents.keySet();
    }
}
