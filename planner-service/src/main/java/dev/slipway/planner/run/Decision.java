package dev.slipway.planner.run;

import java.util.List;

/// What follows from an input.
public sealed interface Decision {
    /// @param state what is true from now on
    /// @param effects in order
    /// @param starved whether more would have been dispatched if the run's share were larger
    record Accepted(RunState state, List<Effect> effects, boolean starved) implements Decision {
        public Accepted {
            effects = List.copyOf(effects);
        }
    }

    /// The decision depends on tasks that an outline leaves out: ask again with the whole state.
    /// Never the answer to a whole state.
    record NeedsAll() implements Decision {}

    /// The run is not in a state that allows the command; nothing changes.
    ///
    /// @param why one sentence
    record Refused(String why) implements Decision {}
}
