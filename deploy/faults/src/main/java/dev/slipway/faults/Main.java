package dev.slipway.faults;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;

/// Runs seeds: `--seeds N [--from SEED] [--bug NAME]`; with `--hunt N [--bug NAME]` every planted
/// bug in turn, or one, until a seed finds it, N at most.
public final class Main {
    /// Events that are told of the first seed that fails.
    private static final int LAST = 60;

    private Main() {}

    public static void main(String[] args) throws Exception {
        long seeds = 1000;
        long from = 1;
        int hunt = 0;
        Optional<Bug> bug = Optional.empty();
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--seeds" -> seeds = Long.parseLong(args[i + 1]);
                case "--from" -> from = Long.parseLong(args[i + 1]);
                case "--hunt" -> hunt = Integer.parseInt(args[i + 1]);
                case "--bug" ->
                        bug =
                                Optional.of(
                                        Bug.valueOf(
                                                args[i + 1]
                                                        .toUpperCase(Locale.ROOT)
                                                        .replace('-', '_')));
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        Silence.logs();
        var planted = new Bugs(bug);
        long first = from;
        int most = hunt;
        long count = seeds;
        try (var one = Executors.newVirtualThreadPerTaskExecutor()) {
            System.exit(
                    one.submit(() ->
                                    most > 0
                                            ? hunt(planted, first, most)
                                            : run(first, count, planted))
                            .get());
        }
    }

    private static int hunt(Bugs bugs, long from, int most) {
        int missed = 0;
        for (Bug bug : bugs.planted().map(List::of).orElseGet(() -> List.of(Bug.values()))) {
            Hunt hunt = Hunt.of(bug, from, most);
            System.out.println(hunt);
            missed += hunt.found().isPresent() ? 0 : 1;
        }
        return missed == 0 ? 0 : 1;
    }

    /// Every seed, also after one that failed.
    private static int run(long from, long seeds, Bugs bugs) {
        long began = System.nanoTime();
        long turns = 0;
        long failed = 0;
        for (long seed = from; seed < from + seeds; seed++) {
            var outcome = Simulation.run(seed, bugs);
            turns += outcome.turns();
            if (outcome.failure().isPresent()) {
                failed++;
                Story.tell(outcome, seeds == 1 ? Integer.MAX_VALUE : failed == 1 ? LAST : 0);
            } else if (seeds == 1) {
                outcome.trace().forEach(System.out::println);
                System.out.println("hash " + Long.toHexString(outcome.hash()));
            }
        }
        System.out.printf(
                "%d seeds from %d, %s (%.1f s, %d turns)%n",
                seeds,
                from,
                failed == 0 ? "every invariant held" : failed + " of them failed",
                (System.nanoTime() - began) / 1e9,
                turns);
        return failed == 0 ? 0 : 1;
    }
}
