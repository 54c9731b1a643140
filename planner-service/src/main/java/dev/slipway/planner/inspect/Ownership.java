package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.TenantId;

/// Whose a host is: the content of `/var/lib/slipway/owner`.
///
/// @param installation the UUID of this Slipway
/// @param generation how often the cluster's name was given away, from 1
public record Ownership(String installation, TenantId tenant, ClusterName cluster, int generation) {
    /// The file on the host.
    public static final String FILE = "/var/lib/slipway/owner";

    public Ownership {
        if (!installation.matches("[0-9A-Za-z-]{1,64}") || generation < 1) {
            throw new IllegalArgumentException(
                    "installation \"%s\", generation %d: expected a UUID and at least 1"
                            .formatted(installation, generation));
        }
    }

    /// Whether both mean the same cluster, whatever its generation.
    public boolean isSameCluster(Ownership other) {
        return installation.equals(other.installation)
                && tenant.equals(other.tenant)
                && cluster.equals(other.cluster);
    }

    /// The file's text, four lines.
    public String text() {
        return "installation=%s\ntenant=%s\ncluster=%s\ngeneration=%d\n"
                .formatted(installation, tenant, cluster, generation);
    }
}
