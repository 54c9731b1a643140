package dev.slipway.planner.run;

import java.time.Instant;
import java.util.List;

/// Decides what happens next in a run. Pure: the same state, inputs, time and share always give the
/// same decision.
public final class RunDecider {
    private final Patience patience;

    public RunDecider(Patience patience) {
        this.patience = patience;
    }

    /// Applies the inputs in order, takes overdue tasks in hand, and dispatches what the limits
    /// allow.
    ///
    /// @param state whole, or in outline
    /// @param now the database's time
    /// @param share how many tasks the run may have in flight, those that are included: its part of
    ///   what its tenant may have
    /// @return refused if a command among the inputs is not allowed; then nothing changes
    public Decision decide(RunState state, List<RunInput> inputs, Instant now, int share) {
        var transition = new RunTransition(state, patience, now);
        for (RunInput input : inputs) {
            var refusal = transition.apply(input);
            if (refusal.isPresent()) {
                return new Decision.Refused(refusal.get());
            }
        }
        transition.advance(share);
        if (transition.needsAll()) {
            return new Decision.NeedsAll();
        }
        return new Decision.Accepted(
                transition.state(), transition.effects(), transition.starved());
    }
}
