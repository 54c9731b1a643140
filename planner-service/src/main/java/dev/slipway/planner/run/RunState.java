package dev.slipway.planner.run;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import java.util.List;
import java.util.Set;

/// All that decides what happens next in a run.
///
/// @param phases `inspect` first, then those of the frozen plan
public record RunState(
        Subject subject,
        RunStage stage,
        boolean paused,
        boolean cancelling,
        List<PhaseState> phases) {
    /// Whose run it is; never changes.
    ///
    /// @param controlPlanes the hosts whose failure halts the run
    /// @param strict whether the failure limit is reserved before dispatch, so that it is a ceiling
    public record Subject(
            TenantId tenant,
            ClusterName cluster,
            RunId run,
            Set<HostAddress> controlPlanes,
            boolean strict) {
        public Subject {
            controlPlanes = Set.copyOf(controlPlanes);
        }
    }

    public RunState {
        phases = List.copyOf(phases);
    }

    /// A run that was just opened.
    public static RunState open(Subject subject, PhaseRules inspect) {
        return new RunState(
                subject,
                new RunStage.Inspecting(),
                false,
                false,
                List.of(PhaseState.waiting(inspect)));
    }

    public boolean settled() {
        return stage instanceof RunStage.Settled;
    }

    /// Whether the phases of a plan stand after `inspect`.
    boolean planned() {
        return phases.size() > 1;
    }
}
