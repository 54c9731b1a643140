package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.AuthorityFiles;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `init`: makes the control plane. What a failed `init` left behind is cleared first (kubeadm's
/// reset takes the authority's files too, so they are put again), the configuration is validated,
/// because `init` itself only warns of unknown fields, and it ends when the API serves the signed
/// cluster-info that joining nodes look for.
final class InitPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("init", "start the control plane", true, 1, Duration.ofMinutes(25));

    private InitPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, KubeadmScope scope) {
        return scope.initialising()
                ? Phase.on(PHASE, input, List.of(input.lead()), host -> steps(input, host))
                : Optional.empty();
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        var steps = new ArrayList<Step>();
        steps.add(
                KubeadmReset.clear(
                        "clear-failed-init",
                        input.clusterfile().containerRuntime(),
                        "[ -e %s ] || ! { [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ] || [ -e /etc/kubernetes/admin.conf ] || [ -e /var/lib/etcd/member ] || [ -e /etc/kubernetes/kubelet.conf ]; }"
                                .formatted(NodePaths.INITIALISED)));
        steps.addAll(AuthorityFiles.steps(input.authority(), NodePaths.PKI));
        steps.addAll(EndpointPod.stepsBeforeInit(input, host));
        steps.add(
                new Step.Put(
                        "put-config",
                        NodePaths.INIT_CONFIG,
                        new KubeadmDocuments(input).init(),
                        0600,
                        "root:root"));
        steps.add(validate(NodePaths.INIT_CONFIG.value()));
        steps.add(init());
        steps.addAll(EndpointPod.stepsAfterInit(input));
        steps.add(
                Steps.await(
                        "await-api",
                        Steps.kubectl(input, host) + " get --raw=/readyz >/dev/null",
                        Duration.ofMinutes(4),
                        ReasonCode.CONTROL_PLANE_NOT_UP));
        steps.add(awaitSignature(input, host));
        return steps;
    }

    static Step validate(String config) {
        return Steps.rerunnable(
                        "validate-config",
                        "kubeadm config validate --config " + ShellQuote.quote(config))
                .failingAs(Failures.CONFIG);
    }

    private static Step init() {
        return Step.Command.of(
                        "kubeadm-init",
                        "kubeadm init --config %s --skip-token-print\n: > %s\n"
                                .formatted(
                                        ShellQuote.quote(NodePaths.INIT_CONFIG.value()),
                                        ShellQuote.quote(NodePaths.INITIALISED.value())),
                        Duration.ofMinutes(15))
                .unless("[ -e " + ShellQuote.quote(NodePaths.INITIALISED.value()) + " ]")
                .failingAs(Failures.INIT);
    }

    /// Only a controller manager that works signs it: `init` succeeds with one that crashes.
    static Step awaitSignature(PlanInput input, ClusterHost host) {
        return Steps.await(
                "await-signature",
                "%s -n kube-public get configmap cluster-info -o yaml | grep -q %s"
                        .formatted(
                                Steps.kubectl(input, host),
                                ShellQuote.quote("jws-kubeconfig-" + input.authority().tokenId())),
                Duration.ofMinutes(2),
                ReasonCode.CONTROL_PLANE_NOT_UP);
    }
}
