package dev.slipway.faults;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;

/// Runs seeds: `--seeds N [--from SEED] [--bug NAME]`; with `--hunt N` every planted bug in turn,
/// until a seed finds it, N at most.
public final class Main {
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
                    one.submit(() -> most > 0 ? hunt(first, most) : run(first, count, planted))
                            .get());
        }
    }

    /// Every planted bug, until it is found.
    private static int hunt(long from, int most) {
        int missed = 0;
        for (Bug bug : Bug.values()) {
            Hunt hunt = Hunt.of(bug, from, most);
            System.out.println(hunt);
            missed += hunt.found().isPresent() ? 0 : 1;
        }
        return missed == 0 ? 0 : 1;
    }

    private static int run(long from, long seeds, Bugs bugs) {
        long began = System.nanoTime();
        long turns = 0;
        for (long seed = from; seed < from + seeds; seed++) {
            var outcome = Simulation.run(seed, bugs);
            turns += outcome.turns();
            if (outcome.failure().isPresent()) {
                Story.tell(outcome);
                System.out.println("after " + (seed - from + 1) + " seeds");
                return 1;
            }
            if (seeds == 1) {
                outcome.trace().forEach(System.out::println);
                System.out.println("hash " + Long.toHexString(outcome.hash()));
            }
        }
        System.out.printf(
                "%d seeds from %d, every invariant held (%.1f s, %d turns)%n",
                seeds, from, (System.nanoTime() - began) / 1e9, turns);
        return 0;
    }
}
