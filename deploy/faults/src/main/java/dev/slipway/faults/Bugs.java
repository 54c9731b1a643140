package dev.slipway.faults;

import java.util.Optional;

/// Which mistake is made, if any.
record Bugs(Optional<Bug> planted) {
    boolean has(Bug bug) {
        return planted.isPresent() && planted.get() == bug;
    }
}
