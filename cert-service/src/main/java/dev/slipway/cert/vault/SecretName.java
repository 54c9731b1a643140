package dev.slipway.cert.vault;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.TenantId;
import java.nio.charset.StandardCharsets;

/// Whose secret it is and what it is called. Bound to the sealed bytes: a row that is moved to
/// another tenant, cluster, generation or name cannot be unsealed there.
///
/// @param tenant the owner
/// @param scope `cluster NAME GENERATION`, or `tenant` for what no cluster owns
/// @param name unique in the scope
public record SecretName(TenantId tenant, String scope, MaterialName name) {
    public static SecretName ofTenant(TenantId tenant, MaterialName name) {
        return new SecretName(tenant, "tenant", name);
    }

    public static SecretName ofCluster(
            TenantId tenant, ClusterName cluster, int generation, MaterialName name) {
        return new SecretName(tenant, "cluster %s %d".formatted(cluster, generation), name);
    }

    /// No part may hold a line end, so no two names share their bytes.
    byte[] associatedData() {
        return "slipway/1\n%s\n%s\n%s"
                .formatted(tenant, scope, name)
                .getBytes(StandardCharsets.UTF_8);
    }
}
