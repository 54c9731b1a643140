package dev.slipway.planner.plan;

import dev.slipway.contracts.order.Part;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// What `exec` does on each host, and within which limits; for a limit that is left open the file's
/// `spec.limits` holds, then [ExecPhase]'s default.
///
/// @param script shell text, made by [ExecScript]
/// @param file the script file that it runs, where that is in the content store
/// @param environment variables that it sees, over the hosts' own
/// @param readOnly whether it changes nothing, so that it may run while something else changes the
///   host
/// @param window tasks in flight at once
/// @param maxFailures the failure limit
/// @param timeout of the script on one host
/// @param deadline for all hosts together
public record ExecWork(
        String script,
        Optional<Part.Content> file,
        SortedMap<String, String> environment,
        boolean readOnly,
        OptionalInt window,
        OptionalInt maxFailures,
        Optional<Duration> timeout,
        Optional<Duration> deadline) {
    public ExecWork {
        environment = sorted(environment);
    }

    private static SortedMap<String, String> sorted(Map<String, String> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
