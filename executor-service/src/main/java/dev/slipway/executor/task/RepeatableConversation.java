package dev.slipway.executor.task;

import dev.slipway.contracts.event.TaskResult.StepResult;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.kube.KubeFailure;
import dev.slipway.executor.ssh.SshFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jboss.logging.Logger;

/// Works one attempt of which the host's journal knows nothing: a repeated delivery does all of it
/// again, which is the same as doing it once.
abstract sealed class RepeatableConversation implements Conversation
        permits ApiConversation, DepositConversation {
    private static final Logger LOG = Logger.getLogger(RepeatableConversation.class);

    /// How a step ended.
    ///
    /// @param reason absent if it succeeded
    /// @param lines what it printed, without their ends
    record End(
            Optional<ReasonCode> reason,
            String message,
            Optional<String> presentedHostKey,
            List<String> lines) {
        static End succeeded(List<String> lines) {
            return new End(Optional.empty(), "", Optional.empty(), lines);
        }

        static End failed(ReasonCode reason, String message) {
            return failed(reason, message, Optional.empty());
        }

        private static End failed(ReasonCode reason, String message, Optional<String> hostKey) {
            return new End(Optional.of(reason), message, hostKey, List.of());
        }
    }

    /// One try of a step.
    interface Try {
        /// @return empty if nobody can tell how it ended
        /// @throws SshFailure if the host is not entered
        /// @throws KubeFailure if the API server does not do it
        Optional<End> once() throws InterruptedException;
    }

    private final Order order;
    private final boolean redelivered;
    private final HostConversation.Surroundings around;
    private volatile boolean cancelled;
    private volatile boolean detached;
    private volatile Optional<Thread> talking = Optional.empty();

    /// @param redelivered whether an earlier delivery may have started the attempt
    RepeatableConversation(Order order, boolean redelivered, HostConversation.Surroundings around) {
        this.order = order;
        this.redelivered = redelivered;
        this.around = around;
    }

    /// Does all steps.
    ///
    /// @return nothing if the conversation was detached or the time to settle passed
    abstract Optional<TaskSettled> steps(Instant begun) throws InterruptedException;

    /// Ends what the talking thread may be blocked in besides what an interruption ends.
    abstract void letGo();

    @Override
    public final Optional<TaskSettled> talk() throws InterruptedException {
        Instant begun = now();
        if (cancelled || order.kind() == AttemptKind.CANCEL) {
            return Optional.of(cancelled(List.of(), Duration.ZERO));
        }
        if (!redelivered && begun.isAfter(order.times().startBy())) {
            return Optional.of(notStarted(begun));
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

    /// Tries until there is an answer, or trouble that does not pass, or time is over.
    ///
    /// @param attempts how often at most
    /// @param last when another try is of no use any more
    /// @return empty if nobody can tell, or if the conversation was detached
    final Optional<End> insist(Try step, int attempts, Instant last) throws InterruptedException {
        var ssh = around.config().ssh();
        var retries = new Retries(attempts, ssh.retryDelay(), ssh.retryDelayMax());
        for (int failed = 1; ; failed++) {
            End ended;
            boolean passing;
            try {
                return step.once().filter(_ -> !detached);
            } catch (SshFailure e) {
                ended =
                        End.failed(
                                e.reason(), String.valueOf(e.getMessage()), e.presentedHostKey());
                passing = e.passing();
            } catch (KubeFailure e) {
                ended = End.failed(e.reason(), String.valueOf(e.getMessage()));
                passing = e.passing();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("called away from " + order.host().address());
            }
            if (detached) {
                return Optional.empty();
            }
            Optional<Duration> pause =
                    passing
                            ? retries.pause(failed, Duration.between(now(), last), spread(failed))
                            : Optional.empty();
            if (cancelled || pause.isEmpty()) {
                return Optional.of(ended);
            }
            LOG.infof("%s; tried again in %d ms", ended.message(), pause.get().toMillis());
            around.pace().pause(pause.get());
        }
    }

    private double spread(int failed) {
        long seed = Objects.hash(order.task(), order.attempt(), failed);
        return new SplittableRandom(seed).nextDouble();
    }

    private TaskSettled notStarted(Instant at) {
        return settled(
                TaskOutcome.NOT_STARTED,
                End.failed(
                        ReasonCode.ORDER_EXPIRED,
                        "task \"%s\" was not started at %s (it had to be by %s, it is %s): %s"
                                .formatted(
                                        order.phase(),
                                        order.host().address(),
                                        order.times().startBy(),
                                        at,
                                        ReasonCode.ORDER_EXPIRED.advice())),
                List.of(),
                Duration.ZERO);
    }

    final TaskSettled cancelled(List<StepResult> results, Duration took) {
        return settled(
                TaskOutcome.CANCELLED,
                End.failed(
                        ReasonCode.RUN_CANCELLED,
                        "task \"%s\" was cancelled at %s: %s"
                                .formatted(
                                        order.phase(),
                                        order.host().address(),
                                        ReasonCode.RUN_CANCELLED.summary())),
                results,
                took);
    }

    final TaskSettled settled(
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

    final Instant now() {
        return around.clock().instant();
    }

    final boolean isCancelled() {
        return cancelled;
    }

    @Override
    public final void cancel() {
        cancelled = true;
        leave();
    }

    @Override
    public final void detach() {
        detached = true;
        leave();
    }

    private void leave() {
        letGo();
        talking.ifPresent(Thread::interrupt);
    }
}
