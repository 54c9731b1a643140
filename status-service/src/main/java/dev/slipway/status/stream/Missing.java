package dev.slipway.status.stream;

/// What is known of a settled run to have happened and has not come to this service yet. Each topic
/// is read by itself, and where an instance was killed another one takes seconds to go on.
///
/// @param results of tasks
/// @param outputs of tasks, the last piece of which is not there
public record Missing(int results, int outputs) {
    static final Missing NOTHING = new Missing(0, 0);

    boolean isNothing() {
        return equals(NOTHING);
    }

    /// For whoever does not want output.
    Missing withoutOutput() {
        return new Missing(results, 0);
    }
}
