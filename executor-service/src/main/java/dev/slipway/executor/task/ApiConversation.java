package dev.slipway.executor.task;

import dev.slipway.contracts.event.TaskResult.StepResult;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.kube.KubeApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Works one attempt at an API server to its end; every request may be made again. What a step
/// prints is told when the step is over, so a request that is tried again prints once.
final class ApiConversation extends RepeatableConversation {
    private final ApiWork work;
    private final Order order;
    private final HostConversation.Surroundings around;
    private final OutputChunks output;
    private final Instant end;

    /// @param redelivered whether an earlier delivery may have started the attempt
    ApiConversation(ApiWork work, boolean redelivered, HostConversation.Surroundings around) {
        super(work.order(), redelivered, around);
        this.work = work;
        this.order = work.order();
        this.around = around;
        this.output =
                new OutputChunks(TaskWork.ref(order), work.secrets(), around.reporter()::output);
        Instant latest = order.times().startBy().plus(order.times().timeout());
        this.end = latest.isBefore(order.times().settleBy()) ? latest : order.times().settleBy();
    }

    @Override
    Optional<TaskSettled> steps(Instant begun) throws InterruptedException {
        List<StepResult> results = new ArrayList<>();
        Optional<End> failed = Optional.empty();
        for (Step.Kube step : work.steps()) {
            if (failed.isPresent()) {
                results.add(
                        new StepResult(
                                step.name(),
                                StepOutcome.NOT_RUN,
                                Optional.empty(),
                                Optional.empty(),
                                Duration.ZERO));
                continue;
            }
            Instant at = now();
            Optional<End> ended = end(step, at);
            if (ended.isEmpty()) {
                return Optional.empty();
            }
            print(step, ended.get().lines());
            failed = ended.filter(e -> e.reason().isPresent());
            results.add(
                    new StepResult(
                            step.name(),
                            failed.isPresent() ? StepOutcome.FAILED : StepOutcome.SUCCEEDED,
                            Optional.empty(),
                            Optional.of(at),
                            Duration.between(at, now())));
        }
        output.end();
        Duration took = Duration.between(begun, now());
        if (isCancelled()) {
            return Optional.of(cancelled(results, took));
        }
        return Optional.of(
                settled(
                        failed.isPresent() ? TaskOutcome.FAILED : TaskOutcome.SUCCEEDED,
                        failed.orElse(End.succeeded(List.of())),
                        results,
                        took));
    }

    private Optional<End> end(Step.Kube step, Instant begun) throws InterruptedException {
        Instant until = begun.plus(step.timeout());
        Instant last = until.isBefore(end) ? until : end;
        var terms = new KubeApi.Terms(order.times().issuedAt(), last);
        return insist(
                () -> {
                    try (KubeApi api =
                            around.line()
                                    .open(
                                            order.host(),
                                            work.access(),
                                            step,
                                            work.credential(step))) {
                        return Optional.of(End.succeeded(api.ask(step.request(), terms)));
                    }
                },
                attempts(step),
                last);
    }

    /// Who waits for nodes has time: a server that is started again meanwhile is no failure.
    private int attempts(Step.Kube step) {
        return step.request() instanceof KubeRequest.Await
                ? Integer.MAX_VALUE
                : around.config().ssh().connectAttempts();
    }

    private void print(Step.Kube step, List<String> lines) {
        output.stepStarts(step.name(), output.received());
        for (String line : lines) {
            output.receive(output.received(), (line + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /// An interruption ends a request.
    @Override
    void letGo() {}
}
