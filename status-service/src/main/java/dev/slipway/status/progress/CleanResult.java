package dev.slipway.status.progress;

import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.event.TaskResult.StepResult;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.status.intake.SafeText;
import java.util.Map;
import java.util.stream.Collectors;

/// A result with what hosts may have put into it made harmless and bounded.
final class CleanResult {
    private static final int NAME = 200;
    private static final int MESSAGE = 2_000;
    private static final int TAIL = 4_096;

    private CleanResult() {}

    static TaskResult of(TaskResult result) {
        return switch (result) {
            case TaskStarted e ->
                    new TaskStarted(e.ref(), SafeText.of(e.executor(), NAME), e.attached(), e.at());
            case TaskSettled e ->
                    new TaskSettled(
                            e.ref(),
                            e.outcome(),
                            e.reason(),
                            SafeText.of(e.message(), MESSAGE),
                            e.steps().stream().map(CleanResult::of).toList(),
                            facts(e.facts()),
                            SafeText.tail(e.outputTail(), TAIL),
                            e.presentedHostKey().map(k -> SafeText.of(k, TAIL)),
                            e.hostTime(),
                            SafeText.of(e.executor(), NAME),
                            e.at());
        };
    }

    private static StepResult of(StepResult step) {
        return new StepResult(
                SafeText.of(step.name(), NAME),
                step.outcome(),
                step.exitCode(),
                step.startedAt(),
                step.duration());
    }

    private static Map<String, String> facts(Map<String, String> facts) {
        return facts.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                f -> SafeText.of(f.getKey(), NAME),
                                f -> SafeText.of(f.getValue(), TAIL),
                                (first, second) -> first));
    }
}
