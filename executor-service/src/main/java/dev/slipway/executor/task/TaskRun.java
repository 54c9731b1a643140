package dev.slipway.executor.task;

import dev.slipway.chassis.telemetry.LogScope;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// One delivered order, from its materials to its published result. Runs on a virtual thread of its
/// own.
final class TaskRun {
    private static final Logger LOG = Logger.getLogger(TaskRun.class);

    private final Order order;
    private final ContentDigest digest;
    private final String jws;
    private final boolean redelivered;
    private final Redeemer redeemer;
    private final HostConversation.Surroundings around;
    private Optional<Conversation> conversation = Optional.empty();
    private Optional<Thread> thread = Optional.empty();
    private boolean cancelled;
    private boolean detached;
    private boolean publishing;

    /// @param redelivered whether an earlier delivery may have started the task
    TaskRun(
            OrderGate.Verdict.Accepted accepted,
            String jws,
            boolean redelivered,
            Redeemer redeemer,
            HostConversation.Surroundings around) {
        this.order = accepted.order();
        this.digest = accepted.digest();
        this.jws = jws;
        this.redelivered = redelivered;
        this.redeemer = redeemer;
        this.around = around;
    }

    Order order() {
        return order;
    }

    /// @return whether the order needs nothing more: its result is published, or it is the
    ///   watchdog's now
    boolean work() {
        try (var _ = scope()) {
            if (!begin()) {
                return false;
            }
            Optional<TaskSettled> result = attempt();
            if (result.isEmpty()) {
                return !isDetached();
            }
            synchronized (this) {
                // From here on the result is more urgent than a quick stop.
                publishing = true;
                boolean _ = Thread.interrupted();
            }
            around.reporter().settled(result.get());
            tell(result.get());
            return true;
        } catch (InterruptedException e) {
            return false;
        } catch (RuntimeException e) {
            // Whatever a detached order was interrupted in may say so in its own way.
            if (isDetached()) {
                return false;
            }
            throw e;
        }
    }

    private synchronized boolean begin() {
        thread = Optional.of(Thread.currentThread());
        return !detached;
    }

    private LogScope scope() {
        return LogScope.open()
                .tenant(order.tenant())
                .cluster(order.cluster())
                .run(order.run())
                .phase(order.phase())
                .host(order.host().address());
    }

    private Optional<TaskSettled> attempt() throws InterruptedException {
        if (!order.isForApi()) {
            around.shell().expect(order.host());
        }
        Optional<TaskSettled> result =
                switch (redeemer.redeem(order, digest, jws)) {
                    case Redeemer.Redeemed.Ready(var work) ->
                            talk(
                                    new HostConversation(
                                            work,
                                            redelivered,
                                            around,
                                            () -> redeemer.access(order, jws)));
                    case Redeemer.Redeemed.ReadyForApi(var work) ->
                            talk(new ApiConversation(work, redelivered, around));
                    case Redeemer.Redeemed.ReadyToDeposit(var work) ->
                            talk(
                                    new DepositConversation(
                                            work,
                                            redelivered,
                                            around,
                                            files -> redeemer.deposit(order, jws, files)));
                    case Redeemer.Redeemed.Refused(var reason, var message) ->
                            refused(reason, message);
                    case Redeemer.Redeemed.TooLate() -> Optional.empty();
                };
        if (result.isEmpty() && !isDetached()) {
            LOG.warnf(
                    "%s attempt %d is left to the planner's watchdog, which looks at the host's journal; it has to be settled by %s",
                    order.task(), order.attempt(), order.times().settleBy());
        }
        return result;
    }

    private Optional<TaskSettled> talk(Conversation talk) throws InterruptedException {
        synchronized (this) {
            conversation = Optional.of(talk);
            if (cancelled) {
                talk.cancel();
            }
            if (detached) {
                talk.detach();
            }
        }
        return talk.talk();
    }

    /// Ends the task on its host.
    synchronized void cancel() {
        cancelled = true;
        conversation.ifPresent(Conversation::cancel);
    }

    /// Lets go: nothing is reported, the program on the host goes on, another executor attaches.
    synchronized void detach() {
        detached = true;
        conversation.ifPresent(Conversation::detach);
        if (!publishing) {
            thread.ifPresent(Thread::interrupt);
        }
    }

    synchronized boolean isDetached() {
        return detached;
    }

    /// An order whose run is over gets no materials. Where the task may run it is not settled
    /// without a look at its host, for which there is no credential.
    private Optional<TaskSettled> refused(ReasonCode reason, String message) {
        if (redelivered && reason == ReasonCode.MATERIAL_REFUSED) {
            LOG.warnf("%s", message);
            return Optional.empty();
        }
        var result =
                new TaskSettled(
                        TaskWork.ref(order),
                        TaskOutcome.FAILED,
                        Optional.of(reason),
                        message,
                        List.of(),
                        Map.of(),
                        "",
                        Optional.empty(),
                        Duration.ZERO,
                        around.config().name(),
                        around.clock().instant());
        return Optional.of(result);
    }

    private static void tell(TaskSettled result) {
        Span span = Span.current().setAttribute("slipway.outcome", result.outcome().name());
        result.reason().ifPresent(reason -> span.setStatus(StatusCode.ERROR, reason.name()));
        if (result.outcome() == TaskOutcome.SUCCEEDED) {
            LOG.infof(
                    "[%s] %s in %.1f s",
                    result.ref().host(),
                    result.ref().phase(),
                    result.hostTime().toMillis() / 1000.0);
        } else {
            LOG.infof("[%s] %s: %s", result.ref().host(), result.ref().phase(), result.message());
        }
    }
}
