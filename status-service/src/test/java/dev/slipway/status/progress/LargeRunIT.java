package dev.slipway.status.progress;

import static dev.slipway.status.Story.JOIN;
import static dev.slipway.status.Story.PREPARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.status.StatusApi;
import dev.slipway.status.Story;
import dev.slipway.status.Teller;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "status"))
class LargeRunIT {
    private static final int HOSTS = 2_000;
    private static final Duration BOUND = Duration.ofSeconds(2);

    @Test
    void answersQuicklyForTwoThousandHosts() {
        Story story = Story.of("large", HOSTS);
        StatusApi api = StatusApi.viewer("large");
        try (var teller = new Teller();
                ExecutorService senders = Executors.newFixedThreadPool(16)) {
            teller.tell(
                    story.opened(), story.frozen(1, PREPARE, JOIN), story.phaseStarted(PREPARE, 2));
            IntStream.range(0, HOSTS)
                    .forEach(i ->
                            senders.execute(() -> teller.tell(story.succeeded(PREPARE, i, 9, 5))));
        }
        String path = "/v1/runs/" + story.run();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> api.get(path).body().path("cursor").asLong() == HOSTS + 3);
        api.get(path);

        long begun = System.nanoTime();
        JsonNode run = api.get(path).body();
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);

        assertThat(run.path("phases").path(0).path("hosts")).hasSize(HOSTS);
        assertThat(run.path("phases").path(0).path("hosts").findValuesAsText("state"))
                .containsOnly("SUCCEEDED");
        assertThat(run.path("phases").path(1).path("hosts")).hasSize(HOSTS);
        assertThat(taken).isLessThan(BOUND);
    }
}
