package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.NodeAddress;
import dev.slipway.planner.plan.node.NodePaths;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `take-authority`: the executor brings the authority's eight files from the first control plane,
/// and from no other host, to the certificate service. They pass by no other way.
final class TakeAuthorityPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "take-authority",
                    "take over the cluster's authority",
                    false,
                    1,
                    Duration.ofMinutes(5));

    private TakeAuthorityPhase() {}

    static PlannedPhase plan(PlanInput input) {
        return PHASE.on(
                List.of(input.clusterfile().controlPlane()),
                input.clusterfile(),
                host -> List.of(deposit(input, host)));
    }

    private static Step deposit(PlanInput input, ClusterHost host) {
        return new Step.Deposit(
                "deposit-authority",
                NodePaths.PKI,
                new ContentDigest(MarkHostsPhase.caDigest(input, host)),
                Optional.of(userEndpoint(input, host)),
                input.clusterfile().certificates().validity(),
                Duration.ofMinutes(4));
    }

    private static String userEndpoint(PlanInput input, ClusterHost host) {
        var endpoint = input.clusterfile().endpoint();
        return "https://"
                + NodeAddress.withPort(
                        endpoint.host().orElseGet(() -> host.address().address()), endpoint.port());
    }
}
