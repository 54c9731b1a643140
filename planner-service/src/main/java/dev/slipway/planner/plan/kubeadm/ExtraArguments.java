package dev.slipway.planner.plan.kubeadm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The extra arguments of components: a list of name and value in kubeadm v1beta4, a map in
/// v1beta3. A Clusterfile holds the list form.
final class ExtraArguments {
    private static final Set<String> FIELDS = Set.of("extraArgs", "kubeletExtraArgs");

    private ExtraArguments() {}

    /// The document as v1beta3 has it. Repeated names were refused with the Clusterfile.
    static Map<String, Object> asMaps(Map<String, Object> document) {
        var converted = new LinkedHashMap<String, Object>();
        document.forEach((key, value) -> converted.put(key, convert(key, value)));
        return converted;
    }

    @SuppressWarnings(
            "unchecked") // a YAML mapping's keys were checked to be texts when it was read
    private static Object convert(String key, Object value) {
        if (FIELDS.contains(key) && value instanceof List<?> list) {
            var map = new LinkedHashMap<String, Object>();
            list.forEach(item -> {
                var argument = (Map<String, Object>) item;
                map.put(
                        String.valueOf(argument.get("name")),
                        String.valueOf(argument.get("value")));
            });
            return map;
        }
        return value instanceof Map<?, ?> map ? asMaps((Map<String, Object>) map) : value;
    }

    /// A user's, with one more unless he says it himself.
    ///
    /// @param users the mapping that may hold `field`
    static List<Object> with(@Nullable Object users, String field, String name, String value) {
        Object found = users instanceof Map<?, ?> map ? map.get(field) : null;
        var arguments = new ArrayList<Object>(found instanceof List<?> list ? list : List.of());
        boolean said =
                arguments.stream()
                        .anyMatch(a -> a instanceof Map<?, ?> map && name.equals(map.get("name")));
        if (!said) {
            arguments.add(argument(name, value));
        }
        return arguments;
    }

    private static Map<String, Object> argument(String name, String value) {
        var argument = new LinkedHashMap<String, Object>();
        argument.put("name", name);
        argument.put("value", value);
        return argument;
    }
}
