package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.Joining;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `join-workers`: joins workers, with the run's token and the authority's pin or each with the
/// certificate of its kubelet. The window keeps the API server from a rush (three hundred joins at
/// once time out, kubernetes/kubeadm#3181); where many join, each waits a little first, so that
/// windows do not march in step.
final class JoinWorkersPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("join-workers", "join the workers", true, 25, Duration.ofMinutes(15));

    private static final int MANY = 25;

    private JoinWorkersPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, KubeadmScope scope) {
        boolean many = scope.joining().size() > MANY;
        return Phase.on(PHASE, input, scope.joining(), host -> steps(input, host, many));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host, boolean many) {
        var steps = new ArrayList<Step>();
        if (many) {
            steps.add(Joining.spread(host));
        }
        steps.add(
                KubeadmReset.clear(
                        "clear-failed-join",
                        input.clusterfile().containerRuntime(),
                        "[ -e %s ] || ! { [ -e /etc/kubernetes/kubelet.conf ] || [ -e /etc/kubernetes/bootstrap-kubelet.conf ] || [ -e /etc/kubernetes/pki/ca.crt ]; }"
                                .formatted(NodePaths.JOINED)));
        steps.addAll(EndpointPod.stepsOfJoin(input, host));
        steps.addAll(JoinSteps.configuration(input, host));
        steps.add(join());
        steps.addAll(JoinSteps.useEndpoint(input, host));
        steps.add(JoinSteps.registered(input, host, NodePaths.KUBELET_CONF));
        steps.add(JoinSteps.removeConfiguration());
        return steps;
    }

    private static Step join() {
        return Step.Command.of(
                        "kubeadm-join",
                        "kubeadm join --config %s\n: > %s\n"
                                .formatted(
                                        ShellQuote.quote(NodePaths.JOIN_CONFIG.value()),
                                        ShellQuote.quote(NodePaths.JOINED.value())),
                        Duration.ofMinutes(12))
                .unless("[ -e " + ShellQuote.quote(NodePaths.JOINED.value()) + " ]")
                .failingAs(Failures.JOIN);
    }
}
