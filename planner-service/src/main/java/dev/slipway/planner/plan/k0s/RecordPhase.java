package dev.slipway.planner.plan.k0s;

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

/// `record`: the run's join tokens are taken back, what stays of the run is put in its place, and
/// temporary files go.
final class RecordPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("record", "record the Clusterfile", true, 1, Duration.ofMinutes(5));

    private RecordPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        return Optional.of(
                PHASE.on(
                        List.of(input.lead()),
                        input.clusterfile(),
                        host -> Steps.withEnvironment(input, host, steps(input, host, scope))));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host, K0sScope scope) {
        var steps = new ArrayList<>(ApiAccess.steps(input, host));
        List<JoinToken> tokens = JoinToken.of(input, scope);
        if (!tokens.isEmpty()) {
            steps.add(revoke(host, tokens));
        }
        steps.addAll(ClusterRecord.steps(input, host));
        steps.add(
                Steps.rerunnable(
                        "remove-temporary-files",
                        "rm -f %s %s".formatted(NodePaths.ACCESS, NodePaths.RECORD)));
        return steps;
    }

    /// All nodes are there, or `verify` would have failed and a retry would still need them. The
    /// manifests first: as long as they lie there k0s makes the Secrets anew.
    private static Step revoke(ClusterHost host, List<JoinToken> tokens) {
        return Step.Command.of(
                        "revoke-tokens",
                        Script.fill(
                                """
                                rm -rf @MANIFESTS@
                                k0s token invalidate --data-dir @DATA@ @IDS@
                                """,
                                "MANIFESTS",
                                ShellQuote.quote(K0sPaths.manifests(host).value()),
                                "DATA",
                                ShellQuote.quote(K0sPaths.data(host).value()),
                                "IDS",
                                ShellQuote.words(tokens.stream().map(JoinToken::id).toList())),
                        Duration.ofMinutes(2))
                .withRerun()
                .failingAs(Failures.KUBECTL);
    }
}
