package dev.slipway.planner.plan.k0s;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `reset-control-plane`: takes k0s and all that Slipway made off the controllers, last, one after
/// another, the first of the file at the end: as long as anything fails, as much as can be of the
/// cluster is left to look at. None leaves etcd, which goes as a whole.
final class ResetControlPlanePhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "reset-control-plane",
                    "reset the control plane",
                    true,
                    1,
                    Duration.ofMinutes(20));

    private ResetControlPlanePhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        List<ClusterHost> hosts = new ArrayList<>(input.controlPlanes()).reversed();
        return hosts.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        PHASE.on(
                                hosts,
                                input.clusterfile(),
                                host ->
                                        Steps.withEnvironment(
                                                input, host, ResetSteps.of(input, host))));
    }
}
