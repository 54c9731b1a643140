package dev.slipway.planner.operation;

/// How many tasks a run may have in flight, so that a tenant's runs take turns within what the
/// tenant may have. Pure.
///
/// @param cap tasks the tenant may have in flight, at least 1
/// @param others tasks in flight of the tenant's other runs
/// @param starving the tenant's other runs that wait for their share
record FairShare(int cap, int others, int starving) {
    /// What is free, but no more than an equal part while others wait; an unfinished equal part is
    /// rounded up, so that small caps serve somebody. Never negative.
    int tasks() {
        int free = Math.max(0, cap - others);
        int equal = (cap + starving) / (starving + 1);
        return starving == 0 ? free : Math.min(free, equal);
    }
}
