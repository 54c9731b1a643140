package dev.slipway.executor.task;

import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderForgedException;
import dev.slipway.contracts.order.OrderVerifier;
import dev.slipway.contracts.outcome.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;

/// Lets orders through that the planner signed, for this pool, in their time.
final class OrderGate {
    /// What the gate says of an order.
    sealed interface Verdict {
        /// @param digest of the order as it was signed
        record Accepted(Order order, ContentDigest digest) implements Verdict {}

        /// Nothing is done and nothing reported: whoever could write it here must not be able to
        /// settle a task with it.
        ///
        /// @param why one sentence, no content
        record Refused(ReasonCode reason, String why) implements Verdict {}
    }

    private final OrderVerifier verifier;
    private final PoolName pool;
    private final Clock clock;

    OrderGate(OrderVerifier verifier, PoolName pool, Clock clock) {
        this.verifier = verifier;
        this.pool = pool;
        this.clock = clock;
    }

    Verdict judge(TaskRequested request) {
        Order order;
        try {
            order = verifier.verify(request.order());
        } catch (OrderForgedException e) {
            return new Verdict.Refused(ReasonCode.ORDER_FORGED, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return new Verdict.Refused(
                    ReasonCode.INVALID_REQUEST,
                    "the signed order can't be read: is the planner of a later version?");
        }
        if (!order.task().equals(request.task())
                || order.attempt() != request.attempt()
                || !order.run().equals(request.run())) {
            return new Verdict.Refused(
                    ReasonCode.ORDER_FORGED,
                    "the order is for task %s attempt %d, its envelope says %s attempt %d"
                            .formatted(
                                    order.task(),
                                    order.attempt(),
                                    request.task(),
                                    request.attempt()));
        }
        if (!order.pool().equals(pool)) {
            return new Verdict.Refused(
                    ReasonCode.ORDER_FOREIGN,
                    "the order is for pool \"%s\", this executor is of pool \"%s\""
                            .formatted(order.pool(), pool));
        }
        Instant now = clock.instant();
        if (now.isAfter(order.times().settleBy())) {
            return new Verdict.Refused(
                    ReasonCode.ORDER_EXPIRED,
                    "the order had to be settled by %s, now it is %s"
                            .formatted(order.times().settleBy(), now));
        }
        return new Verdict.Accepted(
                order, ContentDigest.ofBytes(request.order().getBytes(StandardCharsets.US_ASCII)));
    }
}
