package dev.slipway.executor.task;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.event.TaskResult.StepResult;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.journal.AuthorityProgram;
import dev.slipway.executor.ssh.RootChannel;
import dev.slipway.executor.ssh.SshFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Brings a cluster's authority from its host to the certificate service. The files are in this
/// executor's memory between the one and the other and nowhere else: neither in output nor in the
/// result nor in the host's journal, which knows nothing of it. A repeated delivery does it again:
/// depositing the same twice is depositing it.
final class DepositConversation implements Conversation {
    private static final Logger LOG = Logger.getLogger(DepositConversation.class);

    /// Who takes the files.
    interface Counter {
        /// @return whether somebody answered before it was too late to settle
        /// @throws ProblemFailure if they are refused
        boolean deposit(Map<MaterialName, byte[]> files) throws InterruptedException;
    }

    /// How it ended.
    ///
    /// @param reason absent if it succeeded
    private record End(
            Optional<ReasonCode> reason, String message, Optional<String> presentedHostKey) {
        static final End SUCCEEDED = new End(Optional.empty(), "", Optional.empty());

        static End failed(ReasonCode reason, String message) {
            return new End(Optional.of(reason), message, Optional.empty());
        }
    }

    private final DepositWork work;
    private final Order order;
    private final boolean redelivered;
    private final HostConversation.Surroundings around;
    private final Counter counter;
    private volatile boolean cancelled;
    private volatile boolean detached;
    private volatile Optional<Thread> talking = Optional.empty();
    private volatile Optional<RootChannel> open = Optional.empty();

    /// @param redelivered whether an earlier delivery may have started the attempt
    DepositConversation(
            DepositWork work,
            boolean redelivered,
            HostConversation.Surroundings around,
            Counter counter) {
        this.work = work;
        this.order = work.order();
        this.redelivered = redelivered;
        this.around = around;
        this.counter = counter;
    }

    @Override
    public Optional<TaskSettled> talk() throws InterruptedException {
        Instant begun = now();
        if (cancelled || order.kind() == AttemptKind.CANCEL) {
            return Optional.of(cancelled());
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
                                                    ReasonCode.ORDER_EXPIRED.advice())),
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
            return end(begun).map(end -> settled(end, begun));
        } catch (InterruptedException e) {
            if (cancelled && !detached) {
                return Optional.of(cancelled());
            }
            throw e;
        } finally {
            talking = Optional.empty();
        }
    }

    /// Nothing where it was let go of, or nobody took the files in time.
    private Optional<End> end(Instant begun) throws InterruptedException {
        Instant until = begun.plus(work.step().timeout());
        Instant last = until.isBefore(order.times().settleBy()) ? until : order.times().settleBy();
        var ssh = around.config().ssh();
        var retries = new Retries(ssh.connectAttempts(), ssh.retryDelay(), ssh.retryDelayMax());
        for (int failed = 1; ; failed++) {
            End ended;
            boolean passing;
            try {
                return handOver(read());
            } catch (SshFailure e) {
                ended =
                        new End(
                                Optional.of(e.reason()),
                                String.valueOf(e.getMessage()),
                                e.presentedHostKey());
                passing = e.passing();
            } catch (IOException e) {
                ended =
                        End.failed(
                                ReasonCode.SESSION_LOST,
                                "cannot read %s on %s (%s): %s"
                                        .formatted(
                                                work.step().folder(),
                                                order.host().address(),
                                                e.getMessage(),
                                                ReasonCode.SESSION_LOST.advice()));
                passing = true;
            }
            if (detached) {
                return Optional.empty();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("called away from " + order.host().address());
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

    private AuthorityProgram.Found read() throws IOException {
        try (RootChannel channel = around.shell().open(order.host(), work.access())) {
            open = Optional.of(channel);
            AuthorityProgram.start(channel.input(), work.step().folder());
            return AuthorityProgram.read(channel.output());
        } finally {
            open = Optional.empty();
        }
    }

    private Optional<End> handOver(AuthorityProgram.Found found) throws InterruptedException {
        if (!found.missing().isEmpty()) {
            return Optional.of(
                    End.failed(
                            ReasonCode.AUTHORITY_UNUSABLE,
                            "%s has no %s below %s: %s"
                                    .formatted(
                                            order.host().address(),
                                            found.missing().stream()
                                                    .map(file -> "\"" + file + "\"")
                                                    .collect(Collectors.joining(", ")),
                                            work.step().folder(),
                                            ReasonCode.AUTHORITY_UNUSABLE.advice())));
        }
        try {
            return counter.deposit(found.files()) ? Optional.of(End.SUCCEEDED) : Optional.empty();
        } catch (ProblemFailure e) {
            return Optional.of(
                    End.failed(
                            e.code(),
                            "the certificate service does not take the authority of %s: %s: %s"
                                    .formatted(
                                            order.host().address(),
                                            e.problem().detail(),
                                            e.problem().advice())));
        }
    }

    private double spread(int failed) {
        long seed = Objects.hash(order.task(), order.attempt(), failed);
        return new SplittableRandom(seed).nextDouble();
    }

    private TaskSettled settled(End ended, Instant begun) {
        Duration took = Duration.between(begun, now());
        if (cancelled && ended.reason().isPresent()) {
            return cancelled();
        }
        boolean failed = ended.reason().isPresent();
        // It prints nothing, and says so: whoever waits for output knows that none is missing.
        new OutputChunks(TaskWork.ref(order), List.of(), around.reporter()::output).end();
        return settled(
                failed ? TaskOutcome.FAILED : TaskOutcome.SUCCEEDED,
                ended,
                List.of(
                        new StepResult(
                                work.step().name(),
                                failed ? StepOutcome.FAILED : StepOutcome.SUCCEEDED,
                                Optional.empty(),
                                Optional.of(begun),
                                took)),
                took);
    }

    private TaskSettled cancelled() {
        return settled(
                TaskOutcome.CANCELLED,
                End.failed(
                        ReasonCode.RUN_CANCELLED,
                        "task \"%s\" was cancelled at %s: %s"
                                .formatted(
                                        order.phase(),
                                        order.host().address(),
                                        ReasonCode.RUN_CANCELLED.summary())),
                List.of(),
                Duration.ZERO);
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
        leave();
    }

    @Override
    public void detach() {
        detached = true;
        leave();
    }

    private void leave() {
        open.ifPresent(RootChannel::close);
        talking.ifPresent(Thread::interrupt);
    }
}
