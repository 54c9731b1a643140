package dev.slipway.faults;

import java.io.PrintStream;
import java.util.List;

/// Prints how a seed failed.
final class Story {
    private Story() {}

    /// @param events how many of the last are told
    static void tell(Simulation.Outcome outcome, int events) {
        PrintStream out = System.out;
        out.println(
                "seed "
                        + outcome.seed()
                        + " failed"
                        + outcome.bugs()
                                .planted()
                                .map(b -> " (planted: " + b + ", " + b.what + ")")
                                .orElse(""));
        List<String> trace = outcome.trace();
        trace.subList(Math.max(0, trace.size() - events), trace.size()).forEach(out::println);
        outcome.failure()
                .ifPresent(failure -> {
                    if (failure instanceof Violation) {
                        out.println(failure.getMessage());
                    } else {
                        failure.printStackTrace(out);
                    }
                });
        out.println(
                "replay: deploy/benchmarks/run faults --seeds 1 --from "
                        + outcome.seed()
                        + outcome.bugs().planted().map(b -> " --bug " + b).orElse(""));
    }
}
