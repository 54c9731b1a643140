package dev.slipway.local.supervisor;

import dev.slipway.local.process.ProcessStamp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What one part runs. Called by one thread at a time; a method may block, and fails by an
/// unchecked exception whose message says what to do.
public interface PartProgram {

    /// Called before every start.
    default void prepare() {}

    /// The command line for the next start. Shown in process lists, so it holds no secret.
    List<String> command();

    /// Variables for the next start, over the supervisor's own.
    default Map<String, String> environment() {
        return Map.of();
    }

    /// Whether the part, running as `process`, serves now.
    boolean ready(ProcessStamp process);

    /// Whether the part, running as `process`, is well although it does not serve yet: it waits for
    /// another part, and starting it again would mend nothing.
    default boolean live(ProcessStamp process) {
        return false;
    }

    /// Called once for each start, when the part serves.
    default void started(ProcessStamp process) {}

    /// How long a start may take until it counts as failed, unless the part is live then.
    default Duration startLimit() {
        return Duration.ofMinutes(2);
    }

    /// The signal that asks the part to end.
    default String stopSignal() {
        return "TERM";
    }

    /// How long the part may take to end before it is killed.
    default Duration stopLimit() {
        return Duration.ofSeconds(30);
    }

    /// Where it runs.
    Path workingDirectory();
}
