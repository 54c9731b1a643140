package dev.slipway.cert.material;

import dev.slipway.cert.k0s.K0sJoin;
import dev.slipway.cert.kube.KubeCertificate;
import dev.slipway.cert.node.NodeCertificateDesk;
import dev.slipway.cert.sshca.UserCertificate;
import java.util.List;

/// What is made anew for an order, because it is kept nowhere.
///
/// @param users in the place of credentials
/// @param nodes kubelets' client certificates
/// @param kube what API servers are asked with
/// @param k0s join tokens of k0s
record Issuance(
        List<UserCertificate> users,
        NodeCertificateDesk.Wanted nodes,
        List<KubeCertificate> kube,
        List<K0sJoin> k0s) {
    public Issuance {
        users = List.copyOf(users);
        kube = List.copyOf(kube);
        k0s = List.copyOf(k0s);
    }
}
