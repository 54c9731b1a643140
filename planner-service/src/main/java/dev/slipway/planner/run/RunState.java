package dev.slipway.planner.run;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import java.util.List;

/// All that decides what happens next in a run.
///
/// @param phases `inspect` first, where the operation begins with it, then those of the frozen plan
public record RunState(
        Subject subject,
        RunStage stage,
        boolean paused,
        boolean cancelling,
        List<PhaseState> phases) {
    /// Whose run it is; never changes.
    ///
    /// @param strict whether the failure limit is reserved before dispatch, so that it is a ceiling
    public record Subject(TenantId tenant, ClusterName cluster, RunId run, boolean strict) {}

    public RunState {
        phases = List.copyOf(phases);
    }

    /// A run that was just opened and begins with a look at its hosts.
    public static RunState open(Subject subject, PhaseRules inspect) {
        return new RunState(
                subject,
                new RunStage.Inspecting(),
                false,
                false,
                List.of(PhaseState.waiting(inspect)));
    }

    /// A run that was just opened and whose plan needs no facts of its hosts: it comes next.
    public static RunState open(Subject subject) {
        return new RunState(subject, new RunStage.Planning(), false, false, List.of());
    }

    public boolean settled() {
        return stage instanceof RunStage.Settled;
    }
}
