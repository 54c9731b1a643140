package dev.slipway.status.progress;

import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.RunEvent.CancelRequested;
import dev.slipway.contracts.event.RunEvent.PhaseSettled;
import dev.slipway.contracts.event.RunEvent.PhaseStarted;
import dev.slipway.contracts.event.RunEvent.PlanFrozen;
import dev.slipway.contracts.event.RunEvent.RunOpened;
import dev.slipway.contracts.event.RunEvent.RunPaused;
import dev.slipway.contracts.event.RunEvent.RunResumed;
import dev.slipway.contracts.event.RunEvent.RunSettled;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.outcome.ReasonCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Tells a run's notable events in words.
///
/// @param opened when the run was, which is where its time begins
record Timeline(Instant opened) {

    TimelineEntry entry(RunEvent event) {
        return switch (event) {
            case RunOpened e ->
                    line(
                            e,
                            "%s of %s asked by %s"
                                    .formatted(e.operation(), e.cluster(), e.actor()));
            case PlanFrozen e -> line(e, "plan frozen: " + count(e.phases().size(), "phase"));
            case PhaseStarted e ->
                    phase(
                            e,
                            e.phase().name().value(),
                            "%s (%s)"
                                    .formatted(
                                            e.phase().title(),
                                            count(e.phase().hosts().size(), "host")));
            case PhaseSettled e -> phase(e, e.phase().value(), counts(e));
            case RunPaused e -> line(e, "paused by " + e.actor());
            case RunResumed e -> line(e, (e.retry() ? "retried by " : "resumed by ") + e.actor());
            case CancelRequested e -> line(e, "cancelled by " + e.actor());
            case RunSettled e ->
                    line(
                            e,
                            e.message().isEmpty()
                                    ? e.outcome().name()
                                    : e.outcome() + ": " + e.message());
        };
    }

    TimelineEntry entry(TaskSettled event) {
        return entry(
                event.at(),
                "TaskSettled",
                Optional.of(event.ref().phase().value()),
                Optional.of(event.ref().host().toString()),
                event.reason().map(ReasonCode::name).orElse(event.outcome().name())
                        + (event.message().isEmpty() ? "" : ": " + event.message()));
    }

    private TimelineEntry line(RunEvent event, String text) {
        return entry(
                event.at(),
                event.getClass().getSimpleName(),
                Optional.empty(),
                Optional.empty(),
                text);
    }

    private TimelineEntry phase(RunEvent event, String phase, String text) {
        return entry(
                event.at(),
                event.getClass().getSimpleName(),
                Optional.of(phase),
                Optional.empty(),
                text);
    }

    private TimelineEntry entry(
            Instant at, String event, Optional<String> phase, Optional<String> host, String text) {
        return new TimelineEntry(at, Duration.between(opened, at), event, phase, host, text);
    }

    private static String count(int count, String what) {
        return count == 1 ? "1 " + what : count + " " + what + "s";
    }

    private static String counts(PhaseSettled event) {
        var text = new StringBuilder().append(event.succeeded()).append(" succeeded");
        append(text, event.failed(), "failed");
        append(text, event.unknown(), "unknown");
        append(text, event.leftOut(), "left out");
        return text.toString();
    }

    private static void append(StringBuilder text, int count, String what) {
        if (count > 0) {
            text.append(", ").append(count).append(' ').append(what);
        }
    }
}
