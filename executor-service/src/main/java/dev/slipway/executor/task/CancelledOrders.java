package dev.slipway.executor.task;

import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.order.Order;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which orders are cancelled, by what the events of runs say: those that the planner wrote before
/// the run was cancelled. Both times are its database's. So it does not matter how late the news of
/// a retry is, or whether old news comes again.
final class CancelledOrders {
    private final Map<RunId, Instant> cancelledAt = new ConcurrentHashMap<>();

    /// @return whether orders may be cancelled that were not before; also when the event comes
    ///   again, as it does where the news of it could not be heeded
    boolean note(RunEvent event) {
        return switch (event) {
            case RunEvent.CancelRequested request -> {
                Instant before = cancelledAt.get(request.run());
                if (before != null && request.at().isBefore(before)) {
                    yield false;
                }
                cancelledAt.put(request.run(), request.at());
                yield true;
            }
            case RunEvent.RunOpened _,
                    RunEvent.PlanFrozen _,
                    RunEvent.PhaseStarted _,
                    RunEvent.PhaseSettled _,
                    RunEvent.RunPaused _,
                    RunEvent.RunResumed _,
                    RunEvent.RunSettled _ ->
                    false;
        };
    }

    boolean contains(Order order) {
        Instant at = cancelledAt.get(order.run());
        return at != null && !order.times().issuedAt().isAfter(at);
    }
}
