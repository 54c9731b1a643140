package dev.slipway.faults;

import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/// Keeps the production classes' logs, which tell of faults all the time, out of the output.
final class Silence {
    private static final Logger ROOT = Logger.getLogger("");
    private static final Logger OURS = Logger.getLogger("dev.slipway");

    private Silence() {}

    static void logs() {
        LogManager.getLogManager().reset();
        ROOT.setLevel(Level.OFF);
        OURS.setLevel(Level.OFF);
    }
}
