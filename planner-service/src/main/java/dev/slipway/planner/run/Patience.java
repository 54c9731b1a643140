package dev.slipway.planner.run;

import dev.slipway.contracts.order.OrderTimes;
import java.time.Duration;
import java.time.Instant;

/// How long the planner waits and how often it tries by itself.
///
/// @param startBy how long an order may lie before it must not be started any more
/// @param grace what is added to start-by and timeout before a task counts as overdue: time to
///   report
/// @param tries orders per task before it is settled as it stands; at least 1
public record Patience(Duration startBy, Duration grace, int tries) {
    public Patience {
        if (!startBy.isPositive() || grace.isNegative() || tries < 1) {
            throw new IllegalArgumentException(
                    "start-by %s must be positive, grace %s not negative, tries %d at least 1"
                            .formatted(startBy, grace, tries));
        }
    }

    OrderTimes times(Instant now, Duration timeout) {
        Instant latestStart = now.plus(startBy);
        return new OrderTimes(now, latestStart, timeout, latestStart.plus(timeout).plus(grace));
    }
}
