package dev.slipway.executor.task;

import dev.slipway.contracts.event.TaskResult.StepResult;
import dev.slipway.contracts.event.TaskResult.TaskRef;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.journal.Frame;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a host tells about an attempt, put together from its frames, over as many connections as it
/// takes.
final class HostReport {
    private static final int MAX_FACTS = 64;
    private static final int MAX_FACT_BYTES = 4096;

    private final TaskWork work;
    private final Order order;
    private final TaskRef ref;
    private final String executor;
    private final TaskReporter reporter;
    private final Clock clock;
    private final LiveOutput live;
    private final OutputChunks output;
    private final StepFailureText failureText = new StepFailureText();
    private final Map<Integer, Instant> started = new LinkedHashMap<>();
    private final Map<Integer, Frame.StepEnded> ended = new LinkedHashMap<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private boolean begun;
    private boolean announced;
    private Optional<Boolean> attached = Optional.empty();

    HostReport(
            TaskWork work, String executor, TaskReporter reporter, OutputRate rate, Clock clock) {
        this.work = work;
        this.order = work.order();
        this.ref = TaskWork.ref(order);
        this.executor = executor;
        this.reporter = reporter;
        this.clock = clock;
        this.live = new LiveOutput(rate, reporter::output);
        this.output = new OutputChunks(ref, work.secrets(), live);
    }

    /// The first byte of output that is still wanted.
    long received() {
        return output.received();
    }

    /// Takes one frame; the result if it was the last.
    Optional<TaskSettled> take(Frame frame) {
        switch (frame) {
            case Frame.Begun _ -> begun = true;
            case Frame.Claimed(boolean before) -> attached = attached.or(() -> Optional.of(before));
            case Frame.StepStarted(int number, Instant at, long offset) -> {
                step(number).ifPresent(step -> output.stepStarts(step.name(), offset));
                failureText.stepStarts(offset);
                started.putIfAbsent(number, at);
            }
            case Frame.StepEnded done -> ended.put(done.number(), done);
            case Frame.Output(long offset, ByteBuffer bytes) -> {
                byte[] raw = bytes(bytes);
                failureText.receive(offset, raw);
                output.receive(offset, raw);
            }
            case Frame.Fact(int number, ByteBuffer bytes) -> fact(number, bytes(bytes));
            case Frame.Beat _ -> live.breathe();
            case Frame.Lost _ -> {}
            case Frame.Refused(String reason, String detail) -> {
                return Optional.of(refused(reason, detail));
            }
            case Frame.Ended end -> {
                return Optional.of(settled(end));
            }
        }
        announce(false);
        return Optional.empty();
    }

    private void announce(boolean last) {
        if (begun && !announced && (attached.isPresent() || last)) {
            announced = true;
            reporter.started(
                    new TaskStarted(ref, executor, attached.orElse(false), clock.instant()));
        }
    }

