package dev.slipway.planner.operation;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.order.Part;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.plan.ExecScript;
import dev.slipway.planner.plan.ExecWork;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// Checks what a request for `exec` says, field by field.
final class ExecWish {
    private static final int MOST_BYTES = 64 * 1024;
    // Each host has the script in its order, and the plan has it once a host.
    private static final int MOST_BYTES_OF_ALL = 32 * 1024 * 1024;
    // A host holds it in memory while it runs.
    private static final long MOST_BYTES_OF_A_FILE = 16L * 1024 * 1024;
    private static final int MOST_PARALLEL = 1000;
    private static final int MOST_FAILURES = 5001;
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(12);
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(7);

    private ExecWish() {}

    /// @param hosts how many
    static ExecWork work(RunRequest.Exec wish, int hosts) {
        return new ExecWork(
                bounded(script(wish), hosts),
                wish.scriptFile().map(ExecWish::file),
                new TreeMap<>(environment(wish.environment().orElse(Map.of()))),
                wish.readOnly().orElse(false),
                within("maxParallel", wish.maxParallel(), MOST_PARALLEL),
                within("maxFailures", wish.maxFailures(), MOST_FAILURES),
                within("timeout", wish.timeout(), LONGEST_TIMEOUT),
                within("deadline", wish.deadline(), LONGEST_DEADLINE));
    }

    private static String script(RunRequest.Exec wish) {
        List<String> command = wish.command().orElse(List.of());
        String script = wish.script().orElse("");
        int said = (command.isEmpty() ? 0 : 1) + (script.isEmpty() ? 0 : 1);
        if (said + (wish.scriptFile().isEmpty() ? 0 : 1) != 1) {
            throw Refusal.invalid(
                    "field \"exec\": expected either \"command\" or \"script\" or \"scriptFile\", found %s"
                            .formatted(
                                    said == 0 && wish.scriptFile().isEmpty()
                                            ? "none of them"
                                            : "several"));
        }
        if (wish.scriptFile().isPresent()) {
            return ExecScript.OF_LENT_FILE;
        }
        if (script.indexOf('\0') >= 0 || command.stream().anyMatch(w -> w.indexOf('\0') >= 0)) {
            throw Refusal.invalid(
                    "field \"exec\": a NUL stands in it, which no shell can be given");
        }
        return command.isEmpty() ? ExecScript.ofFile(script) : ExecScript.ofCommand(command);
    }

    private static Part.Content file(FileSource.Stored stored) {
        if (stored.size() < 1 || stored.size() > MOST_BYTES_OF_A_FILE) {
            throw Refusal.invalid(
                    "field \"exec.scriptFile.size\": the script has %d bytes, expected 1 to %d: have it fetch the rest"
                            .formatted(stored.size(), MOST_BYTES_OF_A_FILE));
        }
        return new Part.Content(stored.content(), stored.size());
    }

    private static String bounded(String script, int hosts) {
        int bytes = script.getBytes(StandardCharsets.UTF_8).length;
        int most = Math.min(MOST_BYTES, MOST_BYTES_OF_ALL / Math.max(1, hosts));
        if (bytes > most) {
            throw Refusal.invalid(
                    "field \"exec\": the script has %d bytes, for %d hosts it may have %d: send it to the content store and name it as \"scriptFile\""
                            .formatted(bytes, hosts, most));
        }
        return script;
    }

    private static Map<String, String> environment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (!name.matches("[A-Z_][A-Z0-9_]*") || value.indexOf('\0') >= 0) {
                throw Refusal.invalid(
                        "field \"exec.environment\": %s is no variable: expected upper-case letters, digits and underscores"
                                .formatted(Quoted.of(name)));
            }
        });
        return environment;
    }

    private static OptionalInt within(String field, Optional<Integer> value, int most) {
        value.filter(v -> v < 1 || v > most)
                .ifPresent(v -> {
                    throw Refusal.invalid(
                            "field \"exec.%s\": %d is out of range: expected 1 to %d"
                                    .formatted(field, v, most));
                });
        return value.isPresent() ? OptionalInt.of(value.get()) : OptionalInt.empty();
    }

    private static Optional<Duration> within(
            String field, Optional<Duration> value, Duration most) {
        value.filter(v -> v.compareTo(Duration.ofSeconds(1)) < 0 || v.compareTo(most) > 0)
                .ifPresent(v -> {
                    throw Refusal.invalid(
                            "field \"exec.%s\": %s is out of range: expected PT1S to %s"
                                    .formatted(field, v, most));
                });
        return value;
    }
}
