package dev.slipway.scenarios;

import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/// A failure where a phase begins.
sealed interface Boundary {
    String READY =
            "if [ -e /etc/kubernetes/admin.conf ]; then kubectl --kubeconfig /etc/kubernetes/admin.conf get --raw=/readyz; else k0s kubectl get --raw=/readyz; fi";

    /// The phase that meets it.
    String phase();

    /// The host on which it does.
    int host();

    /// Sets it up, runs the command (an `apply` or a `retry` that follows its run), and mends what
    /// was broken.
    Cli.Result meet(Fleet fleet, Supplier<Cli.Result> command);

    /// A command of the phase fails.
    record CommandFails(String phase, int host, String tool, String arguments) implements Boundary {
        @Override
        public Cli.Result meet(Fleet fleet, Supplier<Cli.Result> command) {
            return withTrap(Trap.fails(fleet.host(host), tool, arguments), command);
        }
    }

    /// The API is away for two minutes when the phase comes.
    record ApiAway(String phase, int host, String tool, String arguments) implements Boundary {
        @Override
        public Cli.Result meet(Fleet fleet, Supplier<Cli.Result> command) {
            Cli.Result result =
                    withTrap(Trap.silencesTheApi(fleet.host(host), tool, arguments), command);
            Awaitility.await("the API")
                    .ignoreExceptions()
                    .until(() -> fleet.host(1).run(READY).equals("ok"));
            return result;
        }
    }

    /// The host loses its power before the phase, while another host still works on the one before.
    ///
    /// @param other the host that works; its call is held until the power is off
    record HostDies(String phase, int host, int other, String tool, String arguments)
            implements Boundary {
        @Override
        public Cli.Result meet(Fleet fleet, Supplier<Cli.Result> command) {
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
            Cli.Result result = command.get();
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

    private static Cli.Result withTrap(Trap trap, Supplier<Cli.Result> command) {
        Cli.Result result = command.get();
        if (!trap.sprung()) {
            throw new AssertionError("%s never came: %s".formatted(trap, result.all()));
        }
        clear(List.of(trap.host()));
        return result;
    }

    private static void clear(List<RunningHost> hosts) {
        for (RunningHost host : hosts) {
            try {
                host.clearFaults();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
