package dev.slipway.simulator.host;

/// The simulator cannot do what was asked: the machine refuses something, or a request makes no
/// sense. The message says how to mend it.
public final class SimulatorFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SimulatorFailure(String message) {
        super(message);
    }

    public SimulatorFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
