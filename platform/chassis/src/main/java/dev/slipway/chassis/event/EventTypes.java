package dev.slipway.chassis.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import dev.slipway.contracts.event.CertificateEvent;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Every event of the contracts and the name of its type. A sealed interface names its events in
/// `@JsonSubTypes`; that is the wire name, whatever the class is called.
final class EventTypes {
    private static final Map<String, EventType> BY_NAME = new LinkedHashMap<>();
    private static final Map<Class<?>, EventType> BY_CLASS = new LinkedHashMap<>();

    static {
        addAll("runs", RunEvent.class);
        addAll("task-results", TaskResult.class);
        addAll("certificates", CertificateEvent.class);
        add("tasks", "TaskRequested", TaskRequested.class, TaskRequested.class);
        add("task-output", "OutputChunk", OutputChunk.class, OutputChunk.class);
    }

    private EventTypes() {}

    /// @throws IllegalArgumentException if the class is no event of the contracts
    static EventType of(Class<?> event) {
        EventType type = BY_CLASS.get(event);
        if (type == null) {
            throw new IllegalArgumentException(
                    "%s is no event of the contracts".formatted(event.getName()));
        }
        return type;
    }

    static Optional<EventType> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    static Collection<EventType> all() {
        return BY_NAME.values();
    }

    private static void addAll(String topic, Class<?> sealed) {
        for (JsonSubTypes.Type type : sealed.getAnnotation(JsonSubTypes.class).value()) {
            add(topic, type.name(), type.value(), sealed);
        }
    }

    private static void add(String topic, String name, Class<?> event, Class<?> read) {
        EventType type = new EventType("dev.slipway.%s.%s.v1".formatted(topic, name), event, read);
        BY_NAME.put(type.name(), type);
        BY_CLASS.put(event, type);
    }
}
