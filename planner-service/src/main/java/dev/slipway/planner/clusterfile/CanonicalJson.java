package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.ContentDigest;
import java.nio.charset.StandardCharsets;

/// One JSON text for one value: the wire's rules, keys sorted. What digests are taken over.
public final class CanonicalJson {
    private static final JsonMapper MAPPER =
            Wire.configure(JsonMapper.builder())
                    .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .build();

    private CanonicalJson() {}

    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write a %s as JSON".formatted(value.getClass().getSimpleName()), e);
        }
    }

    public static ContentDigest digest(Object value) {
        return ContentDigest.ofBytes(text(value).getBytes(StandardCharsets.UTF_8));
    }
}
