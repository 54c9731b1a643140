package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.Optional;

/// Steps that ask a control plane's own API server.
final class ApiStep {
    private ApiStep() {}

    /// @param host the control plane
    static Step of(
            PlanInput input, ClusterHost host, String name, KubeRequest request, Duration timeout) {
        return new Step.Kube(
                name,
                ApiAddress.of(input.clusterfile(), host, Optional.of(input.factsOf(host))),
                request,
                timeout);
    }
}
