package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.JoinMode;
import dev.slipway.planner.plan.PlanInput;
import java.util.List;

/// What makes a worker's kubelet a node before it starts: the cluster's CA, a client certificate in
/// the node's name, and the kubeconfig that points to both. The layout is the one that the runtime
/// and the kubelet end up with by themselves, so that the kubelet sends no signing request, later
/// renews the certificate in its place, and upgrades and resets find what they expect. The
/// certificate that the kubelet serves with is its own affair, as it is after any join.
///
/// @param ca where the cluster's CA is
/// @param folder where the kubelet keeps its certificates
/// @param kubeconfig the kubelet's
/// @param server `host:port` of the API
public record NodeIdentity(RemotePath ca, RemotePath folder, RemotePath kubeconfig, String server) {
    /// Whether the host joins by it.
    public static boolean isBrought(PlanInput input, ClusterHost host) {
        return !host.isControlPlane() && input.clusterfile().join() == JoinMode.CERTIFICATE;
    }

    public List<Step> steps(PlanInput input, ClusterHost worker) {
        return List.of(
                Step.Put.material("put-ca-crt", ca, Materials.authority("ca.crt"), 0644),
                place(input, worker));
    }

    /// After the join it is left as it is: the kubelet may have renewed the certificate.
    private Step place(PlanInput input, ClusterHost worker) {
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
                                ShellQuote.quote(folder.value()),
                                "ISSUED",
                                ShellQuote.quote(issued().value()),
                                "CURRENT",
                                ShellQuote.quote(current().value()),
                                "TEXT",
                                ShellQuote.quote(text(input, worker)),
                                "CONF",
                                ShellQuote.quote(kubeconfig.value())))
                .withMaterialFile("CERTIFICATE", Materials.kubeletClient(input.nodeName(worker)))
                .unless("[ -e " + ShellQuote.quote(NodePaths.JOINED.value()) + " ]");
    }

    /// The link to the one that counts: a kubelet that renews it refuses to replace anything but a
    /// link.
    private RemotePath current() {
        return folder.resolveInside("kubelet-client-current.pem");
    }

    private RemotePath issued() {
        return folder.resolveInside("kubelet-client-issued.pem");
    }

    /// In the form that kubeadm leaves: it points to the file that the kubelet renews its
    /// certificate in.
    private String text(PlanInput input, ClusterHost worker) {
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
                ca.value(),
                "SERVER",
                server,
                "USER",
                "system:node:" + input.nodeName(worker),
                "CLIENT",
                current().value());
    }
}
