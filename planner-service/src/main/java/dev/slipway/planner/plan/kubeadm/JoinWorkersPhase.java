package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `join-workers`: joins workers with the run's token and the authority's pin. The window keeps the
/// API server from a rush (three hundred joins at once time out, kubernetes/kubeadm#3181); where
/// many join, each waits a little first, so that windows do not march in step.
final class JoinWorkersPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("join-workers", "join the workers", true, 25, Duration.ofMinutes(15));

    private static final int MANY = 25;
    private static final int MOST_SECONDS = 10;

    private JoinWorkersPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, Scope scope) {
        boolean many = scope.joining().size() > MANY;
        return scope.joining().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        PHASE.on(
                                scope.joining(),
                                input.clusterfile(),
                                host ->
                                        Steps.withEnvironment(
                                                input, host, steps(input, host, many))));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host, boolean many) {
        var steps = new ArrayList<Step>();
        if (many) {
            steps.add(
                    Steps.rerunnable(
                            "spread",
                            "sleep " + Math.floorMod(host.address().hashCode(), MOST_SECONDS)));
        }
        steps.add(
                KubeadmReset.clear(
                        "clear-failed-join",
                        "[ -e %s ] || ! { [ -e /etc/kubernetes/kubelet.conf ] || [ -e /etc/kubernetes/bootstrap-kubelet.conf ] || [ -e /etc/kubernetes/pki/ca.crt ]; }"
                                .formatted(NodePaths.JOINED)));
        steps.add(
                new Step.Put(
                        "put-config",
                        NodePaths.JOIN_CONFIG,
                        new KubeadmDocuments(input).join(host),
                        0600,
                        "root:root"));
        steps.add(InitPhase.validate(NodePaths.JOIN_CONFIG.value()));
        steps.add(join());
        steps.add(registered(input, host));
        steps.add(
                Steps.rerunnable(
                        "remove-config",
                        "rm -f " + ShellQuote.quote(NodePaths.JOIN_CONFIG.value())));
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

    /// A join that succeeded does not yet mean that the node is there. A worker may look at its
    /// own.
    private static Step registered(PlanInput input, ClusterHost host) {
        return Steps.await(
                "node-registered",
                "kubectl --kubeconfig %s get node %s -o name >/dev/null"
                        .formatted(
                                ShellQuote.quote(NodePaths.KUBELET_CONF.value()),
                                ShellQuote.quote(input.nodeName(host))),
                Duration.ofMinutes(3),
                ReasonCode.NODE_MISSING);
    }
}
