package dev.slipway.executor.task;

import dev.slipway.contracts.event.TaskResult.StepResult;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.kube.KubeApi;
import dev.slipway.executor.kube.KubeFailure;
import dev.slipway.executor.ssh.SshFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jboss.logging.Logger;

/// Works one attempt at an API server to its end. Nothing of it is on the host, so there is no
/// journal: a repeated delivery asks everything again, which every request allows. What a step
/// prints is told when the step is over, so a request that is tried again prints once.
final class ApiConversation implements Conversation {
    private static final Logger LOG = Logger.getLogger(ApiConversation.class);

    /// How a step ended.
    ///
    /// @param reason absent if it succeeded
    private record End(
            Optional<ReasonCode> reason,
            String message,
            Optional<String> presentedHostKey,
            List<String> lines) {
        static End succeeded(List<String> lines) {
            return new End(Optional.empty(), "", Optional.empty(), lines);
        }

        static End failed(ReasonCode reason, String message, Optional<String> hostKey) {
            return new End(Optional.of(reason), message, hostKey, List.of());
        }
    }

    private final ApiWork work;
    private final Order order;
    private final boolean redelivered;
    private final HostConversation.Surroundings around;
    private final OutputChunks output;
    private final Instant end;
    private volatile boolean cancelled;
    private volatile boolean detached;
    private volatile Optional<Thread> talking = Optional.empty();

    /// @param redelivered whether an earlier delivery may have started the attempt
    ApiConversation(ApiWork work, boolean redelivered, HostConversation.Surroundings around) {
        this.work = work;
        this.order = work.order();
        this.redelivered = redelivered;
        this.around = around;
        this.output =
                new OutputChunks(TaskWork.ref(order), work.secrets(), around.reporter()::output);
        Instant latest = order.times().startBy().plus(order.times().timeout());
        this.end = latest.isBefore(order.times().settleBy()) ? latest : order.times().settleBy();
    }

    @Override
    public Optional<TaskSettled> talk() throws InterruptedException {
        Instant begun = now();
        if (cancelled || order.kind() == AttemptKind.CANCEL) {
            return Optional.of(cancelled(List.of(), Duration.ZERO));
        }
        if (!redelivered && begun.isAfter(order.times().startBy())) {
            return Optional.of(
                    settled(
                            TaskOutcome.NOT_STARTED,
                            End.failed(
                                    ReasonCode.ORDER_EXPIRED,
                                    "task \"%s\" was not started at %s (it had to be by %s, it is %s): %s"
                                            .formatted(
                                                    order.phase(),
                                                    order.host().address(),
                                                    order.times().startBy(),
                                                    begun,
                                                    ReasonCode.ORDER_EXPIRED.advice()),
                                    Optional.empty()),
                            List.of(),
                            Duration.ZERO));
        }
        talking = Optional.of(Thread.currentThread());
        try {
            around.reporter()
                    .started(
                            new TaskStarted(
                                    TaskWork.ref(order),
                                    around.config().name(),
                                    redelivered,
                                    begun));
            return steps(begun);
        } catch (InterruptedException e) {
            if (cancelled && !detached) {
                return Optional.of(cancelled(List.of(), Duration.between(begun, now())));
            }
            throw e;
        } finally {
            talking = Optional.empty();
        }
    }

    private Optional<TaskSettled> steps(Instant begun) throws InterruptedException {
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
            End ended = end(step, at);
            if (detached) {
                return Optional.empty();
            }
            print(step, ended.lines());
            results.add(
                    new StepResult(
                            step.name(),
                            ended.reason().isPresent() ? StepOutcome.FAILED : StepOutcome.SUCCEEDED,
                            Optional.empty(),
                            Optional.of(at),
                            Duration.between(at, now())));
            failed = Optional.of(ended).filter(e -> e.reason().isPresent());
        }
        output.end();
        Duration took = Duration.between(begun, now());
        if (cancelled) {
            return Optional.of(cancelled(results, took));
        }
        return Optional.of(
                failed.map(e -> settled(TaskOutcome.FAILED, e, results, took))
                        .orElseGet(() ->
                                settled(
                                        TaskOutcome.SUCCEEDED,
                                        End.succeeded(List.of()),
                                        results,
                                        took)));
    }

    /// Asks until there is an answer, or trouble that does not pass, or time is over.
    private End end(Step.Kube step, Instant begun) throws InterruptedException {
        Instant until = begun.plus(step.timeout());
        Instant last = until.isBefore(end) ? until : end;
        var ssh = around.config().ssh();
        var retries = new Retries(attempts(step), ssh.retryDelay(), ssh.retryDelayMax());
        var terms = new KubeApi.Terms(order.times().issuedAt(), last);
        for (int failed = 1; ; failed++) {
            End ended;
            boolean passing;
            try (KubeApi api =
                    around.line().open(order.host(), work.access(), step, work.credential(step))) {
                return End.succeeded(api.ask(step.request(), terms));
            } catch (SshFailure e) {
                ended =
                        End.failed(
                                e.reason(), String.valueOf(e.getMessage()), e.presentedHostKey());
                passing = e.passing();
            } catch (KubeFailure e) {
                ended = End.failed(e.reason(), String.valueOf(e.getMessage()), Optional.empty());
                passing = e.passing();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("called away from " + order.host().address());
            }
            Optional<Duration> pause =
                    passing
                            ? retries.pause(failed, Duration.between(now(), last), spread(failed))
                            : Optional.empty();
            if (cancelled || detached || pause.isEmpty()) {
                return ended;
            }
            LOG.infof("%s; tried again in %d ms", ended.message(), pause.get().toMillis());
            around.pace().pause(pause.get());
        }
    }

    /// Who waits for nodes has time: a server that is started again meanwhile is no failure.
    private int attempts(Step.Kube step) {
        return step.request() instanceof KubeRequest.Await
                ? Integer.MAX_VALUE
                : around.config().ssh().connectAttempts();
    }

    private double spread(int failed) {
        long seed = java.util.Objects.hash(order.task(), order.attempt(), failed);
        return new SplittableRandom(seed).nextDouble();
    }

    private void print(Step.Kube step, List<String> lines) {
        output.stepStarts(step.name(), output.received());
        for (String line : lines) {
            output.receive(output.received(), (line + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private TaskSettled cancelled(List<StepResult> results, Duration took) {
        return settled(
                TaskOutcome.CANCELLED,
                End.failed(
                        ReasonCode.RUN_CANCELLED,
                        "task \"%s\" was cancelled at %s: %s"
                                .formatted(
                                        order.phase(),
                                        order.host().address(),
                                        ReasonCode.RUN_CANCELLED.summary()),
                        Optional.empty()),
                results,
                took);
    }

    private TaskSettled settled(
            TaskOutcome outcome, End ended, List<StepResult> results, Duration took) {
        return new TaskSettled(
                TaskWork.ref(order),
                outcome,
                ended.reason(),
                ended.message(),
                results,
                Map.of(),
                "",
                ended.presentedHostKey(),
                took,
                around.config().name(),
                now());
    }

    private Instant now() {
        return around.clock().instant();
    }

    @Override
    public void cancel() {
        cancelled = true;
        talking.ifPresent(Thread::interrupt);
    }

    @Override
    public void detach() {
        detached = true;
        talking.ifPresent(Thread::interrupt);
    }
}
