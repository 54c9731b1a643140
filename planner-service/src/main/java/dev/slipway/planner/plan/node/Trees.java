package dev.slipway.planner.plan.node;

import java.util.LinkedHashMap;
import java.util.Map;

/// Merging of plain maps.
public final class Trees {
    private Trees() {}

    /// `first` wins; maps are merged key by key, anything else (lists too) is taken whole.
    @SuppressWarnings(
            "unchecked") // a YAML mapping's keys were checked to be texts when it was read
    public static Map<String, Object> merge(Map<String, Object> first, Map<String, Object> second) {
        var merged = new LinkedHashMap<>(first);
        second.forEach((key, value) ->
                merged.merge(
                        key,
                        value,
                        (mine, other) ->
                                mine instanceof Map && other instanceof Map
                                        ? merge(
                                                (Map<String, Object>) mine,
                                                (Map<String, Object>) other)
                                        : mine));
        return merged;
    }
}
