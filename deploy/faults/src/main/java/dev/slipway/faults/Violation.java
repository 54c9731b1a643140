package dev.slipway.faults;

/// An invariant that did not hold.
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    Violation(String invariant, String found) {
        super(invariant + ": " + found);
        this.invariant = invariant;
    }

    String invariant() {
        return invariant;
    }
}
