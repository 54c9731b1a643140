package dev.slipway.contracts.order;

import dev.slipway.contracts.id.MaterialName;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The names of the materials that the certificate service makes and keeps.
public final class Materials {
    /// A kubeadm bootstrap token, `[a-z0-9]{6}.[a-z0-9]{16}`, valid as long as its run may last.
    public static final MaterialName BOOTSTRAP_TOKEN = new MaterialName("token/bootstrap");

    /// The word by which a worker joins a k0s cluster, as `k0s install worker --token-file` takes
    /// it: made of the run's [#BOOTSTRAP_TOKEN], whose life it shares.
    public static final MaterialName K0S_WORKER_TOKEN = new MaterialName("k0s-token/worker");

    /// Likewise of a controller, with a token of its own. Whoever holds it can read the CA's key.
    public static final MaterialName K0S_CONTROLLER_TOKEN =
            new MaterialName("k0s-token/controller");

    /// The manifest of the Secret by which a k0s cluster knows [#K0S_WORKER_TOKEN].
    public static final MaterialName K0S_WORKER_SECRET =
            new MaterialName("k0s-token/worker-secret");

    /// The manifest of the Secret by which a k0s cluster knows [#K0S_CONTROLLER_TOKEN].
    public static final MaterialName K0S_CONTROLLER_SECRET =
            new MaterialName("k0s-token/controller-secret");

    private static final String PKI = "pki/";
    private static final String KUBELET_CLIENT = "kubelet-client/";
    private static final String REGISTRY_SERVER = "registry-server/";
    private static final String REGISTRY_USERS = "registry-users/";
    private static final Pattern NODE_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");

    /// The longest name of a node whose kubelet can be given a certificate.
    public static final int LONGEST_NODE_NAME = 185;

    /// The eight files below `/etc/kubernetes/pki` from which kubeadm makes everything else
    /// (kubeadm best practices, "PKI certificates and requirements"); a file's material is `pki/`
    /// and its path there.
    public static final List<String> AUTHORITY_FILES =
            List.of(
                    "ca.crt",
                    "ca.key",
                    "etcd/ca.crt",
                    "etcd/ca.key",
                    "front-proxy-ca.crt",
                    "front-proxy-ca.key",
                    "sa.key",
                    "sa.pub");

    private Materials() {}

    /// @param file one of [#AUTHORITY_FILES]
    public static MaterialName authority(String file) {
        if (!AUTHORITY_FILES.contains(file)) {
            throw new IllegalArgumentException(
                    "\"%s\" is no file of a cluster's authority".formatted(file));
        }
        return new MaterialName(PKI + file);
    }

    /// The client certificate of a node's kubelet (`CN=system:node:NAME`, `O=system:nodes`) and its
    /// private key, as one file in the form in which kubelets keep them: `CERTIFICATE`, then
    /// `PRIVATE KEY` in PEM. Both are made anew whenever the material is redeemed, and kept
    /// nowhere.
    ///
    /// @param node its name, at most [#LONGEST_NODE_NAME] characters
    public static MaterialName kubeletClient(String node) {
        return new MaterialName(KUBELET_CLIENT + node);
    }

    /// The node whose kubelet's certificate that is; empty if it is another material.
    public static Optional<String> kubeletClientNode(MaterialName name) {
        return Optional.of(name.value())
                .filter(n -> n.startsWith(KUBELET_CLIENT))
                .map(n -> n.substring(KUBELET_CLIENT.length()))
                .filter(n -> NODE_NAME.matcher(n).matches());
    }

    /// What was sent with `PUT /v1/credentials/{name}`: the SSH credential as JSON.
    ///
    /// @param name a DNS label
    public static MaterialName credential(String name) {
        return new MaterialName("credential/" + name);
    }

    /// The sudo password of the credential of that name, as text.
    public static MaterialName sudoPassword(String name) {
        return new MaterialName("sudo-password/" + name);
    }

    /// The login of the registry credential of that name: base64 of `username:password`, as HTTP's
    /// basic authentication (RFC 7617) and Docker's `config.json` have it.
    ///
    /// @param name a DNS label
    public static MaterialName registryLogin(String name) {
        return new MaterialName("registry/" + name);
    }

    /// The certificate by which a cluster's own registry of images shows itself at that address,
    /// signed by the cluster's CA, and its private key, as one file: `CERTIFICATE`, then `PRIVATE
    /// KEY` in PEM. Both are made anew whenever the material is redeemed, and kept nowhere. It is
    /// valid as long as the CA is, for nobody would renew it before.
    ///
    /// @param host an IPv4 address or a DNS name
    public static MaterialName registryServer(String host) {
        return new MaterialName(REGISTRY_SERVER + host);
    }

    /// The address of the registry whose certificate that is; empty if it is another material, or
    /// by its form the API's own name.
    public static Optional<String> registryServerHost(MaterialName name) {
        return Optional.of(name.value())
                .filter(n -> n.startsWith(REGISTRY_SERVER))
                .map(n -> n.substring(REGISTRY_SERVER.length()))
                .filter(n -> NODE_NAME.matcher(n).matches())
                .filter(n -> !n.equals("localhost") && !n.matches("kubernetes(\\..*)?"));
    }

    /// Who is let in by a cluster's own registry: the registry credential of that name as a line of
    /// htpasswd with bcrypt, which is made anew whenever the material is redeemed.
    ///
    /// @param credential a DNS label; its password has at most 72 bytes, which is all that bcrypt
    ///   looks at, else there is no such material
    public static MaterialName registryUsers(String credential) {
        return new MaterialName(REGISTRY_USERS + credential);
    }

    /// The credential of which that is made; empty if it is another material.
    public static Optional<String> registryUsersCredential(MaterialName name) {
        return Optional.of(name.value())
                .filter(n -> n.startsWith(REGISTRY_USERS))
                .map(n -> n.substring(REGISTRY_USERS.length()));
    }

    /// A [KubeCredential] as JSON, issued to orders that have a [Step.Kube] of the identity and to
    /// no others.
    public static MaterialName kube(KubeIdentity identity) {
        return new MaterialName("kube/" + identity.word());
    }

    /// A kubeconfig of the identity, for a program on a host: its client certificate lives one
    /// hour, at most until the order has to be settled, and is made anew whenever the material is
    /// redeemed. Of [KubeIdentity#MAINTENANCE] alone.
    public static MaterialName kubeconfig(KubeIdentity identity) {
        return new MaterialName("kubeconfig/" + identity.word());
    }
}
