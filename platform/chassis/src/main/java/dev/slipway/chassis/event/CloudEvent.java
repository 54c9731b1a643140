package dev.slipway.chassis.event;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// An event in its envelope (CloudEvents 1.0 §3).
///
/// @param id UUIDv7 where the event is born once; derived from task, attempt and kind where two
///   executors may report the same thing
/// @param source who says so: `/slipway/planner`, `/slipway/executor/POOL`, …
/// @param type `dev.slipway.TOPIC.EVENT.v1`
/// @param subject what it is about within the source, such as `run/ID`
/// @param time when it happened
/// @param tenant whose it is
/// @param actor who caused it (extension `authid`)
/// @param correlation the run (extension `correlationid`)
/// @param causation the id of the event that led to this one (extension `causationid`)
/// @param sequence on runs and certificates, from 1, gapless per tenant; given by the outbox
/// @param traceparent W3C Trace Context
/// @param data the event
public record CloudEvent<T>(
        String id,
        String source,
        String type,
        Optional<String> subject,
        Instant time,
        Optional<TenantId> tenant,
        Optional<String> actor,
        Optional<RunId> correlation,
        Optional<String> causation,
        OptionalLong sequence,
        Optional<String> traceparent,
        T data) {

    private static final TimeBasedEpochGenerator IDS = Generators.timeBasedEpochGenerator();

    /// A new event with an id of its own; the rest is added by the methods below.
    ///
    /// @throws IllegalArgumentException if `data` is no event of the contracts
    public static <T> CloudEvent<T> of(String source, T data, Instant time) {
        return new CloudEvent<>(
                IDS.generate().toString(),
                source,
                EventTypes.of(data.getClass()).name(),
                Optional.empty(),
                time,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                data);
    }

    /// An id that is the same whoever reports it.
    ///
    /// @param kind the event's name, such as `TaskSettled`
    public CloudEvent<T> withIdOf(TaskId task, int attempt, String kind) {
        String derived =
                Generators.nameBasedGenerator(task.value())
                        .generate(attempt + "/" + kind)
                        .toString();
        return new CloudEvent<>(
                derived,
                source,
                type,
                subject,
                time,
                tenant,
                actor,
                correlation,
                causation,
                sequence,
                traceparent,
                data);
    }

    public CloudEvent<T> withSubject(String value) {
        return new CloudEvent<>(
                id,
                source,
                type,
                Optional.of(value),
                time,
                tenant,
                actor,
                correlation,
                causation,
                sequence,
                traceparent,
                data);
    }

    public CloudEvent<T> withTenant(TenantId value) {
        return new CloudEvent<>(
                id,
                source,
                type,
                subject,
                time,
                Optional.of(value),
                actor,
                correlation,
                causation,
                sequence,
                traceparent,
                data);
    }

    public CloudEvent<T> withActor(String value) {
        return new CloudEvent<>(
                id,
                source,
                type,
                subject,
                time,
                tenant,
                Optional.of(value),
                correlation,
                causation,
                sequence,
                traceparent,
                data);
    }

    /// Sets the correlation, and the subject to `run/ID` where there is none.
    public CloudEvent<T> withRun(RunId value) {
        return new CloudEvent<>(
                id,
                source,
                type,
                subject.or(() -> Optional.of("run/" + value)),
                time,
                tenant,
                actor,
                Optional.of(value),
                causation,
                sequence,
                traceparent,
                data);
    }

    public CloudEvent<T> withCausation(String eventId) {
        return new CloudEvent<>(
                id,
                source,
                type,
                subject,
                time,
                tenant,
                actor,
                correlation,
                Optional.of(eventId),
                sequence,
                traceparent,
                data);
    }

    public CloudEvent<T> withTraceparent(Optional<String> value) {
        return new CloudEvent<>(
                id,
                source,
                type,
                subject,
                time,
                tenant,
                actor,
                correlation,
                causation,
                sequence,
                value,
                data);
    }
}
