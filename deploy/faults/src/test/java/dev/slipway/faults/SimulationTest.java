package dev.slipway.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final Bugs NONE = new Bugs(Optional.empty());
    private static final int SEEDS = 3000;
    private static final int AT_ONCE = 2;

    /// A seed that finds the bug, as `deploy/benchmarks/run faults --hunt 10000` tells it; those
    /// that take longer are left to that. A change of what is simulated makes other seeds of the
    /// same numbers: then some are to be told anew.
    private static final Map<Bug, Long> FOUND_BY =
            Map.ofEntries(
                    Map.entry(Bug.NO_FENCE, 2491L),
                    Map.entry(Bug.LOST_TOMBSTONE, 2L),
                    Map.entry(Bug.UNSYNCED_CLAIM, 13L),
                    Map.entry(Bug.UNSYNCED_STEP, 98L),
                    Map.entry(Bug.OVERWRITTEN_CLAIM, 191L),
                    Map.entry(Bug.CLAIM_AFTER_START, 1L),
                    Map.entry(Bug.RERUN_INTERRUPTED, 87L),
                    Map.entry(Bug.FORGETFUL_ADOPTION, 218L),
                    Map.entry(Bug.ADOPTS_ACROSS_RETRY, 46L),
                    Map.entry(Bug.CHILDREN_SURVIVE, 3L),
                    Map.entry(Bug.LATE_START, 4L),
                    Map.entry(Bug.RERUN_FAILED, 2522L),
                    Map.entry(Bug.LOCK_DIES_WITH_RUNNER, 8L),
                    Map.entry(Bug.NO_HOST_LOCK, 8L),
                    Map.entry(Bug.CANCEL_LATEST_ONLY, 24L),
                    Map.entry(Bug.RESULT_BEFORE_END, 3L),
                    Map.entry(Bug.DOUBT_UNSAID, 10L),
                    Map.entry(Bug.COMMIT_ON_TAKE, 1L),
                    Map.entry(Bug.NO_METADATA, 3L),
                    Map.entry(Bug.SETTLE_BEFORE_PUBLISH, 1L),
                    Map.entry(Bug.DETACH_REPORTS_FAILURE, 8L),
                    Map.entry(Bug.DETACH_SETTLES, 1L),
                    Map.entry(Bug.DEAF_TO_CANCEL, 195L),
                    Map.entry(Bug.TAKES_BEFORE_CAUGHT_UP, 24L),
                    Map.entry(Bug.UNSIGNED_ORDERS, 14L),
                    Map.entry(Bug.FOREIGN_ORDERS, 14L),
                    Map.entry(Bug.BROKEN_CHANNEL_IS_FAILURE, 10L),
                    Map.entry(Bug.CERT_OUTAGE_FAILS, 4L),
                    Map.entry(Bug.PUBLISH_BEFORE_COMMIT, 30L),
                    Map.entry(Bug.DELETE_BEFORE_ACK, 180L),
                    Map.entry(Bug.RELAY_SKIPS, 8L),
                    Map.entry(Bug.DOUBT_FREES, 218L),
                    Map.entry(Bug.STALE_RESULTS, 33L),
                    Map.entry(Bug.RESULT_OFFSET_FIRST, 1L),
                    Map.entry(Bug.CREDIT, 1L),
                    Map.entry(Bug.CANCEL_WITHOUT_LOOK, 2L),
                    Map.entry(Bug.RETRY_REUSES_ATTEMPT, 3L),
                    Map.entry(Bug.NO_ROW_LOCK, 65L),
                    Map.entry(Bug.LAZY_WATCHDOG, 24L),
                    Map.entry(Bug.FAILED_SHARE_RETURNS, 3L),
                    Map.entry(Bug.UNSEEN_COUNTS, 255L),
                    Map.entry(Bug.REDEEMS_EXPIRED, 57L),
                    Map.entry(Bug.REDEEMS_FORGED, 102L));

    /// How many seeds more are tried where that one does not find it any more.
    private static final int MORE = 200;

    @BeforeAll
    static void silence() {
        Silence.logs();
    }

    @Test
    void holdsEveryInvariant() throws Exception {
        var next = new AtomicLong(1);
        var failed = new ArrayList<Long>();
        onEvery(() -> {
            for (long seed = next.getAndIncrement(); seed <= SEEDS; seed = next.getAndIncrement()) {
                var outcome = Simulation.run(seed, NONE);
                if (outcome.failure().isPresent()) {
                    synchronized (failed) {
                        Story.tell(outcome, failed.isEmpty() ? 60 : 0);
                        failed.add(seed);
                    }
                }
            }
            return true;
        });
        assertThat(failed).as("seeds that failed").isEmpty();
    }

    @Test
    void replaysASeedExactly() throws Exception {
        var outcomes = onEvery(() -> Simulation.run(5, NONE));
        assertThat(outcomes.getFirst().trace()).isNotEmpty();
        assertThat(outcomes)
                .extracting(Simulation.Outcome::trace)
                .allMatch(outcomes.getFirst().trace()::equals);
        assertThat(outcomes)
                .extracting(Simulation.Outcome::hash)
                .containsOnly(outcomes.getFirst().hash());
    }

    @Test
    void findsPlantedBugs() throws Exception {
        assertThat(FOUND_BY).hasSizeGreaterThanOrEqualTo(30);
        var bugs = new ConcurrentLinkedQueue<>(FOUND_BY.keySet());
        var missed = new ConcurrentLinkedQueue<String>();
        onEvery(() -> {
            for (Bug bug = bugs.poll(); bug != null; bug = bugs.poll()) {
                long from = Objects.requireNonNull(FOUND_BY.get(bug));
                Hunt hunt = Hunt.of(bug, from, MORE);
                long seed = from + hunt.seeds() - 1;
                if (hunt.found().isEmpty() || Simulation.run(seed, NONE).failure().isPresent()) {
                    missed.add(hunt.toString());
                } else if (seed != from) {
                    System.out.printf("%s is found by seed %d, not %d any more%n", bug, seed, from);
                }
            }
            return true;
        });
        assertThat(missed).isEmpty();
    }

    /// Does the same on every processor; each simulation is on one thread.
    private static <T> List<T> onEvery(Callable<T> work) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<T>>();
            for (int i = 0; i < AT_ONCE; i++) {
                all.add(threads.submit(work));
            }
            var results = new ArrayList<T>();
            for (Future<T> one : all) {
                results.add(one.get());
            }
            return results;
        }
    }
}
