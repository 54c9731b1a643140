package dev.slipway.planner.run;

import java.time.Instant;
import java.util.List;

/// Decides what happens next in a run. Pure: the same state, inputs, time and slots always give the
/// same decision.
public final class RunDecider {
    private final Patience patience;

    public RunDecider(Patience patience) {
        this.patience = patience;
    }

    /// Applies the inputs in order, takes overdue tasks in hand, and dispatches what the limits
    /// allow.
    ///
    /// @param now the database's time
    /// @param slots how many orders may be dispatched beyond those that hold a reservation already;
    ///   the share of the tenant that is free for this run, not negative
    /// @return refused if a command among the inputs is not allowed; then nothing changes
    public Decision decide(RunState state, List<RunInput> inputs, Instant now, int slots) {
        var transition = new RunTransition(state, patience, now);
        for (RunInput input : inputs) {
            var refusal = transition.apply(input);
            if (refusal.isPresent()) {
                return new Decision.Refused(refusal.get());
            }
        }
        transition.advance(slots);
        return new Decision.Accepted(transition.state(), transition.effects());
    }
}
