package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Draining;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes nodes and controllers out of the cluster, from a controller that stays. In two phases,
/// because etcd lets no member in while another one is dead, and because a controller that goes is
/// needed until its successors are there: `remove-absent` before the joins, `remove-nodes` after
/// them.
///
/// A controller leaves etcd while it still runs there, by the word of another: k0s's `etcd leave`
/// asks the etcd of its own host, so one that was stopped before could not leave at all, and would
/// stay a member that everybody waits for. Only when it has left are its objects deleted; by then
/// its own API server is gone that would make them anew.
final class RemoveNodesPhase {
    static final PhaseBuilder LOST =
            new PhaseBuilder(
                    "remove-absent", "remove the absent nodes", true, 1, Duration.ofMinutes(20));
    static final PhaseBuilder LEAVING =
            new PhaseBuilder(
                    "remove-nodes", "drain and remove the nodes", true, 1, Duration.ofMinutes(20));

    /// What k0s itself keeps of each controller.
    private static final List<String> OBJECTS =
            List.of("controlnodes.autopilot.k0sproject.io", "etcdmembers.etcd.k0sproject.io");

    private RemoveNodesPhase() {}

    /// `remove-absent`: nothing can be evicted from a machine that is gone; the cluster starts its
    /// pods elsewhere once the node is deleted.
    static Optional<PlannedPhase> lost(PlanInput input, K0sScope scope) {
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
    static Optional<PlannedPhase> leaving(PlanInput input, K0sScope scope) {
        if (scope.leaving().isEmpty()) {
            return Optional.empty();
        }
        List<ClusterHost> nodes = nodes(input, scope.leaving());
        return Optional.of(
                new PhaseBuilder(
                                LEAVING.name(),
                                LEAVING.title(),
                                LEAVING.mutating(),
                                LEAVING.window(),
                                LEAVING.timeout().plus(Draining.longest(input, nodes.size())))
                        .on(
                                List.of(input.lead()),
                                input.clusterfile(),
                                host -> {
                                    var steps = new ArrayList<Step>();
                                    if (!nodes.isEmpty()) {
                                        steps.add(
                                                Draining.nodes(
                                                        input, Steps.kubectl(input, host), nodes));
                                    }
                                    steps.addAll(remove(input, host, scope.leaving()));
                                    return Steps.withEnvironment(input, host, steps);
                                }));
    }

    private static List<Step> remove(PlanInput input, ClusterHost host, List<ClusterHost> hosts) {
        var steps = new ArrayList<Step>();
        List<ClusterHost> controllers = hosts.stream().filter(ClusterHost::isControlPlane).toList();
        if (!controllers.isEmpty() && K0sEtcd.isOwn(input)) {
            steps.add(K0sEtcd.remove(input, host, controllers));
        }
        if (!controllers.isEmpty()) {
            steps.add(deleteControllers(input, host, controllers));
        }
        List<ClusterHost> nodes = nodes(input, hosts);
        if (!nodes.isEmpty()) {
            steps.add(
                    Step.Command.of(
                                    "delete-nodes",
                                    "%s delete node %s --ignore-not-found"
                                            .formatted(
                                                    Steps.kubectl(input, host),
                                                    names(input, nodes)),
                                    Duration.ofMinutes(10))
                            .withRerun()
                            .failingAs(Failures.KUBECTL));
        }
        return steps;
    }

    /// Earlier releases lack a kind, and so do clusters without the component that has it.
    private static Step deleteControllers(
            PlanInput input, ClusterHost host, List<ClusterHost> controllers) {
        return Step.Command.of(
                        "delete-controllers",
                        Script.fill(
                                """
                                for kind in @KINDS@; do
                                    if text=$(@KUBECTL@ delete "$kind" @NAMES@ --ignore-not-found 2>&1); then
                                        printf '%s\\n' "$text"
                                        continue
                                    fi
                                    case $text in
                                    *"doesn't have a resource type"*) ;;
                                    *)
                                        printf '%s\\n' "$text" >&2
                                        exit 1
                                        ;;
                                    esac
                                done
                                """,
                                "KINDS",
                                String.join(" ", OBJECTS),
                                "KUBECTL",
                                Steps.kubectl(input, host),
                                "NAMES",
                                names(input, controllers)),
                        Duration.ofMinutes(2))
                .withRerun()
                .failingAs(Failures.KUBECTL);
    }

    private static List<ClusterHost> nodes(PlanInput input, List<ClusterHost> hosts) {
        return hosts.stream().filter(input.clusterfile()::isNode).toList();
    }

    private static String names(PlanInput input, List<ClusterHost> hosts) {
        return ShellQuote.words(hosts.stream().map(input::nodeName).toList());
    }
}
