package dev.slipway.benchmarks;

import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `deploy/benchmarks/run NAME`.
@Command(
        name = "run",
        description = "Measures Slipway on this machine, side by side with what it is compared to.",
        subcommands = {
            FanOut.class,
            OpenSessions.class,
            Overhead.class,
            Join.class,
            SshSubject.class,
            SessionHolder.class,
            SessionServer.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        // The benchmark's own tables are the output; the measured classes speak up when something
        // is wrong.
        Logger.getLogger("").setLevel(Level.WARNING);
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, _, _) -> {
                    if (failure instanceof BenchmarkFailure said) {
                        System.err.println("benchmark: " + said.getMessage());
                        return 1;
                    }
                    throw failure;
                })
                .execute(arguments);
    }
}
