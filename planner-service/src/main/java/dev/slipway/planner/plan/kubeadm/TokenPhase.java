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

/// `token`: makes the cluster accept this run's join token, where nodes join by it. The one that
/// `init` made, or an earlier try, ends by itself, maybe soon: it is made anew, and so it is by a
/// retry that has hosts left to join. It comes in a file, never as an argument.
final class TokenPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("token", "admit the join token", true, 1, Duration.ofMinutes(5));

    private TokenPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, KubeadmScope scope) {
        return scope.needsToken(input.clusterfile().join())
                ? Phase.on(PHASE, input, List.of(input.sponsor()), host -> steps(input, host))
                        .map(phase ->
                                phase.renewedFor(
                                        JoinControlPlanesPhase.PHASE, JoinWorkersPhase.PHASE))
                : Optional.empty();
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        return List.of(
                new Step.Put(
                        "put-config",
                        NodePaths.TOKEN_CONFIG,
                        new KubeadmDocuments(input).token(),
                        0600,
                        "root:root"),
                create(input),
                Steps.rerunnable(
                        "remove-config",
                        "rm -f " + ShellQuote.quote(NodePaths.TOKEN_CONFIG.value())),
                InitPhase.awaitSignature(input, host));
    }

    /// kubeadm prolongs no token, and lists none that has ended and is still there.
    private static Step create(PlanInput input) {
        return Step.Command.of(
                        "create-token",
                        Script.fill(
                                """
                                trap 'rm -f @FILE@' EXIT
                                kubeadm token delete @ID@ --kubeconfig @KUBECONFIG@ >/dev/null 2>&1 || :
                                kubeadm token create --config @CONFIG@ --kubeconfig @KUBECONFIG@ >/dev/null
                                """,
                                "FILE",
                                NodePaths.TOKEN_CONFIG.value(),
                                "CONFIG",
                                ShellQuote.quote(NodePaths.TOKEN_CONFIG.value()),
                                "ID",
                                ShellQuote.quote(input.authority().tokenId()),
                                "KUBECONFIG",
                                ShellQuote.quote(NodePaths.ADMIN_CONF.value())),
                        Duration.ofMinutes(2))
                .withRerun()
                .failingAs(Failures.KUBECTL);
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
