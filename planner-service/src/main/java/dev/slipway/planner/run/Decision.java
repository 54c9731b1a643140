package dev.slipway.planner.run;

import java.util.List;

/// What follows from an input.
public sealed interface Decision {
    /// @param state what is true from now on
    /// @param effects in order
    record Accepted(RunState state, List<Effect> effects) implements Decision {
        public Accepted {
            effects = List.copyOf(effects);
        }
    }

    /// The run is not in a state that allows the command; nothing changes.
    ///
    /// @param why one sentence
    record Refused(String why) implements Decision {}
}
