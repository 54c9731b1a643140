package dev.slipway.status.progress;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.RunEvent.CancelRequested;
import dev.slipway.contracts.event.RunEvent.PhaseSettled;
import dev.slipway.contracts.event.RunEvent.PhaseStarted;
import dev.slipway.contracts.event.RunEvent.PlanFrozen;
import dev.slipway.contracts.event.RunEvent.RunOpened;
import dev.slipway.contracts.event.RunEvent.RunPaused;
import dev.slipway.contracts.event.RunEvent.RunResumed;
import dev.slipway.contracts.event.RunEvent.RunSettled;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.status.stream.RunKey;
import dev.slipway.status.stream.StreamEntry;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What of an event tells it from its repetitions, and where it belongs.
final class RunEntries {
    private RunEntries() {}

    static RunKey key(RunEvent event) {
        return new RunKey(event.tenant(), event.run());
    }

    static RunKey key(TaskResult result) {
        return new RunKey(result.ref().tenant(), result.ref().run());
    }

    static StreamEntry of(RunEvent event) {
        return switch (event) {
            case RunOpened e -> entry(e, "RunOpened", Optional.empty());
            case PlanFrozen e -> entry(e, "PlanFrozen", Optional.empty());
            case PhaseStarted e -> entry(e, "PhaseStarted", Optional.of(e.phase().name()));
            case PhaseSettled e -> entry(e, "PhaseSettled", Optional.of(e.phase()));
            case RunPaused e -> entry(e, "RunPaused", Optional.empty());
            case RunResumed e -> entry(e, "RunResumed", Optional.empty());
            case CancelRequested e -> entry(e, "CancelRequested", Optional.empty());
            case RunSettled e -> entry(e, "RunSettled", Optional.empty());
        };
    }

    static StreamEntry of(TaskResult result) {
        return switch (result) {
            case TaskStarted e -> entry(e, "TaskStarted", false);
            case TaskSettled e -> entry(e, "TaskSettled", e.outcome() != TaskOutcome.SUCCEEDED);
        };
    }

    // A phase may start twice (retry), a run pause twice: the time tells those from repetitions.
    private static StreamEntry entry(RunEvent event, String kind, Optional<PhaseName> phase) {
        return new StreamEntry(
                key(event),
                kind,
                kind + phase.map(p -> "/" + p).orElse("") + "/" + event.at(),
                phase.map(p -> new StreamEntry.Place(p, Optional.empty(), Optional.empty())),
                true,
                event.at(),
                json(event));
    }

    private static StreamEntry entry(TaskResult result, String kind, boolean notable) {
        TaskResult.TaskRef ref = result.ref();
        return new StreamEntry(
                key(result),
                kind,
                "%s/%s/%d".formatted(kind, ref.task(), ref.attempt()),
                Optional.of(
                        new StreamEntry.Place(
                                ref.phase(), Optional.of(ref.host()), Optional.of(ref.task()))),
                notable,
                result.at(),
                json(result));
    }

    private static String json(Object event) {
        return new String(Wire.bytes(event), StandardCharsets.UTF_8);
    }
}
