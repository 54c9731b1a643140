package dev.slipway.chassis.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Whether readers of the published schema can read what the present code writes, and the present
/// code what was written before: no field goes or changes its type, no field becomes required, no
/// value leaves an enumeration.
final class Compatibility {
    private final List<String> breaks = new ArrayList<>();

    private Compatibility() {}

    /// @return what is broken, empty if nothing is
    static List<String> breaks(JsonNode published, JsonNode present) {
        Compatibility comparison = new Compatibility();
        comparison.compare("", published, present);
        return List.copyOf(comparison.breaks);
    }

    private void compare(String path, JsonNode published, JsonNode present) {
        for (String keyword : List.of("type", "format", "const")) {
            if (!published.path(keyword).equals(present.path(keyword))) {
                breaks.add(
                        "%s: %s was %s, is %s"
                                .formatted(
                                        path,
                                        keyword,
                                        published.path(keyword),
                                        present.path(keyword)));
            }
        }
        Set<String> values = texts(present.path("enum"));
        texts(published.path("enum")).stream()
                .filter(value -> !values.contains(value))
                .forEach(value -> breaks.add(path + ": value " + value + " is gone"));
        properties(path, published, present);
        for (String inner : List.of("items", "additionalProperties")) {
            if (published.has(inner)) {
                compare(path + "/" + inner, published.path(inner), present.path(inner));
            }
        }
    }

    private void properties(String path, JsonNode published, JsonNode present) {
        for (var property : published.path("properties").properties()) {
            String field = path + "/" + property.getKey();
            JsonNode now = present.path("properties").path(property.getKey());
            if (now.isMissingNode()) {
                breaks.add(field + " is gone");
            } else {
                compare(field, property.getValue(), now);
            }
        }
        Set<String> before = texts(published.path("required"));
        Set<String> after = texts(present.path("required"));
        after.stream()
                .filter(name -> !before.contains(name))
                .forEach(name -> breaks.add(path + "/" + name + " is required now"));
        // Readers of the published version rely on what it promised.
        before.stream()
                .filter(name -> !after.contains(name))
                .forEach(name -> breaks.add(path + "/" + name + " is no longer always there"));
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new HashSet<>();
        array.forEach(value -> texts.add(value.asText()));
        return texts;
    }
}
