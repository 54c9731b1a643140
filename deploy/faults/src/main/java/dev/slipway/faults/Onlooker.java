package dev.slipway.faults;

import java.time.Duration;

/// Sees what happens on hosts.
interface Onlooker {
    /// A program starts its attempt.
    ///
    /// @param transit how long the order was under way after the time to start was measured
    /// @param first whether the attempt had not been started before
    void began(Host host, OrderText order, Duration transit, boolean first);

    /// A step's process starts.
    void ran(Host host, OrderText order, OrderText.StepText step);

    /// A step's process ends by itself.
    void finished(Host host, OrderText order, OrderText.StepText step, int code);

    void rebooted(Host host);

    /// A process was killed by nobody of ours.
    ///
    /// @param mark its task and attempt
    void crashed(Host host, String mark);
}
