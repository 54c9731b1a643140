package dev.slipway.status.progress;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.event.RunEvent.PhaseSettled;
import dev.slipway.contracts.event.RunEvent.PhaseStarted;
import java.time.Instant;
import java.util.Optional;

/// What the planner said of a phase. A retry starts a phase again: the latest start and the latest
/// settlement count, so that events may come twice and in any order.
///
/// @param firstStart the earliest start, which tells whether there were several
/// @param lastStart the latest start
record PhaseState(
        Optional<PhaseSummary> summary,
        Optional<Instant> firstStart,
        Optional<Instant> lastStart,
        Optional<PhaseSettled> settled) {
    static final PhaseState UNHEARD =
            new PhaseState(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    PhaseState evolve(PhaseStarted event) {
        boolean latest = lastStart.isEmpty() || lastStart.get().isBefore(event.at());
        boolean first = firstStart.isEmpty() || event.at().isBefore(firstStart.get());
        return new PhaseState(
                latest ? Optional.of(event.phase()) : summary,
                first ? Optional.of(event.at()) : firstStart,
                latest ? Optional.of(event.at()) : lastStart,
                settled);
    }

    PhaseState evolve(PhaseSettled event) {
        boolean latest = settled.isEmpty() || settled.get().at().isBefore(event.at());
        return latest ? new PhaseState(summary, firstStart, lastStart, Optional.of(event)) : this;
    }

    PhaseStage stage() {
        if (settlement().isPresent()) {
            return PhaseStage.SETTLED;
        }
        return lastStart.isPresent() ? PhaseStage.RUNNING : PhaseStage.WAITING;
    }

    /// How the latest start ended; absent while it goes on.
    Optional<PhaseSettled> settlement() {
        return settled.filter(s -> lastStart.isEmpty() || !s.at().isBefore(lastStart.get()));
    }

    /// Whether `at` lies before the latest of several starts, so that what happened then is
    /// history.
    boolean beforeRestart(Instant at) {
        return lastStart.isPresent()
                && !lastStart.equals(firstStart)
                && at.isBefore(lastStart.get());
    }
}
