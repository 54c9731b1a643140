package dev.slipway.faults;

/// Sees what happens on hosts.
interface Onlooker {
    /// A program starts its attempt.
    ///
    /// @param first whether the attempt had not been started before
    void began(Host host, OrderText order, Line.Delivery delivery, boolean first);

    /// The journal has ended the attempt and all before it.
    void ended(Host host, OrderText order);

    /// A step's process starts.
    void ran(Host host, OrderText order, OrderText.StepText step);

    /// A step's process ends by itself.
    void finished(Host host, OrderText order, OrderText.StepText step, int code);

    /// The journal says from now on that a step has failed.
    void recordedFailure(Host host, OrderText order, OrderText.StepText step);

    void rebooted(Host host);

    /// A process was killed by nobody of ours.
    ///
    /// @param mark its task and attempt
    void crashed(Host host, String mark);
}