    private TaskSettled refused(String code, String detail) {
        ReasonCode reason = reason(code).orElse(ReasonCode.INTERNAL);
        output.end();
        String message =
                "cannot start the task on %s (%s): %s"
                        .formatted(
                                order.host().address(),
                                PrintableText.of(
                                        detail.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                                reason.advice());
        return result(TaskOutcome.FAILED, Optional.of(reason), message, List.of(), Duration.ZERO);
    }

    private TaskSettled settled(Frame.Ended end) {
        announce(true);
        output.end();
        TaskOutcome outcome = outcome(end.outcome());
        if (outcome == TaskOutcome.SUCCEEDED) {
            return result(outcome, Optional.empty(), "", stepResults(), end.hostTime());
        }
        ReasonCode byHost = reason(end.reason()).orElse(ReasonCode.INTERNAL);
        Optional<Step> failed = failedStep();
        ReasonCode reason =
                failed.filter(_ -> outcome == TaskOutcome.FAILED)
                        .map(step -> failureText.reason(step, byHost))
                        .orElse(byHost);
        return result(
                outcome,
                Optional.of(reason),
                message(outcome, reason, failed),
                begun ? stepResults() : List.of(),
                end.hostTime());
    }

    private String message(TaskOutcome outcome, ReasonCode reason, Optional<Step> failed) {
        String what =
                failed.map(step -> "step \"%s\"".formatted(step.name()))
                        .orElse("task \"%s\"".formatted(order.phase()));
        String found =
                switch (outcome) {
                    case FAILED ->
                            "failed"
                                    + exitCode(failed)
                                            .map(" with exit code %d"::formatted)
                                            .orElse("");
                    case CANCELLED -> "was cancelled";
                    case NOT_STARTED -> "was not started";
                    case INTERRUPTED -> "was interrupted";
                    case SUCCEEDED -> "succeeded";
                };
        return "%s %s on %s (%s): %s %s"
                .formatted(
                        what,
                        found,
                        order.host().address(),
                        reason,
                        reason.summary(),
                        reason.advice());
    }

    private Optional<Integer> exitCode(Optional<Step> failed) {
        return failed.filter(Step.Command.class::isInstance)
                .flatMap(step -> Optional.ofNullable(ended.get(number(step))))
                .flatMap(Frame.StepEnded::exitCode)
                .filter(code -> code != 0);
    }

    private TaskSettled result(
            TaskOutcome outcome,
            Optional<ReasonCode> reason,
            String message,
            List<StepResult> steps,
            Duration hostTime) {
        return new TaskSettled(
                ref,
                outcome,
                reason,
                message,
                steps,
                facts,
                output.tail(),
                Optional.empty(),
                hostTime,
                executor,
                clock.instant());
    }

    private List<StepResult> stepResults() {
        List<StepResult> results = new ArrayList<>();
        for (Step step : order.steps()) {
            int number = number(step);
            Optional<Instant> at = Optional.ofNullable(started.get(number));
            Frame.StepEnded done = ended.get(number);
            if (done == null) {
                StepOutcome open = at.isPresent() ? StepOutcome.INTERRUPTED : StepOutcome.NOT_RUN;
                results.add(new StepResult(step.name(), open, Optional.empty(), at, Duration.ZERO));
            } else {
                Optional<Integer> exit =
                        done.exitCode()
                                .filter(_ ->
                                        step instanceof Step.Command
                                                && done.outcome() != StepOutcome.SKIPPED);
                results.add(new StepResult(step.name(), done.outcome(), exit, at, done.duration()));
            }
        }
        return results;
    }

    private Optional<Step> failedStep() {
        return order.steps().stream()
                .filter(step -> {
                    Frame.StepEnded done = ended.get(number(step));
                    return done != null
                            && (done.outcome() == StepOutcome.FAILED
                                    || done.outcome() == StepOutcome.INTERRUPTED);
                })
                .findFirst();
    }

    private void fact(int number, byte[] bytes) {
        Optional<String> name =
                step(number)
                        .flatMap(step ->
                                switch (step) {
                                    case Step.Command command -> command.factName();
                                    case Step.Read read -> Optional.of(read.factName());
                                    case Step.Put _, Step.Await _, Step.Kube _, Step.Deposit _ ->
                                            Optional.empty();
                                });
        if (name.isPresent() && bytes.length <= MAX_FACT_BYTES && facts.size() < MAX_FACTS) {
            byte[] masked = OutputMasker.mask(work.secrets(), bytes);
            facts.put(name.get(), PrintableText.of(masked).stripTrailing());
        }
    }

    private Optional<Step> step(int number) {
        return number >= 1 && number <= order.steps().size()
                ? Optional.of(order.steps().get(number - 1))
                : Optional.empty();
    }

    private int number(Step step) {
        return order.steps().indexOf(step) + 1;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static TaskOutcome outcome(String name) {
        for (TaskOutcome outcome : TaskOutcome.values()) {
            if (outcome.name().equals(name)) {
                return outcome;
            }
        }
        return TaskOutcome.FAILED;
    }

    private static Optional<ReasonCode> reason(String name) {
        for (ReasonCode reason : ReasonCode.values()) {
            if (reason.name().equals(name)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
