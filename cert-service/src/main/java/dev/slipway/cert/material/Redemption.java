package dev.slipway.cert.material;

import dev.slipway.cert.kube.KubeCertificate;
import dev.slipway.cert.sshca.UserCertificate;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.contracts.id.TenantId;
import java.util.List;
import java.util.Map;

/// What became of a wish for materials.
sealed interface Redemption {
    /// @param sealed all the order names, not yet unsealed
    /// @param certificates to be issued in the place of credentials
    /// @param kube to be issued for API servers
    record Granted(
            TenantId tenant,
            Map<SecretName, Sealed> sealed,
            List<UserCertificate> certificates,
            List<KubeCertificate> kube)
            implements Redemption {
        public Granted {
            sealed = Map.copyOf(sealed);
            certificates = List.copyOf(certificates);
            kube = List.copyOf(kube);
        }
    }

    record Refused(Admission.Refusal refusal) implements Redemption {}
}
