package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Joining;
import dev.slipway.planner.plan.node.NodeIdentity;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What control planes and workers have in common when they join.
final class JoinSteps {
    private JoinSteps() {}

    /// kubeadm's document, and what it points to.
    ///
    /// Usually kubeadm finds the API by the token, and goes on with the address that the cluster
    /// itself tells. Where that is an address that only a node of the cluster can reach, and not
    /// before its kubelet runs, kubeadm is told another way: a kubeconfig with a control plane's
    /// own address, and the authority's certificate in place of the pin. A worker that joins by
    /// certificate is told by its kubelet's own kubeconfig in any case.
    static List<Step> configuration(PlanInput input, ClusterHost host) {
        var documents = new KubeadmDocuments(input);
        var steps = new ArrayList<Step>();
        if (NodeIdentity.isBrought(input, host)) {
            steps.addAll(
                    new NodeIdentity(
                                    NodePaths.PKI.resolveInside("ca.crt"),
                                    NodePaths.KUBELET_PKI,
                                    NodePaths.KUBELET_CONF,
                                    documents.firstEndpoint())
                            .steps(input, host));
        } else if (input.clusterfile().endpoint().isLocal()) {
            steps.add(
                    Step.Put.material(
                            "put-discovery-ca",
                            NodePaths.DISCOVERY_CA,
                            Materials.authority("ca.crt"),
                            0644));
            steps.add(
                    Steps.text("put-discovery", NodePaths.DISCOVERY, documents.discovery(), 0600));
        }
        steps.add(
                new Step.Put(
                        "put-config",
                        NodePaths.JOIN_CONFIG,
                        host.isControlPlane()
                                ? documents.joinControlPlane(host)
                                : documents.joinWorker(host),
                        0600,
                        "root:root"));
        steps.add(InitPhase.validate(NodePaths.JOIN_CONFIG.value()));
        return steps;
    }

    /// The kubelet keeps the address that it joined by. Where that was another one than the
    /// cluster's endpoint, it is told the endpoint afterwards; a control plane's kubelet that
    /// kubeadm has pointed at the API of its own node is left alone.
    static List<Step> useEndpoint(PlanInput input, ClusterHost host) {
        if (!input.clusterfile().endpoint().isLocal()) {
            return List.of();
        }
        var documents = new KubeadmDocuments(input);
        String endpoint = "server: https://" + documents.endpoint();
        String own = "server: https://" + documents.ownEndpoint(host);
        String file = ShellQuote.quote(NodePaths.KUBELET_CONF.value());
        return List.of(
                Steps.rerunnable(
                                "use-endpoint",
                                Script.fill(
                                        """
                                        umask 077
                                        sed 's#server: https://.*#@ENDPOINT@#' @FILE@ > @FILE@.slipway
                                        mv -f @FILE@.slipway @FILE@
                                        @RESTART@
                                        """,
                                        "RESTART",
                                        Services.of(input.factsOf(host)).restart("kubelet"),
                                        "ENDPOINT",
                                        endpoint,
                                        "FILE",
                                        file))
                        .unless(
                                "grep -q -F -e %s -e %s %s"
                                        .formatted(
                                                ShellQuote.quote(endpoint),
                                                ShellQuote.quote(
                                                        host.isControlPlane() ? own : endpoint),
                                                file)));
    }

    /// @param kubeconfig a worker may look at its own node with the kubelet's
    static Step registered(PlanInput input, ClusterHost host, RemotePath kubeconfig) {
        return Joining.registered(input, host, "kubectl", kubeconfig, Duration.ofMinutes(3));
    }

    static Step removeConfiguration() {
        return Steps.rerunnable(
                "remove-config",
                "rm -f "
                        + ShellQuote.words(
                                List.of(
                                        NodePaths.JOIN_CONFIG.value(),
                                        NodePaths.DISCOVERY.value(),
                                        NodePaths.DISCOVERY_CA.value())));
    }
}
