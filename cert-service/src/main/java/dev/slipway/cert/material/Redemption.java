package dev.slipway.cert.material;

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
    record Granted(
            TenantId tenant, Map<SecretName, Sealed> sealed, List<UserCertificate> certificates)
            implements Redemption {
        public Granted {
            sealed = Map.copyOf(sealed);
            certificates = List.copyOf(certificates);
        }
    }

    record Refused(Admission.Refusal refusal) implements Redemption {}
}
