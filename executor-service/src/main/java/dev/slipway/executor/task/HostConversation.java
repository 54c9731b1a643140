package dev.slipway.executor.task;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.journal.Frame;
import dev.slipway.executor.journal.FrameReader;
import dev.slipway.executor.journal.JournalProgram;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.RemoteShell;
import dev.slipway.executor.ssh.RootChannel;
import dev.slipway.executor.ssh.SshFailure;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jboss.logging.Logger;

/// Works one attempt on its host to its end: enters, delivers, follows; where the connection
/// breaks, comes back and attaches, until the order has to be settled.
final class HostConversation implements Conversation {
    private static final Logger LOG = Logger.getLogger(HostConversation.class);

    /// What a conversation needs of its surroundings.
    record Surroundings(
            RemoteShell shell,
            ApiLine line,
            JournalProgram program,
            TaskReporter reporter,
            ExecutorConfig config,
            Pace pace,
            ContentCourier courier) {
        Clock clock() {
            return pace.clock();
        }
    }

    /// What opens the host once more, after certificates have expired.
    interface Renewal {
        /// @return empty if it is too late
        /// @throws ProblemFailure if it is refused
        Optional<HostAccess> renew() throws InterruptedException;
    }

    private final TaskWork work;
    private final Renewal renewal;
    private volatile HostAccess access;
    private final Order order;
    private final Surroundings around;
    private final HostReport report;
    private volatile boolean cancelled;
    private volatile boolean detached;
    private volatile Optional<RootChannel> open = Optional.empty();
    private Optional<String> newHostKey = Optional.empty();
    private volatile boolean mayRun;

    /// @param redelivered whether an earlier delivery may have started the attempt: then a host
    ///   that can't be reached is no failure of it
    HostConversation(TaskWork work, boolean redelivered, Surroundings around, Renewal renewal) {
        this.work = work;
        this.access = work.access();
        this.renewal = renewal;
        this.mayRun = redelivered;
        this.order = work.order();
        this.around = around;
        this.report =
                new HostReport(
                        work,
                        around.config().name(),
                        around.reporter(),
                        new OutputRate(
                                around.config().outputBytesPerSecond(),
                                around.config().outputBurstBytes(),
                                around.clock()),
                        around.clock());
    }

    @Override
    public Optional<TaskSettled> talk() throws InterruptedException {
        int failed = 0;
        while (!detached && left(order.times().settleBy()).isPositive()) {
            Optional<Duration> pause;
            try {
                if (!renewed()) {
                    return Optional.empty();
                }
                Optional<TaskSettled> result = deliver();
                if (result.isPresent()) {
                    return result.map(this::withHostKey);
                }
                failed = 0;
                pause = pause(1);
            } catch (SshFailure e) {
                if (detached) {
                    return Optional.empty();
                }
                failed++;
                pause = e.passing() ? pause(failed) : Optional.empty();
                if (pause.isEmpty() && !(mayRun && e.passing())) {
                    return Optional.of(notReached(e, failed));
                }
                LOG.infof(
                        "%s; %s",
                        e.getMessage(),
                        pause.map(p -> "tried again in %d ms".formatted(p.toMillis()))
                                .orElse("too late to try again"));
            }
            if (pause.isEmpty()) {
                return Optional.empty();
            }
            if (!detached) {
                around.pace().pause(pause.get());
            }
        }
        return Optional.empty();
    }

    /// Whether there is something to sign in with.
    ///
    /// @throws SshFailure if it is refused, and nothing of the task runs on the host
    private boolean renewed() throws InterruptedException {
        if (access.validAt(around.clock().instant())) {
            return true;
        }
        try {
            Optional<HostAccess> next = renewal.renew();
            next.ifPresent(other -> access = other);
            return next.isPresent();
        } catch (ProblemFailure e) {
            if (!mayRun) {
                throw new SshFailure(e.code(), String.valueOf(e.getMessage()), e);
            }
            LOG.warnf("cannot enter %s once more: %s", order.host().address(), e.getMessage());
            return false;
        }
    }

    /// A task that may run on its host is looked for as long as it may settle; one that does not is
    /// tried as often as is set, and not when it could not be started any more.
    private Optional<Duration> pause(int failed) {
        var ssh = around.config().ssh();
        var retries =
                new Retries(
                        mayRun ? Integer.MAX_VALUE : ssh.connectAttempts(),
                        ssh.retryDelay(),
                        ssh.retryDelayMax());
        Instant end = mayRun ? order.times().settleBy() : order.times().startBy();
        Optional<Duration> pause = retries.pause(failed, left(end), spread(failed));
        // Until then the task is this executor's, also where there is no time to try again.
        return mayRun && pause.isEmpty()
                ? Optional.of(left(end)).filter(Duration::isPositive)
                : pause;
    }

