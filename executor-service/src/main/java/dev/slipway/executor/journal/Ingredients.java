package dev.slipway.executor.journal;

import dev.slipway.contracts.id.MaterialName;
import java.util.HashMap;
import java.util.Map;

/// The secret bytes that an order names and does not hold: its materials. `toString` shows the
/// names only.
public final class Ingredients {
    private final Map<MaterialName, byte[]> materials = new HashMap<>();

    public Ingredients(Map<MaterialName, byte[]> materials) {
        this.materials.putAll(materials);
    }

    /// @throws MissingIngredient if there is none of that name
    byte[] material(MaterialName name) {
        byte[] bytes = materials.get(name);
        if (bytes == null) {
            throw new MissingIngredient(name.value());
        }
        return bytes;
    }

    @Override
    public String toString() {
        return "Ingredients" + materials.keySet();
    }
}
