package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Draining;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes nodes out of the cluster, from a control plane that stays. In two phases, because etcd
/// lets no member in while another one is dead, and because a control plane that goes is needed
/// until its successors are there: `remove-absent` before the joins, `remove-nodes` after them.
final class RemoveNodesPhase {
    static final PhaseBuilder LOST =
            new PhaseBuilder(
                    "remove-absent", "remove the absent nodes", true, 1, Duration.ofMinutes(20));
    static final PhaseBuilder LEAVING =
            new PhaseBuilder(
                    "remove-nodes", "drain and remove the nodes", true, 1, Duration.ofMinutes(20));

    /// Without quotes, since it stands in a script that is quoted itself.
    private static final String KUBECTL = "kubectl --kubeconfig " + NodePaths.ADMIN_CONF.value();

    private RemoveNodesPhase() {}

    /// `remove-absent`: nothing can be evicted from a machine that is gone; the cluster starts its
    /// pods elsewhere once the node is deleted.
    static Optional<PlannedPhase> lost(PlanInput input, Scope scope) {
        return scope.lost().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        LOST.on(
                                List.of(input.sponsor()),
                                input.clusterfile(),
                                host ->
                                        Steps.withEnvironment(
                                                input, host, remove(input, host, scope.lost()))));
    }

    /// `remove-nodes`.
    static Optional<PlannedPhase> leaving(PlanInput input, Scope scope) {
        if (scope.leaving().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new PhaseBuilder(
                                LEAVING.name(),
                                LEAVING.title(),
                                LEAVING.mutating(),
                                LEAVING.window(),
                                LEAVING.timeout()
                                        .plus(Draining.longest(input, scope.leaving().size())))
                        .on(
                                List.of(input.lead()),
                                input.clusterfile(),
                                host -> {
                                    var steps = new ArrayList<Step>();
                                    steps.add(Draining.nodes(input, KUBECTL, scope.leaving()));
                                    steps.addAll(remove(input, host, scope.leaving()));
                                    return Steps.withEnvironment(input, host, steps);
                                }));
    }

    private static List<Step> remove(PlanInput input, ClusterHost host, List<ClusterHost> nodes) {
        var steps = new ArrayList<Step>();
        List<String> members =
                nodes.stream().filter(ClusterHost::isControlPlane).map(input::nodeName).toList();
        if (!members.isEmpty()) {
            steps.add(
                    Step.Command.of(
                                    "remove-etcd-members",
                                    Etcd.remove(input, host, members),
                                    Duration.ofMinutes(5))
                            .withRerun()
                            .failingAs(
                                    Failures.with(
                                            Failures.as(Etcd.REFUSED, ReasonCode.ETCD_QUORUM_LOST),
                                            Failures.as(
                                                    "etcdserver: unhealthy cluster",
                                                    ReasonCode.ETCD_QUORUM_LOST),
                                            Failures.as(
                                                    "connection refused",
                                                    ReasonCode.API_UNREACHABLE))));
        }
        steps.add(
                Step.Command.of(
                                "delete-nodes",
                                "%s delete node %s --ignore-not-found"
                                        .formatted(
                                                Kubectl.AS_ADMIN,
                                                ShellQuote.words(
                                                        nodes.stream()
                                                                .map(input::nodeName)
                                                                .toList())),
                                Duration.ofMinutes(10))
                        .withRerun()
                        .failingAs(Failures.KUBECTL));
        return steps;
    }
}
