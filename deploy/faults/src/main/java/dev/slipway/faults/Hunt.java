package dev.slipway.faults;

import java.util.Optional;

/// Looks for a planted bug.
///
/// @param bug what was planted
/// @param seeds how many were run, the one that found it included
/// @param found how it showed, if it did
record Hunt(Bug bug, int seeds, Optional<Simulation.Outcome> found) {
    /// Runs seeds until one fails. For a thread of its own.
    static Hunt of(Bug bug, long from, int most) {
        var bugs = new Bugs(Optional.of(bug));
        for (int n = 1; n <= most; n++) {
            var outcome = Simulation.run(from + n - 1, bugs);
            if (outcome.failure().isPresent()) {
                return new Hunt(bug, n, Optional.of(outcome));
            }
        }
        return new Hunt(bug, most, Optional.empty());
    }

    @Override
    public String toString() {
        String how =
                found.flatMap(Simulation.Outcome::failure)
                        .map(f -> f instanceof Violation v ? v.invariant() : f.toString())
                        .orElse("NOT FOUND");
        return "%-28s %6d seeds  %s".formatted(bug, seeds, how);
    }
}
