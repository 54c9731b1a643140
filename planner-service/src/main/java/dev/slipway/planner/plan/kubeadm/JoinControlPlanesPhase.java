package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.AuthorityFiles;
import dev.slipway.planner.plan.node.ClusterRecord;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `join-control-planes`: joins the other control planes, one after another: etcd takes one new
/// member at a time, as a learner until it has caught up. kubeadm makes their certificates from the
/// authority's files, which come from the certificate service, so none are uploaded to the cluster.
final class JoinControlPlanesPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "join-control-planes",
                    "join the control planes",
                    true,
                    1,
                    Duration.ofMinutes(40));

    /// What etcd says while another member is being added, or a leader elected.
    private static final List<String> PASSING =
            List.of(
                    "too many learner members",
                    "unhealthy cluster",
                    "can only promote a learner member which is in sync",
                    "etcdserver: request timed out",
                    "etcdserver: leader changed",
                    "etcdserver: re-configuration failed due to not enough started members");

    private JoinControlPlanesPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, KubeadmScope scope) {
        return Phase.on(PHASE, input, scope.joiningControlPlanes(), host -> steps(input, host));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        boolean local = input.clusterfile().endpoint().isLocal();
        var steps = new ArrayList<Step>();
        steps.add(
                KubeadmReset.clear(
                        "clear-failed-join",
                        input.clusterfile().containerRuntime(),
                        "[ -e %s ] || ! { [ -e /etc/kubernetes/kubelet.conf ] || [ -e /etc/kubernetes/bootstrap-kubelet.conf ] || [ -e /etc/kubernetes/admin.conf ] || [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ] || [ -e /var/lib/etcd/member ]; }"
                                .formatted(NodePaths.JOINED)));
        steps.addAll(AuthorityFiles.steps(input.authority(), NodePaths.PKI));
        if (local) {
            steps.addAll(EndpointPod.stepsOfJoin(input, host));
        }
        steps.addAll(JoinSteps.configuration(input, host));
        steps.add(join(input.clusterfile().containerRuntime()));
        if (!local) {
            steps.addAll(EndpointPod.stepsOfJoin(input, host));
        }
        steps.addAll(JoinSteps.useEndpoint(input, host));
        steps.add(
                Steps.await(
                        "await-api",
                        "%s --server %s get --raw=/readyz >/dev/null"
                                .formatted(
                                        Steps.kubectl(input, host),
                                        ShellQuote.quote(
                                                "https://"
                                                        + new KubeadmDocuments(input)
                                                                .ownEndpoint(host))),
                        Duration.ofMinutes(4),
                        ReasonCode.CONTROL_PLANE_NOT_UP));
        steps.add(JoinSteps.registered(input, host, NodePaths.ADMIN_CONF));
        steps.add(ClusterRecord.rootKubeconfig(input, host));
        steps.add(JoinSteps.removeConfiguration());
        return steps;
    }

    /// kubeadm waits for etcd two minutes. What fails for a reason that passes is undone and tried
    /// again; the reset takes the authority's files and the endpoint's pod along, so these are kept
    /// in memory meanwhile.
    private static Step join(ContainerRuntime runtime) {
        return Step.Command.of(
                        "kubeadm-join",
                        Script.fill(
                                """
                                umask 077
                                errors=@VOLATILE@/join-errors
                                kept=@VOLATILE@/join-files
                                trap 'rm -rf "$errors" "$kept"' EXIT
                                mkdir -p "$kept"
                                cp -pR @PKI@ "$kept/pki"
                                if [ -e @POD@ ]; then cp -p @POD@ "$kept/pod.yaml"; fi
                                attempt=1
                                until kubeadm join --config @CONFIG@ 2> "$errors"; do
                                    cat "$errors" >&2
                                    if [ "$attempt" -ge 3 ] || ! grep -q -F @PASSING@ "$errors"; then exit 1; fi
                                    attempt=$((attempt + 1))
                                    echo "slipway: etcd was busy, attempt $attempt of 3" >&2
                                    @RESET@
                                    sleep 10
                                    mkdir -p @PKI@ /etc/kubernetes/manifests
                                    cp -pR "$kept/pki/." @PKI@
                                    if [ -e "$kept/pod.yaml" ]; then cp -p "$kept/pod.yaml" @POD@; fi
                                done
                                cat "$errors" >&2
                                : > @JOINED@
                                """,
                                "VOLATILE",
                                NodePaths.VOLATILE.value(),
                                "PKI",
                                ShellQuote.quote(NodePaths.PKI.value()),
                                "POD",
                                ShellQuote.quote(NodePaths.ENDPOINT_POD.value()),
                                "CONFIG",
                                ShellQuote.quote(NodePaths.JOIN_CONFIG.value()),
                                "PASSING",
                                PASSING.stream()
                                        .map(text -> "-e " + ShellQuote.quote(text))
                                        .reduce((a, b) -> a + " " + b)
                                        .orElseThrow(),
                                "RESET",
                                KubeadmReset.command(runtime),
                                "JOINED",
                                ShellQuote.quote(NodePaths.JOINED.value())),
                        Duration.ofMinutes(30))
                .unless("[ -e " + ShellQuote.quote(NodePaths.JOINED.value()) + " ]")
                .failingAs(Failures.JOIN);
    }
}
