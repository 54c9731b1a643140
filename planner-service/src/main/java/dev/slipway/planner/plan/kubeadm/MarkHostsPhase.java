package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.HostOwner;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;

/// `mark-hosts`: the marks by which a host is known as a node of this cluster. The one of the whole
/// member comes before the owner's: a host that is owned and no member counts as a failed
/// installation, which `init` would clear away.
final class MarkHostsPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("mark-hosts", "mark the hosts", true, 50, Duration.ofMinutes(5));

    private static final String REFUSED = "slipway: the host is not the node any more that it was";

    private MarkHostsPhase() {}

    static PlannedPhase plan(PlanInput input) {
        return PHASE.on(
                input.clusterfile().hosts(),
                input.clusterfile(),
                host -> Steps.withEnvironment(input, host, steps(input, host)));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        return List.of(
                HostOwner.check(input.ownership()),
                markMember(input, host),
                HostOwner.claim(input.ownership()));
    }

    private static Step markMember(PlanInput input, ClusterHost host) {
        boolean first = host.equals(input.clusterfile().controlPlane());
        return Steps.rerunnable(
                        "mark-member",
                        Script.fill(
                                """
                                found=$(sha256sum < /etc/kubernetes/pki/ca.crt)
                                if [ "${found%% *}" != @DIGEST@ ] || [ ! -e /etc/kubernetes/kubelet.conf ]; then
                                    echo '@REFUSED@' >&2
                                    exit 1
                                fi
                                umask 022
                                mkdir -p @SLIPWAY@
                                : > @MARK@
                                """,
                                "DIGEST",
                                ShellQuote.quote(caDigest(input, host)),
                                "REFUSED",
                                REFUSED,
                                "SLIPWAY",
                                NodePaths.SLIPWAY.value(),
                                "MARK",
                                (first ? NodePaths.INITIALISED : NodePaths.JOINED).value()))
                .failingAs(Failures.with(Failures.as(REFUSED, ReasonCode.CLUSTER_DIFFERS)));
    }

    /// SHA-256 of the host's ca.crt, which was found to be that of all others.
    static String caDigest(PlanInput input, ClusterHost host) {
        return input.factsOf(host).node().caDigest().orElseThrow();
    }
}