    private Duration left(Instant end) {
        return Duration.between(around.clock().instant(), end);
    }

    /// The same for the same try, so that what happened can be played again; another for each host.
    private double spread(int failed) {
        long seed = Objects.hash(order.task(), order.attempt(), failed, around.config().name());
        return new SplittableRandom(seed).nextDouble();
    }

    /// Ends the program on the host: at once where it is being followed, and with every later
    /// delivery.
    @Override
    public void cancel() {
        cancelled = true;
        // What follows the program notices its end; should this channel fail, the next delivery
        // cancels.
        around.pace().beside("cancel-" + order.task(), this::cancelOnHost);
    }

    private void cancelOnHost() {
        if (!mayRun) {
            // At most a file is on its way.
            open.ifPresent(RootChannel::close);
            return;
        }
        try (RootChannel channel = around.shell().open(order.host(), access)) {
            around.program().cancel(channel.input(), work.compiled(), 0);
            FrameReader frames = new FrameReader(channel.output());
            Optional<Frame> frame = frames.next();
            while (frame.isPresent() && !(frame.get() instanceof Frame.Ended)) {
                frame = frames.next();
            }
        } catch (SshFailure | IOException e) {
            LOG.warnf(
                    "cannot cancel on %s (%s): the next connection tries again",
                    order.host().address(), e.getMessage());
            open.ifPresent(RootChannel::close);
        }
    }

    /// Lets go of the host; the program there goes on.
    @Override
    public void detach() {
        detached = true;
        open.ifPresent(RootChannel::close);
    }

    private Optional<TaskSettled> deliver() throws InterruptedException {
        try {
            Optional<ContentCourier.Refused> refused =
                    around.courier().bring(order, access, opened -> open = opened, this::isOver);
            if (refused.isPresent()) {
                return refused.map(r -> failed(r.reason(), r.message(), Optional.empty()));
            }
        } catch (IOException e) {
            if (!detached) {
                LOG.infof(
                        "files for %s were cut off (%s): the rest is sent when it is reached again",
                        order.host().address(), e.getMessage());
            }
            return Optional.empty();
        }
        return follow();
    }

    private boolean isOver() {
        return cancelled || detached;
    }

    private Optional<TaskSettled> follow() {
        try (RootChannel channel = around.shell().open(order.host(), access)) {
            open = Optional.of(channel);
            mayRun = true;
            newHostKey = newHostKey.or(channel::newHostKey);
            if (cancelled) {
                around.program().cancel(channel.input(), work.compiled(), report.received());
            } else {
                Duration startWithin =
                        Duration.between(around.clock().instant(), order.times().startBy());
                around.program()
                        .run(channel.input(), work.compiled(), startWithin, report.received());
            }
            return follow(new FrameReader(channel.output()));
        } catch (IOException e) {
            if (!detached) {
                LOG.infof(
                        "the connection to %s broke (%s): attaching again, the program there goes on",
                        order.host().address(), e.getMessage());
            }
            return Optional.empty();
        } finally {
            open = Optional.empty();
        }
    }

    private Optional<TaskSettled> follow(FrameReader frames) throws IOException {
        while (!detached) {
            Optional<Frame> frame = frames.next();
            if (frame.isEmpty()) {
                throw new IOException("the channel ended");
            }
            Optional<TaskSettled> result = report.take(frame.get());
            if (result.isPresent()) {
                return result;
            }
            if (frame.get() instanceof Frame.Lost) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private TaskSettled notReached(SshFailure failure, int tries) {
        HostTarget host = order.host();
        String message =
                tries > 1
                        ? failure.getMessage() + " (" + tries + " attempts)"
                        : failure.getMessage();
        LOG.infof("[%s] %s", host.address(), message);
        return failed(failure.reason(), String.valueOf(message), failure.presentedHostKey());
    }

    private TaskSettled failed(ReasonCode reason, String message, Optional<String> hostKey) {
        return new TaskSettled(
                TaskWork.ref(order),
                TaskOutcome.FAILED,
                Optional.of(reason),
                message,
                List.of(),
                Map.of(),
                "",
                hostKey,
                Duration.ZERO,
                around.config().name(),
                around.clock().instant());
    }

    private TaskSettled withHostKey(TaskSettled result) {
        return new TaskSettled(
                result.ref(),
                result.outcome(),
                result.reason(),
                result.message(),
                result.steps(),
                result.facts(),
                result.outputTail(),
                newHostKey,
                result.hostTime(),
                result.executor(),
                result.at());
    }
}
