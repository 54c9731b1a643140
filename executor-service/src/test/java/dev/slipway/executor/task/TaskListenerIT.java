package dev.slipway.executor.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskListenerIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static ExecutorPool pool;

    private final MadeUpHosts hosts = new MadeUpHosts();

    @BeforeAll
    static void start(@TempDir Path folder) {
        pool = new ExecutorPool(folder);
    }

    @AfterAll
    static void stop() {
        pool.close();
    }

    @Test
    void isNotReadyWhileTheBrokerIsAwayAndSaysWhatToDo() {
        try (var executor = pool.new Member(hosts, Map.of())) {
            var readiness = new BrokerReadiness(executor.listener);
            await().atMost(LONG).until(() -> status(readiness).equals("UP"));
            pool.stopBroker();
            await().atMost(LONG).until(() -> status(readiness).equals("DOWN"));
            assertThat(readiness.call().getData().orElseThrow())
                    .hasEntrySatisfying(
                            "why",
                            why ->
                                    assertThat((String) why)
                                            .contains("the broker is away", "start the broker"));
            pool.startBroker();
            await().atMost(LONG).until(() -> status(readiness).equals("UP"));
        }
    }

    private static String status(BrokerReadiness readiness) {
        return readiness.call().getStatus().name();
    }
}
