package dev.slipway.contracts.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What executors report, on `slipway.task-results`. Two executors may report the same thing: the
/// natural key is task, attempt and kind.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TaskResult.TaskStarted.class, name = "TaskStarted"),
    @JsonSubTypes.Type(value = TaskResult.TaskSettled.class, name = "TaskSettled")
})
public sealed interface TaskResult {
    TaskRef ref();

    Instant at();

    /// Which task, with what consumers need to place it.
    ///
    /// @param attempt the order's
    record TaskRef(
            TenantId tenant,
            ClusterName cluster,
            RunId run,
            PhaseName phase,
            HostAddress host,
            TaskId task,
            int attempt) {}

    /// The program on the host runs.
    ///
    /// @param executor who says so
    /// @param attached whether it ran already when this executor came
    record TaskStarted(TaskRef ref, String executor, boolean attached, Instant at)
            implements TaskResult {}

    /// The attempt is over.
    ///
    /// @param reason absent if and only if it succeeded
    /// @param message one sentence: what was attempted on what, what was found, what to do; empty
    ///   if it succeeded
    /// @param steps those of the order, in order; empty if the host was not reached
    /// @param facts what steps reported, at most 64 of at most 4 KiB
    /// @param outputTail the last lines of output, at most 4 KiB, masked, control characters
    ///   escaped
    /// @param presentedHostKey the key the host showed, as `type base64`, where it was not a known
    ///   one
    /// @param hostTime how long the program ran on the host
    record TaskSettled(
            TaskRef ref,
            TaskOutcome outcome,
            Optional<ReasonCode> reason,
            String message,
            List<StepResult> steps,
            Map<String, String> facts,
            String outputTail,
            Optional<String> presentedHostKey,
            Duration hostTime,
            String executor,
            Instant at)
            implements TaskResult {
        public TaskSettled {
            steps = List.copyOf(steps);
            facts = Map.copyOf(facts);
            if (reason.isPresent() == (outcome == TaskOutcome.SUCCEEDED)) {
                throw new IllegalArgumentException(
                        "outcome %s does not go with reason %s"
                                .formatted(outcome, reason.map(Enum::name).orElse("none")));
            }
            if (facts.size() > 64) {
                throw new IllegalArgumentException(
                        "%d facts are too many (at most 64)".formatted(facts.size()));
            }
        }
    }

    /// @param exitCode of a command that ran and was not ended by a signal
    /// @param startedAt by the host's clock
    record StepResult(
            String name,
            StepOutcome outcome,
            Optional<Integer> exitCode,
            Optional<Instant> startedAt,
            Duration duration) {}
}
