package dev.slipway.scenarios;

import dev.slipway.simulator.RunningHost;
import dev.slipway.simulator.SimulatorConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;

/// Lies in front of a host's tool and springs once: at the first call whose arguments are those. By
/// this a failure comes at a known place of a run, and not at some moment. All traps of a host end
/// with [RunningHost#clearFaults()].
///
/// @param tool as `kubeadm`; one trap a tool and host
/// @param arguments a shell pattern, as `join *`
record Trap(RunningHost host, String tool, String arguments, String mark) {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration API_AWAY = Duration.ofMinutes(2);

    private static final String SILENCE =
            "for ready in /.simulator/wire/listen/*/ready-ms; do [ ! -e \"$ready\" ] || echo $(($(date +%s%3N) + "
                    + (long) (API_AWAY.toMillis() * SimulatorConfig.DEFAULT_TIME_SCALE)
                    + ")) >\"$ready\"; done";

    private static Trap of(RunningHost host, String tool, String arguments, String action) {
        String mark = "/root/trap-" + UUID.randomUUID();
        host.program(
                tool,
                """
                case "$*" in %s) if mkdir %s 2>/dev/null; then
                %s
                fi ;; esac
                PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin exec %s "$@"
                """
                        .formatted(arguments, mark, action.replace("MARK", mark), tool));
        return new Trap(host, tool, arguments, mark);
    }

    /// The call fails before the tool does anything.
    static Trap fails(RunningHost host, String tool, String arguments) {
        return of(host, tool, arguments, "echo 'a simulated failure' >&2; exit 1");
    }

    /// For two minutes of simulated time no API server answers; the call goes on.
    static Trap silencesTheApi(RunningHost host, String tool, String arguments) {
        return of(host, tool, arguments, SILENCE);
    }

    /// The same, at once.
    static void silenceTheApi(RunningHost host) {
        host.run(SILENCE);
    }

    /// The call waits until [#release()].
    static Trap holds(RunningHost host, String tool, String arguments) {
        return of(host, tool, arguments, "while [ ! -e MARK/go ]; do sleep 0.1; done");
    }

    boolean sprung() {
        return Files.isDirectory(path());
    }

    void awaitSprung() {
        Awaitility.await("%s %s on %s".formatted(tool, arguments, host.name()))
                .atMost(PATIENCE)
                .until(this::sprung);
    }

    void release() {
        host.run("mkdir %s/go".formatted(mark));
    }

    private Path path() {
        return host.root().resolve(mark.substring(1));
    }
}
