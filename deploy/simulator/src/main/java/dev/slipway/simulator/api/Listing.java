package dev.slipway.simulator.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was there when it was listed, by uid.
///
/// @param version of the list
record Listing(String version, Map<String, JsonNode> things) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static final Listing NOTHING = new Listing("", Map.of());

    static Listing of(Answer answer) {
        try {
            JsonNode list = JSON.readTree(answer.json());
            var things = new LinkedHashMap<String, JsonNode>();
            list.path("items")
                    .forEach(thing ->
                            things.put(thing.path("metadata").path("uid").asText(), thing));
            return new Listing(
                    list.path("metadata").path("resourceVersion").asText(),
                    java.util.Collections.unmodifiableMap(things));
        } catch (JsonProcessingException e) {
            return NOTHING;
        }
    }

    /// What has changed, an event a line.
    List<String> since(Listing before) {
        var events = new ArrayList<String>();
        before.things()
                .forEach((uid, thing) -> {
                    if (!things.containsKey(uid)) {
                        events.add(event("DELETED", thing));
                    }
                });
        things.forEach((uid, thing) -> {
            JsonNode old = before.things().get(uid);
            if (old == null) {
                events.add(event("ADDED", thing));
            } else if (!old.equals(thing)) {
                events.add(event("MODIFIED", thing));
            }
        });
        return events;
    }

    private static String event(String type, JsonNode thing) {
        return "{\"type\":\"%s\",\"object\":%s}".formatted(type, thing);
    }
}
