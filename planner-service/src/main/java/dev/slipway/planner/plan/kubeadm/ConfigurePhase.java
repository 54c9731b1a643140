package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `configure`: stores kubeadm's configuration in the cluster anew, where the control planes are
/// others: those that join read the names of their certificates there.
final class ConfigurePhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "configure", "store kubeadm's configuration", true, 1, Duration.ofMinutes(5));

    private ConfigurePhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, KubeadmScope scope) {
        return scope.configuring()
                ? Phase.on(PHASE, input, List.of(input.sponsor()), _ -> steps(input))
                : Optional.empty();
    }

    private static List<Step> steps(PlanInput input) {
        String config = ShellQuote.quote(NodePaths.KUBEADM_CONFIG.value());
        return List.of(
                new Step.Put(
                        "put-config",
                        NodePaths.KUBEADM_CONFIG,
                        new KubeadmDocuments(input).stored(),
                        0600,
                        "root:root"),
                InitPhase.validate(NodePaths.KUBEADM_CONFIG.value()),
                Step.Command.of(
                                "upload-config",
                                "kubeadm init phase upload-config kubeadm --config %s --kubeconfig %s"
                                        .formatted(
                                                config,
                                                ShellQuote.quote(NodePaths.ADMIN_CONF.value())),
                                Duration.ofMinutes(2))
                        .withRerun()
                        .failingAs(Failures.KUBECTL),
                Steps.rerunnable("remove-config", "rm -f " + config));
    }
}
