package dev.slipway.planner.operation;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.plan.Operation;
import java.util.Optional;

/// What was asked for; never changes.
///
/// @param generation of the cluster when the run was opened
/// @param revision of the Clusterfile
record RunRecord(
        RunId id,
        TenantId tenant,
        ClusterName cluster,
        Operation operation,
        int generation,
        int revision,
        PoolName pool,
        Origin origin,
        Wishes wishes) {
    /// Who asked for it.
    ///
    /// @param traceparent of the request, in the trace of which all belongs that the run does;
    ///   absent in runs of earlier versions
    record Origin(String actor, Optional<String> traceparent) {}

    /// How it was asked for.
    ///
    /// @param strict whether the failure limit is a ceiling
    /// @param acceptNewHostKeys whether hosts of which no key is known are trusted at first sight
    /// @param archive of a backup the folder that it goes to, of a restore the file that it comes
    ///   from, on the host
    record Wishes(
            boolean dryRun,
            boolean strict,
            boolean acceptNewHostKeys,
            Optional<RemotePath> archive) {}

    String actor() {
        return origin.actor();
    }

    /// The key of its events.
    String eventKey() {
        return tenant + "/" + cluster;
    }
}
