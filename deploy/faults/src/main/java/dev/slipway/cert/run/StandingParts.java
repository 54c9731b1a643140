package dev.slipway.cert.run;

import dev.slipway.contracts.event.RunEvent;
import java.util.Optional;

/// Opens this package's production code to the simulation. Nothing is decided here.
public final class StandingParts {
    private StandingParts() {}

    /// What the event says of its run's standing, if anything.
    public static Optional<RunStanding> of(RunEvent event) {
        return RunListener.standing(event).map(s -> new RunStanding(s, event.at()));
    }
}
