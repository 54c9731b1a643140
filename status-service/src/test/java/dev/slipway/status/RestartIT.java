package dev.slipway.status;

import static dev.slipway.status.Story.PREPARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.outcome.RunOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RestartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    // Not a temporary one: the logs must outlive a failure.
    private final Path folder = Path.of("target", "instances");

    @Test
    void twoInstancesServeTheSameStreamAndAKilledOneIsReplaced() throws Exception {
        Story story = Story.of("acme", 1);
        try (var teller = new Teller();
                var first = StatusProcess.start(folder, "first");
                var second = StatusProcess.start(folder, "second")) {
            await().atMost(PATIENCE).until(() -> first.isUp() && second.isUp());
            teller.tell(story.opened(), story.phaseStarted(PREPARE, 1));
            await().atMost(PATIENCE)
                    .until(() -> cursor(first, story) == 2 && cursor(second, story) == 2);

            try (var here = Subscriber.of(first.viewer("acme"), story.run(), "", null);
                    var there = Subscriber.of(second.viewer("acme"), story.run(), "", null)) {
                teller.tell(
                        story.started(PREPARE, 0, 2),
                        story.output(story.ref(PREPARE, 0, 1), 0, "x\n"));
                await().atMost(PATIENCE)
                        .until(() -> here.events().size() == 4 && there.events().size() == 4);
                assertThat(there.ids()).isEqualTo(here.ids());

                first.kill();
                // All of it at once: whichever topic the killed one read is behind the others.
                teller.tell(
                        story.lastOutput(story.ref(PREPARE, 0, 1), 2),
                        story.succeeded(PREPARE, 0, 4, 1),
                        story.phaseSettled(PREPARE, 5),
                        story.settled(RunOutcome.SUCCEEDED, 6));
                try (var third = StatusProcess.start(folder, "third")) {
                    await().atMost(PATIENCE).until(third::isUp);
                    await().atMost(PATIENCE).until(there::ended);

                    assertThat(there.ids())
                            .isEqualTo(LongStream.rangeClosed(1, 8).boxed().toList());
                    assertThat(there.names())
                            .containsExactlyInAnyOrder(
                                    "RunOpened",
                                    "PhaseStarted",
                                    "TaskStarted",
                                    "OutputChunk",
                                    "OutputChunk",
                                    "TaskSettled",
                                    "PhaseSettled",
                                    "RunSettled");
                    assertThat(there.end()).contains("{\"results\":0,\"outputs\":0}");
                    try (var resumed = Subscriber.of(third.viewer("acme"), story.run(), "", 4L)) {
                        await().atMost(PATIENCE).until(resumed::ended);
                        assertThat(resumed.ids()).containsExactly(5L, 6L, 7L, 8L);
                    }
                }
            }
        }
    }

    private static long cursor(StatusProcess service, Story story) {
        return service.viewer("acme").get("/v1/runs/" + story.run()).body().path("cursor").asLong();
    }
}
