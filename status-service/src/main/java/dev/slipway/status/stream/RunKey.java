package dev.slipway.status.stream;

import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;

/// A run as the read side tells runs apart: whoever names a foreign run id under its own tenant
/// gets a run of its own.
public record RunKey(TenantId tenant, RunId run) {
    @Override
    public String toString() {
        return tenant + "/" + run;
    }
}
