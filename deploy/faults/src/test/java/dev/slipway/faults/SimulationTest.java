package dev.slipway.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
    private static final Bugs NONE = new Bugs(Optional.empty());
    private static final int SEEDS = 500;

    @BeforeAll
    static void silence() {
        Silence.logs();
    }

    @Test
    void holdsEveryInvariant() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            long number = seed;
            var outcome = inVirtualTime(() -> Simulation.run(number, NONE));
            if (outcome.failure().isPresent()) {
                Story.tell(outcome);
            }
            assertThat(outcome.failure()).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void replaysASeedExactly() throws Exception {
        var first = inVirtualTime(() -> Simulation.run(5, NONE));
        var second = inVirtualTime(() -> Simulation.run(5, NONE));
        assertThat(second.trace()).isEqualTo(first.trace());
        assertThat(second.hash()).isEqualTo(first.hash());
    }

    /// The others, which take more seeds, are looked for by `deploy/benchmarks/run faults --hunt`.
    @ParameterizedTest
    @EnumSource(
            value = Bug.class,
            names = {
                "UNSYNCED_STEP",
                "CLAIM_AFTER_START",
                "RERUN_INTERRUPTED",
                "CHILDREN_SURVIVE",
                "RESULT_BEFORE_END",
                "DOUBT_UNSAID",
                "COMMIT_ON_TAKE",
                "NO_METADATA",
                "SETTLE_BEFORE_PUBLISH",
                "DETACH_REPORTS_FAILURE"
            })
    void findsAPlantedBug(Bug bug) throws Exception {
        assertThat(inVirtualTime(() -> Hunt.of(bug, 1, 300)).found()).isPresent();
    }

    private static <T> T inVirtualTime(Callable<T> work) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.submit(work).get();
        }
    }
}
