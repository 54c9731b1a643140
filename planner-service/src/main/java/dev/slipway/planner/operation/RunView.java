package dev.slipway.planner.operation;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A run as the API shows it.
///
/// @param outcome once it is settled
/// @param reason where the outcome is not a good one
/// @param message one sentence, and what to do, once it is settled
/// @param actor who asked for it
/// @param planDigest once the plan is made
/// @param phases `inspect` first; those of the plan once it is frozen
/// @param failures of hosts, in the order of phases
record RunView(
        RunId id,
        ClusterName cluster,
        String operation,
        State state,
        Optional<RunOutcome> outcome,
        Optional<ReasonCode> reason,
        Optional<String> message,
        String actor,
        int revision,
        boolean dryRun,
        Instant openedAt,
        Optional<Instant> settledAt,
        Optional<String> planDigest,
        List<Phase> phases,
        List<HostFailure> failures) {
    enum State {
        /// The plan is being made.
        OPEN,
        INSPECTING,
        RUNNING,
        /// Nothing more starts; tasks are still in flight.
        PAUSING,
        PAUSED,
        CANCELLING,
        SETTLED
    }

    /// @param title a few words
    /// @param state `WAITING`, `RUNNING`, `EXPIRED` (its deadline has passed, what is in flight is
    ///   being ended), `SETTLED`
    /// @param total tasks
    /// @param inFlight tasks that hold a reservation; those in doubt are counted as unknown instead
    /// @param endsBy its deadline, where it has one and has started
    record Phase(
            PhaseName name,
            String title,
            String state,
            int window,
            Optional<Integer> disruptionBudget,
            int failureLimit,
            int total,
            int inFlight,
            int succeeded,
            int failed,
            int unknown,
            int leftOut,
            Optional<Instant> startedAt,
            Optional<Instant> endsBy,
            Optional<Instant> settledAt) {}

    /// @param advice what to do
    /// @param outputTail the last lines the program printed; may be empty
    record HostFailure(
            HostAddress host,
            String phase,
            ReasonCode reason,
            String message,
            String advice,
            String outputTail) {}

    RunView {
        phases = List.copyOf(phases);
        failures = List.copyOf(failures);
    }

    /// The answer to a listing.
    record Listing(List<RunView> runs) {
        Listing {
            runs = List.copyOf(runs);
        }
    }
}
