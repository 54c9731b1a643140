package dev.slipway.cert.material;

import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.contracts.id.TenantId;
import java.util.Map;

/// What became of a wish for materials.
sealed interface Redemption {
    /// @param sealed what is kept of all the order names, not yet unsealed
    /// @param issuance what is still to be made
    record Granted(TenantId tenant, Map<SecretName, Sealed> sealed, Issuance issuance)
            implements Redemption {
        public Granted {
            sealed = Map.copyOf(sealed);
        }
    }

    record Refused(Admission.Refusal refusal) implements Redemption {}
}
