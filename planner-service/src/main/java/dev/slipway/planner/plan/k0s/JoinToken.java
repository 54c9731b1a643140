package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A token of the run by which hosts join. The certificate service makes it: as a word for those
/// who join, and as a Secret for the cluster. One is enough for any number of hosts.
///
/// @param whose the first word of its steps' names
/// @param id its public half
/// @param word what a joining host shows
/// @param secret the manifest by which the cluster knows it
/// @param file where a joining host's k0s reads the word
record JoinToken(String whose, String id, MaterialName word, MaterialName secret, RemotePath file) {

    static JoinToken ofWorkers(PlanInput input) {
        return new JoinToken(
                "worker",
                input.authority().tokenId(),
                Materials.K0S_WORKER_TOKEN,
                Materials.K0S_WORKER_SECRET,
                K0sPaths.WORKER_TOKEN);
    }

    static JoinToken ofControllers(PlanInput input) {
        return new JoinToken(
                "controller",
                input.authority()
                        .controllerTokenId()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "the authority of a k0s cluster names no token of controllers")),
                Materials.K0S_CONTROLLER_TOKEN,
                Materials.K0S_CONTROLLER_SECRET,
                K0sPaths.CONTROLLER_TOKEN);
    }

    /// Those that the hosts which come need; whoever holds one of a controller can read the CA's
    /// key, so there is none without need.
    static List<JoinToken> of(PlanInput input, K0sScope scope) {
        var tokens = new ArrayList<JoinToken>();
        if (scope.needsWorkerToken(input.clusterfile().join())) {
            tokens.add(ofWorkers(input));
        }
        if (scope.needsControllerToken()) {
            tokens.add(ofControllers(input));
        }
        return tokens;
    }

    /// Takes the run's tokens back, if it has any.
    static Optional<Step> revoke(PlanInput input, K0sScope scope) {
        List<JoinToken> tokens = of(input, scope);
        return tokens.isEmpty() ? Optional.empty() : Optional.of(revoke(input.lead(), tokens));
    }

    private static Step revoke(ClusterHost controller, List<JoinToken> tokens) {
        return Step.Command.of(
                        "revoke-tokens",
                        "k0s token invalidate --data-dir %s %s"
                                .formatted(
                                        ShellQuote.quote(K0sPaths.data(controller).value()),
                                        ShellQuote.words(
                                                tokens.stream().map(JoinToken::id).toList())),
                        Duration.ofMinutes(2))
                .withRerun()
                .failingAs(Failures.KUBECTL);
    }

    /// Makes the cluster know it, from then on for its whole life again.
    Step applySecret(PlanInput input, ClusterHost controller) {
        return Step.Command.of(
                        "apply-%s-secret".formatted(whose),
                        Steps.kubectl(input, controller)
                                + " apply --server-side --force-conflicts -f \"$SECRET\"",
                        Duration.ofMinutes(2))
                .withMaterialFile("SECRET", secret)
                .withRerun()
                .failingAs(Failures.KUBECTL);
    }

    Step put() {
        return Step.Put.material("put-token", file, word, 0600);
    }

    /// Once it was used.
    Step remove() {
        return Steps.rerunnable("remove-token", "rm -f " + ShellQuote.quote(file.value()));
    }
}
