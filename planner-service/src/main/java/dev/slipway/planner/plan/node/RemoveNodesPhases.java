package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// Takes nodes out of the cluster, from a control plane that stays. In two phases, because etcd
/// lets no member in while another one is dead, and because a control plane that goes is needed
/// until its successors are there: `remove-absent` before the joins, `remove-nodes` after them.
///
/// @param kubectl with the administrator's kubeconfig, for a script that is quoted itself
/// @param controlPlanes what takes control planes out of etcd, and whatever else they are to the
///   runtime besides nodes
public record RemoveNodesPhases(
        BiFunction<PlanInput, ClusterHost, String> kubectl, Removal controlPlanes) {
    private static final PhaseBuilder LOST =
            new PhaseBuilder(
                    "remove-absent", "remove the absent nodes", true, 1, Duration.ofMinutes(20));
    private static final PhaseBuilder LEAVING =
            new PhaseBuilder(
                    "remove-nodes", "drain and remove the nodes", true, 1, Duration.ofMinutes(20));

    /// The steps on `host` that remove the others.
    @FunctionalInterface
    public interface Removal {
        List<Step> steps(PlanInput input, ClusterHost host, List<ClusterHost> removed);
    }

    /// `remove-absent`: nothing can be evicted from a machine that is gone; the cluster starts its
    /// pods elsewhere once the node is deleted.
    public Optional<PlannedPhase> lost(PlanInput input, Scope scope) {
        return scope.lost().isEmpty()
                ? Optional.empty()
                : Phase.on(
                        LOST,
                        input,
                        List.of(input.sponsor()),
                        host -> remove(input, host, scope.lost()));
    }

    /// `remove-nodes`.
    public Optional<PlannedPhase> leaving(PlanInput input, Scope scope) {
        if (scope.leaving().isEmpty()) {
            return Optional.empty();
        }
        List<ClusterHost> nodes = nodes(input, scope.leaving());
        return Phase.on(
                LEAVING.longerBy(Draining.longest(input, nodes.size())),
                input,
                List.of(input.lead()),
                host -> {
                    var steps = new ArrayList<Step>();
                    if (!nodes.isEmpty()) {
                        steps.add(Draining.nodes(input, kubectl.apply(input, host), nodes));
                    }
                    steps.addAll(remove(input, host, scope.leaving()));
                    return steps;
                });
    }

    private List<Step> remove(PlanInput input, ClusterHost host, List<ClusterHost> hosts) {
        var steps = new ArrayList<Step>();
        List<ClusterHost> members = hosts.stream().filter(ClusterHost::isControlPlane).toList();
        if (!members.isEmpty()) {
            steps.addAll(controlPlanes.steps(input, host, members));
        }
        List<ClusterHost> nodes = nodes(input, hosts);
        if (!nodes.isEmpty()) {
            steps.add(delete(input, host, nodes));
        }
        return steps;
    }

    private static Step delete(PlanInput input, ClusterHost host, List<ClusterHost> nodes) {
        return Step.Command.of(
                        "delete-nodes",
                        "%s delete node %s --ignore-not-found"
                                .formatted(
                                        Steps.kubectl(input, host),
                                        ShellQuote.words(
                                                nodes.stream().map(input::nodeName).toList())),
                        Duration.ofMinutes(10))
                .withRerun()
                .failingAs(Failures.KUBECTL);
    }

    private static List<ClusterHost> nodes(PlanInput input, List<ClusterHost> hosts) {
        return hosts.stream().filter(input.clusterfile()::isNode).toList();
    }
}
