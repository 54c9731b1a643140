package dev.slipway.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final Bugs NONE = new Bugs(Optional.empty());

    @BeforeAll
    static void silence() {
        Silence.logs();
    }

    @Test
    void replaysASeedExactly() throws Exception {
        var first = run(5);
        var second = run(5);
        assertThat(second.trace()).isEqualTo(first.trace());
        assertThat(second.hash()).isEqualTo(first.hash());
    }

    private static Simulation.Outcome run(long seed) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.submit(() -> Simulation.run(seed, NONE)).get();
        }
    }
}
