package dev.slipway.planner.clusterfile;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Puts the defaults of a schema ([Schema.Default]) where a document says nothing.
final class SchemaDefaults {
    private final KubernetesVersion version;

    /// @param version fields that it does not know have no default
    SchemaDefaults(KubernetesVersion version) {
        this.version = version;
    }

    <R extends Record> R fill(R said) {
        @SuppressWarnings("unchecked")
        Class<R> type = (Class<R>) said.getClass();
        return Schema.make(
                type,
                Arrays.stream(type.getRecordComponents()).map(c -> component(said, c)).toArray());
    }

    private Object component(Record owner, RecordComponent component) {
        Object value = Schema.get(owner, component);
        if (value instanceof List<?> items) {
            return items.stream().map(i -> i instanceof Record r ? fill(r) : i).toList();
        }
        if (!(value instanceof Optional<?> said)) {
            return value;
        }
        Schema.Default standard = component.getAnnotation(Schema.Default.class);
        Optional<?> counts =
                said.isEmpty() && standard != null && Schema.isKnown(component, version)
                        ? Optional.of(value(standard.value(), Schema.item(component)))
                        : said;
        return counts.map(v -> v instanceof Record r ? fill(r) : v);
    }

    /// The record where nothing is said at all.
    <R extends Record> R standard(Class<R> type) {
        return fill(empty(type));
    }

    private static <R extends Record> R empty(Class<R> type) {
        return Schema.make(
                type, Arrays.stream(type.getRecordComponents()).map(Schema::nothing).toArray());
    }

    private static Object value(String text, Class<?> type) {
        if (type.isRecord()) {
            return empty(type.asSubclass(Record.class));
        }
        return type == Boolean.class
                ? Boolean.valueOf(text)
                : type == Integer.class ? (Object) Integer.valueOf(text) : text;
    }
}
