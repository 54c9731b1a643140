package dev.slipway.planner.clusterfile;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes plain maps, lists and scalars of the records of a schema ([Schema]): fields in the
/// schema's order, what is absent left out.
final class SchemaWriter {
    private SchemaWriter() {}

    static Map<String, Object> plain(Record record) {
        var plain = new LinkedHashMap<String, Object>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            value(Schema.get(record, component), component)
                    .ifPresent(value -> plain.put(Schema.name(component), value));
        }
        return plain;
    }

    private static Optional<Object> value(Object value, RecordComponent component) {
        return switch (value) {
            case Optional<?> optional -> optional.map(v -> item(v, component));
            case List<?> list when list.isEmpty() -> Optional.empty();
            case List<?> list -> Optional.of(list.stream().map(i -> item(i, component)).toList());
            case Map<?, ?> map when map.isEmpty() -> Optional.empty();
            default -> Optional.of(value);
        };
    }

    private static Object item(Object item, RecordComponent component) {
        Schema.Is form = component.getAnnotation(Schema.Is.class);
        boolean number =
                form != null
                        && form.value() == Form.DURATION_OR_NANOSECONDS
                        && item.toString().matches("[0-9]+");
        return switch (item) {
            case Record record -> plain(record);
            case String text when number -> Long.valueOf(text);
            default -> item;
        };
    }
}
