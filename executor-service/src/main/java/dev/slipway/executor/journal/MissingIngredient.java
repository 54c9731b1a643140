package dev.slipway.executor.journal;

import java.io.Serial;

/// An order names a material or a content that the executor was not given.
public final class MissingIngredient extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final String name;

    /// @param name of the material or content
    public MissingIngredient(String name) {
        super("the order needs \"" + name + "\", which is not there");
        this.name = name;
    }

    public String name() {
        return name;
    }
}
