package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `token`: makes a running cluster accept this run's join token, where nodes join a cluster that
/// an earlier run initialised. The token comes in a file, never as an argument.
final class TokenPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("token", "admit the join token", true, 1, Duration.ofMinutes(5));

    private TokenPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, KubeadmScope scope) {
        return scope.needsToken(input.clusterfile().join())
                ? Phase.on(PHASE, input, List.of(input.sponsor()), host -> steps(input, host))
                : Optional.empty();
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        String config = ShellQuote.quote(NodePaths.TOKEN_CONFIG.value());
        String kubeconfig = ShellQuote.quote(NodePaths.ADMIN_CONF.value());
        return List.of(
                new Step.Put(
                        "put-config",
                        NodePaths.TOKEN_CONFIG,
                        new KubeadmDocuments(input).token(),
                        0600,
                        "root:root"),
                Step.Command.of(
                                "create-token",
                                "trap 'rm -f %s' EXIT\nkubeadm token create --config %s --kubeconfig %s >/dev/null\n"
                                        .formatted(
                                                NodePaths.TOKEN_CONFIG.value(), config, kubeconfig),
                                Duration.ofMinutes(2))
                        .withRerun()
                        .unless(
                                "kubeadm token list --kubeconfig %s | grep -q %s"
                                        .formatted(
                                                kubeconfig,
                                                ShellQuote.quote(
                                                        "^" + input.authority().tokenId() + "\\.")))
                        .failingAs(Failures.KUBECTL),
                Steps.rerunnable("remove-config", "rm -f " + config),
                InitPhase.awaitSignature(input, host));
    }

    /// Takes the token back that `init` made, or this phase.
    static Optional<Step> revoke(PlanInput input, KubeadmScope scope) {
        return scope.initialising() || scope.needsToken(input.clusterfile().join())
                ? Optional.of(revoke(input))
                : Optional.empty();
    }

    private static Step revoke(PlanInput input) {
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
