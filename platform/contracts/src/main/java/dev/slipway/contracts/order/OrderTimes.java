package dev.slipway.contracts.order;

import java.time.Duration;
import java.time.Instant;

/// When an order may start and must be over.
///
/// @param issuedAt when the planner wrote it
/// @param startBy a delivery later than this may attach to a running program, never start one
/// @param timeout for the program on the host, enforced there
/// @param settleBy when the planner's watchdog takes over; also the end of the right to redeem
///   materials; not before `startBy` + `timeout`
public record OrderTimes(Instant issuedAt, Instant startBy, Duration timeout, Instant settleBy) {
    public OrderTimes {
        if (startBy.isBefore(issuedAt)
                || !timeout.isPositive()
                || settleBy.isBefore(startBy.plus(timeout))) {
            throw new IllegalArgumentException(
                    "order times out of order: issued %s, start by %s, timeout %s, settle by %s"
                            .formatted(issuedAt, startBy, timeout, settleBy));
        }
    }
}
