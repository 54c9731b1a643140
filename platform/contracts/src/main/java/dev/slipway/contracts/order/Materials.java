package dev.slipway.contracts.order;

import dev.slipway.contracts.id.MaterialName;
import java.util.List;

/// The names of the materials that the certificate service makes and keeps.
public final class Materials {
    /// A kubeadm bootstrap token, `[a-z0-9]{6}.[a-z0-9]{16}`, valid as long as its run may last.
    public static final MaterialName BOOTSTRAP_TOKEN = new MaterialName("token/bootstrap");

    private static final String PKI = "pki/";

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

    /// A [KubeCredential] as JSON, issued to orders that have a [Step.Kube] of the identity and to
    /// no others.
    public static MaterialName kube(KubeIdentity identity) {
        return new MaterialName("kube/" + identity.word());
    }
}
