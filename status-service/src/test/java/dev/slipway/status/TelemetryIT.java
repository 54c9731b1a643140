package dev.slipway.status;

import static dev.slipway.status.Story.PREPARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.Topics;
import dev.slipway.testkit.Scrape;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "status"))
class TelemetryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String DELAYS = "slipway_status_delay_seconds_count";
    private static final String DEAD = "slipway_events_dead_total";
    private static final String UNKNOWN = "slipway_events_unknown_total";

    private final Story story = Story.of("acme", 1);
    private final StatusApi api = StatusApi.viewer("acme");
    private Teller teller;

    @BeforeEach
    void open() {
        teller = new Teller();
    }

    @AfterEach
    void close() {
        teller.close();
    }

    private void awaitRun() {
        await().atMost(PATIENCE).until(() -> api.get("/v1/runs/" + story.run()).status() == 200);
    }

    @Test
    void timesHowLongARecordTakesToBeReadable() {
        double before = Scrape.of("status").value(DELAYS, "topic", Topics.RUNS);

        teller.tell(story.opened());
        awaitRun();

        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    Scrape after = Scrape.of("status");
                    assertThat(after.value(DELAYS, "topic", Topics.RUNS)).isGreaterThan(before);
                    assertThat(
                                    after.value(
                                            "slipway_status_delay_seconds_max",
                                            "topic",
                                            Topics.RUNS))
                            .isBetween(0.001, 60.0);
                });
    }

    @Test
    void countsWhatItCannotDecodeAndWhatItDoesNotKnow() {
        Map<String, String> known = Teller.headers(story.tenant(), story.paused(1));
        String later = "dev.slipway.runs.RunRenamed.v1";
        Map<String, String> unknown = Teller.headers(story.tenant(), story.paused(1));
        unknown.put("ce_type", later);
        Scrape before = Scrape.of("status");

        teller.tellRaw(Topics.RUNS, "acme/demo", "{\"event\":", known);
        teller.tellRaw(Topics.RUNS, "acme/demo", "{}", unknown);
        teller.tell(story.opened());
        awaitRun();

        Scrape after = Scrape.of("status");
        assertThat(after.value(DEAD, "topic", Topics.RUNS))
                .isEqualTo(before.value(DEAD, "topic", Topics.RUNS) + 1);
        assertThat(after.value(UNKNOWN, "topic", Topics.RUNS, "type", later))
                .isEqualTo(before.value(UNKNOWN, "topic", Topics.RUNS, "type", later) + 1);
    }

    @Test
    void showsItsFollowersAndNothingThatOperatorsCannotLookUp() throws Exception {
        teller.tell(story.opened(), story.started(PREPARE, 0, 1));
        awaitRun();
        await().atMost(PATIENCE).until(() -> followers() == 0);

        try (var _ = Subscriber.of(api, story.run(), "", null)) {
            await().atMost(PATIENCE).until(() -> followers() == 1);
        }

        await().atMost(PATIENCE).until(() -> followers() == 0);
        String[] problem = {"code", "UNKNOWN_RUN", "status", "404"};
        double before = Scrape.of("status").value("slipway_problems_total", problem);
        api.get("/v1/runs/" + Story.of("acme", 1).run());
        Scrape after = Scrape.of("status");
        assertThat(after.value("slipway_problems_total", problem)).isEqualTo(before + 1);
        assertThat(after.undocumented()).isEmpty();
        assertThat(api.get("/q/metrics").status()).isEqualTo(403);
    }

    private static double followers() {
        return Scrape.of("status").value("slipway_status_followers");
    }
}
