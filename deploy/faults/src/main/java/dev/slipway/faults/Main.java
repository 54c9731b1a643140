package dev.slipway.faults;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;

/// Runs seeds: `--seeds N [--from SEED] [--bug NAME]`.
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        long seeds = 1000;
        long from = 1;
        Optional<Bug> bug = Optional.empty();
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--seeds" -> seeds = Long.parseLong(args[i + 1]);
                case "--from" -> from = Long.parseLong(args[i + 1]);
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
        long count = seeds;
        try (var one = Executors.newVirtualThreadPerTaskExecutor()) {
            System.exit(one.submit(() -> run(first, count, planted)).get());
        }
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
