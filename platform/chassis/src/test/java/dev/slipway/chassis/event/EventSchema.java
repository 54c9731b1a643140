package dev.slipway.chassis.event;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/// The JSON Schema (2020-12) of a record of the contracts, for the types that these use; any other
/// type is an error, so that nothing is published as "anything".
final class EventSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private EventSchema() {}

    static ObjectNode of(EventType type) {
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", "https://slipway.dev/contracts/%s.schema.json".formatted(type.name()));
        schema.put("title", type.event().getSimpleName());
        schema.setAll(record(type.event()));
        JsonTypeInfo kind = type.read().getAnnotation(JsonTypeInfo.class);
        if (kind != null) {
            String[] name = type.name().split("\\.");
            ObjectNode constant = JSON.objectNode().put("type", "string");
            constant.put("const", name[name.length - 2]);
            schema.withObject("properties").set(kind.property(), constant);
            schema.withArray("required").insert(0, kind.property());
        }
        return schema;
    }

    private static ObjectNode of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type last =
                    generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == Optional.class) {
                return of(last);
            }
            if (generic.getRawType() == List.class) {
                ObjectNode array = string("array");
                array.set("items", of(last));
                return array;
            }
            if (generic.getRawType() == Map.class) {
                ObjectNode map = string("object");
                map.set("additionalProperties", of(last));
                return map;
            }
        }
        return of((Class<?>) type);
    }

    private static ObjectNode of(Class<?> type) {
        Optional<Method> value =
                Arrays.stream(type.getMethods())
                        .filter(method -> method.isAnnotationPresent(JsonValue.class))
                        .findFirst();
        if (value.isPresent()) {
            return of(value.get().getReturnType());
        }
        if (type.isEnum()) {
            ArrayNode names = JSON.arrayNode();
            Arrays.stream(type.getEnumConstants()).map(Object::toString).forEach(names::add);
            return string("string").set("enum", names);
        }
        if (type.isRecord()) {
            return record(type);
        }
        return switch (type.getName()) {
            case "java.lang.String" -> string("string");
            case "boolean", "java.lang.Boolean" -> string("boolean");
            case "int", "long", "java.lang.Integer", "java.lang.Long", "java.util.OptionalInt" ->
                    string("integer");
            default -> format(type);
        };
    }

    private static ObjectNode format(Class<?> type) {
        if (type == UUID.class) {
            return string("string").put("format", "uuid");
        }
        if (type == Instant.class) {
            return string("string").put("format", "date-time");
        }
        if (type == Duration.class) {
            return string("string").put("format", "duration");
        }
        throw new IllegalArgumentException("no schema for " + type);
    }

    private static ObjectNode record(Class<?> type) {
        ObjectNode schema = string("object");
        ObjectNode properties = JSON.objectNode();
        ArrayNode required = JSON.arrayNode();
        for (RecordComponent component : type.getRecordComponents()) {
            properties.set(component.getName(), of(component.getGenericType()));
            if (component.getType() != Optional.class && component.getType() != OptionalInt.class) {
                required.add(component.getName());
            }
        }
        schema.set("properties", properties);
        schema.set("required", required);
        return schema;
    }

    private static ObjectNode string(String type) {
        return JSON.objectNode().put("type", type);
    }
}
