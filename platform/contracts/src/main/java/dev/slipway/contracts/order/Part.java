package dev.slipway.contracts.order;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import java.nio.charset.StandardCharsets;

/// A piece of a file that a [Step.Put] writes.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Part.Literal.class, name = "literal"),
    @JsonSubTypes.Type(value = Part.Material.class, name = "material"),
    @JsonSubTypes.Type(value = Part.Content.class, name = "content")
})
public sealed interface Part {
    /// Public text, at most 64 KiB as UTF-8; longer text goes to the content store.
    record Literal(String text) implements Part {
        public static final int MAX_BYTES = 64 * 1024;

        public Literal {
            int bytes = text.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_BYTES) {
                throw new IllegalArgumentException(
                        "a literal of %d bytes is too long (at most %d): use the content store"
                                .formatted(bytes, MAX_BYTES));
            }
        }
    }

    /// The bytes of a material, put in by the executor.
    record Material(MaterialName name) implements Part {}

    /// The bytes of that digest in the planner's content store, which the executor brings to the
    /// host beforehand.
    ///
    /// @param size in bytes, never negative
    record Content(ContentDigest digest, long size) implements Part {
        public Content {
            if (size < 0) {
                throw new IllegalArgumentException("a content of %d bytes".formatted(size));
            }
        }
    }
}
