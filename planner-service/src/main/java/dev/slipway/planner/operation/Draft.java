package dev.slipway.planner.operation;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.inspect.Preflight;
import dev.slipway.planner.plan.RecordedState;
import java.time.Instant;
import java.util.Map;

/// All that a run's plan is made of.
///
/// @param reopening whether the plan is frozen already and only the authority is to be opened
/// @param facts those of the hosts that could be inspected
/// @param unseen why the others could not be
/// @param now the database's time
record Draft(
        RunRecord run,
        boolean reopening,
        Clusterfile clusterfile,
        Map<HostAddress, HostFacts> facts,
        Map<HostAddress, Preflight.Unseen> unseen,
        RecordedState recorded,
        Instant now) {
    Draft {
        facts = Map.copyOf(facts);
        unseen = Map.copyOf(unseen);
    }
}
