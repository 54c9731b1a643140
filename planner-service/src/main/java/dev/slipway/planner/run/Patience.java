package dev.slipway.planner.run;

import dev.slipway.contracts.order.OrderTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How long the planner waits and how often it tries by itself.
///
/// @param grace what is added to start-by and timeout before a task counts as overdue: time to
///   report
/// @param tries orders per task before it is settled as it stands; at least 1
public record Patience(Duration grace, int tries) {
    /// How long a task that is being ended may take to report it before its host is asked by
    /// another order. An executor that lives needs a few seconds, and the grace after a deadline is
    /// longer.
    static final Duration ENDING = Duration.ofSeconds(20);

    public Patience {
        if (grace.isNegative() || tries < 1) {
            throw new IllegalArgumentException(
                    "grace %s must not be negative, tries %d must be at least 1"
                            .formatted(grace, tries));
        }
    }

    /// @param endsBy the phase's deadline; an order that is written before it does not start after
    ///   it
    OrderTimes times(Instant now, PhaseRules rules, Optional<Instant> endsBy) {
        Instant latest = now.plus(rules.startBy());
        Instant startBy =
                endsBy.filter(end -> end.isAfter(now) && end.isBefore(latest)).orElse(latest);
        return new OrderTimes(
                now, startBy, rules.taskTimeout(), startBy.plus(rules.taskTimeout()).plus(grace));
    }
}
