package dev.slipway.contracts.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The life of a run, on `slipway.runs`, in order.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RunEvent.RunOpened.class, name = "RunOpened"),
    @JsonSubTypes.Type(value = RunEvent.PlanFrozen.class, name = "PlanFrozen"),
    @JsonSubTypes.Type(value = RunEvent.PhaseStarted.class, name = "PhaseStarted"),
    @JsonSubTypes.Type(value = RunEvent.PhaseSettled.class, name = "PhaseSettled"),
    @JsonSubTypes.Type(value = RunEvent.RunPaused.class, name = "RunPaused"),
    @JsonSubTypes.Type(value = RunEvent.RunResumed.class, name = "RunResumed"),
    @JsonSubTypes.Type(value = RunEvent.CancelRequested.class, name = "CancelRequested"),
    @JsonSubTypes.Type(value = RunEvent.RunSettled.class, name = "RunSettled")
})
public sealed interface RunEvent {
    TenantId tenant();

    ClusterName cluster();

    RunId run();

    /// When it happened, by the planner's database.
    Instant at();

    /// @param operation `apply`, `reset`, `check`, `exec`, …
    /// @param revision of the Clusterfile, 1 and up; 0 where the hosts came with the request
    /// @param actor who asked
    /// @param hosts it is about; those of a cluster with control planes first
    record RunOpened(
            TenantId tenant,
            ClusterName cluster,
            RunId run,
            String operation,
            int revision,
            String actor,
            boolean dryRun,
            List<HostRef> hosts,
            Instant at)
            implements RunEvent {
        public RunOpened {
            hosts = List.copyOf(hosts);
        }
    }

    /// @param digest of the plan, which is at the planner
    /// @param phases those after `inspect`, in order
    record PlanFrozen(
            TenantId tenant,
            ClusterName cluster,
            RunId run,
            ContentDigest digest,
            List<PhaseSummary> phases,
            Instant at)
            implements RunEvent {
        public PlanFrozen {
            phases = List.copyOf(phases);
        }
    }

    record PhaseStarted(
            TenantId tenant, ClusterName cluster, RunId run, PhaseSummary phase, Instant at)
            implements RunEvent {}

    /// @param unknown hosts of which it is not known what became of their task
    /// @param leftOut hosts that were not tried, because they failed before or the run halted
    record PhaseSettled(
            TenantId tenant,
            ClusterName cluster,
            RunId run,
            PhaseName phase,
            int succeeded,
            int failed,
            int unknown,
            int leftOut,
            Instant at)
            implements RunEvent {}

    record RunPaused(TenantId tenant, ClusterName cluster, RunId run, String actor, Instant at)
            implements RunEvent {}

    /// @param retry whether a settled run was taken up again (`retry`) rather than a paused one
    record RunResumed(
            TenantId tenant,
            ClusterName cluster,
            RunId run,
            String actor,
            boolean retry,
            Instant at)
            implements RunEvent {}

    /// Every executor ends this run's tasks on their hosts.
    ///
    /// @param actor who asked, or `slipway (deadline)`
    record CancelRequested(
            TenantId tenant, ClusterName cluster, RunId run, String actor, Instant at)
            implements RunEvent {}

    /// @param reason absent where the outcome is a good one
    /// @param message one sentence, and what to do
    record RunSettled(
            TenantId tenant,
            ClusterName cluster,
            RunId run,
            RunOutcome outcome,
            Optional<ReasonCode> reason,
            String message,
            Instant at)
            implements RunEvent {}
}
