package dev.slipway.scenarios;

import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/// A failure where a phase begins.
sealed interface Boundary {
    /// Prints `ok` where the API answers, `none` where the host leads to none.
    String READY =
            """
            if [ -e /etc/kubernetes/admin.conf ]; then kubectl --kubeconfig /etc/kubernetes/admin.conf get --raw=/readyz
            elif [ -e /var/lib/k0s/pki/admin.conf ]; then k0s kubectl get --raw=/readyz
            else printf none; fi\
            """;

    /// The phase that meets it.
    String phase();

    /// The host on which it does.
    int host();

    /// Sets it up, runs the command, and mends what was broken.
    Cli.Result meet(Fleet fleet, Command command);

    /// An `apply` or a `retry` that follows its run.
    ///
    /// @param history what it says first of what happened before; empty for an `apply`
    record Command(Cli cli, List<String> words, String history) {
        Cli.Result run() {
            return cli.run(words.toArray(String[]::new));
        }

        /// @param printed is shown what it has printed so far, whenever that has become more
        Cli.Result run(Consumer<String> printed) {
            return cli.runWhile(printed, words.toArray(String[]::new));
        }
    }

    /// A command of the phase fails.
    record CommandFails(String phase, int host, String tool, String arguments) implements Boundary {
        @Override
        public Cli.Result meet(Fleet fleet, Command command) {
            return withTrap(Trap.fails(fleet.host(host), tool, arguments), command);
        }
    }

    /// The API is away for two minutes when the phase comes.
    record ApiAway(String phase, int host, String tool, String arguments) implements Boundary {
        @Override
        public Cli.Result meet(Fleet fleet, Command command) {
            Cli.Result result =
                    withTrap(Trap.silencesTheApi(fleet.host(host), tool, arguments), command);
            awaitApi(fleet.host(1));
            return result;
        }
    }

    /// The host loses its power before the phase, while another host still works on the one before.
    ///
    /// @param other the host that works; its call is held until the power is off
    record HostDies(String phase, int host, int other, String tool, String arguments)
            implements Boundary {
        @Override
        public Cli.Result meet(Fleet fleet, Command command) {
            RunningHost victim = fleet.host(host);
            Trap trap = Trap.holds(fleet.host(other), tool, arguments);
            Thread cutter =
                    Thread.ofVirtual()
                            .start(() -> {
                                trap.awaitSprung();
                                awaitIdle(victim);
                                victim.powerOff();
                                trap.release();
                            });
            Cli.Result result = command.run();
            ends(cutter);
            victim.powerOn();
            clear(List.of(trap.host()));
            return result;
        }

        private static void awaitIdle(RunningHost host) {
            Awaitility.await("the end of what runs on " + host.name())
                    .until(() ->
                            host.run("grep -ls SLIPWAY_TASK= /proc/[0-9]*/environ || :").isEmpty());
        }

        private static void ends(Thread thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    /// Where there is one.
    static void awaitApi(RunningHost host) {
        Awaitility.await("the API")
                .ignoreExceptions()
                .until(() -> Set.of("ok", "none").contains(host.run(READY)));
    }

    private static Cli.Result withTrap(Trap trap, Command command) {
        Cli.Result result = command.run();
        if (!trap.sprung()) {
            throw new AssertionError("%s never came: %s".formatted(trap, result.all()));
        }
        clear(List.of(trap.host()));
        return result;
    }

    static void clear(List<RunningHost> hosts) {
        for (RunningHost host : hosts) {
            try {
                host.clearFaults();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
