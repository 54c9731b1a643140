package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.ApiAccess;
import dev.slipway.planner.plan.node.ClusterRecord;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `record`: the run's join token is taken back, what stays of the run is put in its place, and
/// temporary files go.
final class RecordPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("record", "record the Clusterfile", true, 1, Duration.ofMinutes(5));

    private RecordPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, Scope scope) {
        return Optional.of(
                PHASE.on(
                        List.of(input.lead()),
                        input.clusterfile(),
                        host -> Steps.withEnvironment(input, host, steps(input, host, scope))));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host, Scope scope) {
        var steps = new ArrayList<>(ApiAccess.steps(input, host));
        if (scope.initialising() || scope.needsToken(input.clusterfile().join())) {
            steps.add(revokeToken(input));
        }
        steps.addAll(ClusterRecord.steps(input, host));
        steps.add(
                Steps.rerunnable(
                        "remove-temporary-files",
                        "rm -f %s %s %s %s %s"
                                .formatted(
                                        NodePaths.ACCESS,
                                        NodePaths.INIT_CONFIG,
                                        NodePaths.JOIN_CONFIG,
                                        NodePaths.TOKEN_CONFIG,
                                        NodePaths.RECORD)));
        return steps;
    }

    /// All nodes are there, or `verify` would have failed and a retry would still need it.
    private static Step revokeToken(PlanInput input) {
        return Step.Command.of(
                        "revoke-token",
                        Script.fill(
                                """
                                tokens=$(kubeadm token list --kubeconfig @KUBECONFIG@)
                                case $tokens in
                                *@ID@.*) kubeadm token delete @ID@ --kubeconfig @KUBECONFIG@ ;;
                                esac
                                """,
                                "KUBECONFIG",
                                ShellQuote.quote(NodePaths.ADMIN_CONF.value()),
                                "ID",
                                ShellQuote.quote(input.authority().tokenId())),
                        Duration.ofMinutes(2))
                .withRerun()
                .failingAs(Failures.KUBECTL);
    }
}
