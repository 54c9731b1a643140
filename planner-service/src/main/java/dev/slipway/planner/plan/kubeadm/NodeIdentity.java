package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.JoinMode;
import dev.slipway.planner.plan.PlanInput;
import java.util.List;

/// What makes a worker's kubelet a node before it starts: the cluster's CA, a client certificate in
/// the node's name, and the kubeconfig that points to both. The layout is the one that kubeadm and
/// the kubelet end up with by themselves, so that the kubelet sends no signing request, later
/// renews the certificate in its place, and `kubeadm upgrade node` and `kubeadm reset` find what
/// they expect. The certificate that the kubelet serves with is its own affair, as it is after any
/// join.
final class NodeIdentity {
    private NodeIdentity() {}

    /// Whether the host joins by it.
    static boolean isBrought(PlanInput input, ClusterHost host) {
        return !host.isControlPlane() && input.clusterfile().join() == JoinMode.CERTIFICATE;
    }

    static List<Step> steps(PlanInput input, ClusterHost worker) {
        return List.of(
                Step.Put.material(
                        "put-ca-crt",
                        NodePaths.PKI.resolveInside("ca.crt"),
                        Materials.authority("ca.crt"),
                        0644),
                place(input, worker));
    }

    /// After the join it is left as it is: the kubelet may have renewed the certificate.
    private static Step place(PlanInput input, ClusterHost worker) {
        return Steps.rerunnable(
                        "place-identity",
                        Script.fill(
                                """
                                umask 077
                                mkdir -p @FOLDER@
                                cp "$CERTIFICATE" @ISSUED@
                                ln -sfn @ISSUED@ @CURRENT@
                                printf '%s' @TEXT@ > @CONF@.slipway
                                mv -f @CONF@.slipway @CONF@
                                """,
                                "FOLDER",
                                ShellQuote.quote(NodePaths.KUBELET_CLIENT.parent().value()),
                                "ISSUED",
                                ShellQuote.quote(NodePaths.KUBELET_CLIENT_ISSUED.value()),
                                "CURRENT",
                                ShellQuote.quote(NodePaths.KUBELET_CLIENT.value()),
                                "TEXT",
                                ShellQuote.quote(kubeconfig(input, worker)),
                                "CONF",
                                ShellQuote.quote(NodePaths.KUBELET_CONF.value())))
                .withMaterialFile("CERTIFICATE", Materials.kubeletClient(input.nodeName(worker)))
                .unless("[ -e " + ShellQuote.quote(NodePaths.JOINED.value()) + " ]");
    }

    /// In the form that kubeadm leaves: it points to the file that the kubelet renews its
    /// certificate in.
    private static String kubeconfig(PlanInput input, ClusterHost worker) {
        return Script.fill(
                """
                apiVersion: v1
                kind: Config
                clusters:
                - cluster:
                    certificate-authority: @CA@
                    server: https://@SERVER@
                  name: kubernetes
                contexts:
                - context:
                    cluster: kubernetes
                    user: @USER@
                  name: @USER@@kubernetes
                current-context: @USER@@kubernetes
                users:
                - name: @USER@
                  user:
                    client-certificate: @CLIENT@
                    client-key: @CLIENT@
                """,
                "CA",
                NodePaths.PKI.resolveInside("ca.crt").value(),
                "SERVER",
                new KubeadmDocuments(input).firstEndpoint(),
                "USER",
                "system:node:" + input.nodeName(worker),
                "CLIENT",
                NodePaths.KUBELET_CLIENT.value());
    }
}
