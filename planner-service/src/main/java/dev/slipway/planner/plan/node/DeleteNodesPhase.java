package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `delete-nodes`: takes the workers' node objects out of the cluster, where its API still lives;
/// `kubeadm reset` does not. A half-installed or dead control plane is no failure here.
final class DeleteNodesPhase {
    private static final PhaseBuilder PHASE =
            new PhaseBuilder("delete-nodes", "delete the nodes", true, 1, Duration.ofMinutes(10));

    private DeleteNodesPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input) {
        List<ClusterHost> workers =
                input.members().stream().filter(h -> !h.isControlPlane()).toList();
        return workers.isEmpty() || input.controlPlanes().isEmpty()
                ? Optional.empty()
                : Phase.on(
                        PHASE,
                        input,
                        List.of(input.sponsor()),
                        host ->
                                List.of(
                                        HostOwner.check(input.ownership()),
                                        delete(input, host, workers)));
    }

    private static Step delete(PlanInput input, ClusterHost host, List<ClusterHost> workers) {
        List<String> names = workers.stream().map(input::nodeName).toList();
        return Step.Command.of(
                        "delete-nodes",
                        Script.fill(
                                """
                                for node in @NAMES@; do
                                    @KUBECTL@ delete node "$node" --ignore-not-found --wait=false
                                done
                                """,
                                "NAMES",
                                ShellQuote.words(names),
                                "KUBECTL",
                                Steps.kubectl(input, host)),
                        Duration.ofMinutes(5))
                .withRerun()
                .unless(
                        "[ ! -e %s ] || ! %s get --raw=/readyz --request-timeout=10s >/dev/null 2>&1"
                                .formatted(
                                        ShellQuote.quote(
                                                Steps.adminKubeconfig(input, host).value()),
                                        Steps.kubectl(input, host)))
                .failingAs(Failures.KUBECTL);
    }
}
