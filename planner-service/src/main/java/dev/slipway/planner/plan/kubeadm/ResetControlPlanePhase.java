package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `reset-control-plane`: takes Kubernetes and all that Slipway made off the control planes, last,
/// and one after another: each takes itself out of etcd, which those that are left must answer for.
/// Reset at once, the last of them would wait for members that are gone.
final class ResetControlPlanePhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "reset-control-plane",
                    "reset the control plane",
                    true,
                    1,
                    Duration.ofMinutes(10));

    private ResetControlPlanePhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, Scope scope) {
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
