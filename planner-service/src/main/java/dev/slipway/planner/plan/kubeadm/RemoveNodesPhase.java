package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Drain;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
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

    /// Nodes that are drained at once: disruption budgets are the API's business, so this bounds
    /// only how much is moved at a time.
    private static final int AT_ONCE = 5;

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
        Duration draining = draining(input, scope.leaving().size());
        return Optional.of(
                new PhaseBuilder(
                                LEAVING.name(),
                                LEAVING.title(),
                                LEAVING.mutating(),
                                LEAVING.window(),
                                LEAVING.timeout().plus(draining))
                        .on(
                                List.of(input.lead()),
                                input.clusterfile(),
                                host -> {
                                    var steps = new ArrayList<Step>();
                                    steps.add(drain(input, scope.leaving(), draining));
                                    steps.addAll(remove(input, host, scope.leaving()));
                                    return Steps.withEnvironment(input, host, steps);
                                }));
    }

    private static Duration draining(PlanInput input, int nodes) {
        int rounds = (nodes + AT_ONCE - 1) / AT_ONCE;
        return input.clusterfile().drain().timeout().multipliedBy(rounds).plusMinutes(1);
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
                                                Steps.kubectl(),
                                                ShellQuote.words(
                                                        nodes.stream()
                                                                .map(input::nodeName)
                                                                .toList())),
                                Duration.ofMinutes(10))
                        .withRerun()
                        .failingAs(Failures.KUBECTL));
        return steps;
    }

    /// A node whose pods did not go is let take pods again: it stays, and works as before. One that
    /// is gone from the cluster already needs no draining.
    private static Step drain(PlanInput input, List<ClusterHost> nodes, Duration timeout) {
        Drain drain = input.clusterfile().drain();
        String flags =
                "--ignore-daemonsets --delete-emptydir-data --timeout=%ds%s%s"
                        .formatted(
                                drain.timeout().toSeconds(),
                                drain.gracePeriod()
                                        .map(d -> " --grace-period=" + d.toSeconds())
                                        .orElse(""),
                                drain.force() ? " --force --disable-eviction" : "");
        return Step.Command.of(
                        "drain-nodes",
                        Script.fill(
                                """
                                drain='
                                    if [ -z "$(@KUBECTL@ get node "$1" --ignore-not-found -o name)" ]; then exit 0; fi
                                    if @KUBECTL@ drain "$1" @FLAGS@; then exit 0; fi
                                    echo "slipway: node $1 could not be drained" >&2
                                    @KUBECTL@ uncordon "$1"
                                    exit 1
                                '
                                printf '%s\\n' @NAMES@ | xargs -n 1 -P @ATONCE@ sh -c "$drain" drain
                                """,
                                "KUBECTL",
                                "kubectl --kubeconfig " + NodePaths.ADMIN_CONF.value(),
                                "FLAGS",
                                flags,
                                "NAMES",
                                ShellQuote.words(nodes.stream().map(input::nodeName).toList()),
                                "ATONCE",
                                String.valueOf(AT_ONCE)),
                        timeout)
                .withRerun()
                .failingAs(
                        Failures.with(
                                Failures.as("slipway: node", ReasonCode.DRAIN_FAILED),
                                Failures.as("connection refused", ReasonCode.API_UNREACHABLE)));
    }
}
