package dev.slipway.cli;

/// What scripts get to see.
public final class ExitCode {
    public static final int OK = 0;

    /// The operation failed, or the stack does not answer.
    public static final int FAILED = 1;

    /// The call or its input is wrong; nothing was done.
    public static final int USAGE = 2;

    /// A failure limit, a disruption budget or a deadline ended the run.
    public static final int LIMIT_REACHED = 3;

    /// The run waits for somebody: paused, or not approved.
    public static final int WAITING = 4;

    /// Done, but something was left out; what is said on standard error.
    public static final int INCOMPLETE = 5;

    private ExitCode() {}
}
