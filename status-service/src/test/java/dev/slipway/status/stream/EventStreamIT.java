package dev.slipway.status.stream;

import static dev.slipway.status.Story.PREPARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.event.TaskResult.TaskRef;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.status.StatusApi;
import dev.slipway.status.Story;
import dev.slipway.status.Subscriber;
import dev.slipway.status.Teller;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "status"))
class EventStreamIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String COMPLETE = "{\"results\":0,\"outputs\":0}";

    @Inject Transactions transactions;

    private final Story story = Story.of("acme", 1);
    private Teller teller;
    private StatusApi api;

    @BeforeEach
    void open() {
        teller = new Teller();
        api = StatusApi.viewer("acme");
        teller.tell(story.opened());
        await().atMost(PATIENCE).until(() -> api.get("/v1/runs/" + story.run()).status() == 200);
    }

    @AfterEach
    void close() {
        teller.close();
    }

    @Test
    void bringsEventsWhenTheyHappenAndEndsWithTheRun() throws Exception {
        try (var subscriber = Subscriber.of(api, story.run(), "", null)) {
            await().atMost(PATIENCE).until(() -> subscriber.names().contains("RunOpened"));
            List<Long> delays = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                long told = System.nanoTime();
                teller.tell(story.output(story.ref(PREPARE, 0, 1), i * 2L, i % 10 + "\n"));
                int heard = i + 2;
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> subscriber.events().size() >= heard);
                delays.add((subscriber.events().getLast().heardNanos() - told) / 1_000_000);
            }
            teller.tell(story.settled(RunOutcome.SUCCEEDED, 9));
            await().atMost(PATIENCE).until(subscriber::ended);

            assertThat(subscriber.names())
                    .startsWith("RunOpened", "OutputChunk")
                    .endsWith("RunSettled");
            assertThat(subscriber.ids()).isSorted().doesNotHaveDuplicates();
            assertThat(delays.stream().sorted().toList().get(delays.size() / 2))
                    .as("median of %s ms", delays)
                    .isLessThan(500);
        }
    }

    @Test
    void goesOnWhereTheSubscriberWas() throws Exception {
        tellOutput(20);
        teller.tell(story.settled(RunOutcome.SUCCEEDED, 9));
        awaitCursor(22);

        try (var again = Subscriber.of(api, story.run(), "", 7L)) {
            await().atMost(PATIENCE).until(again::ended);

            assertThat(again.ids()).isEqualTo(LongStream.rangeClosed(8, 22).boxed().toList());
        }
        try (var quiet = Subscriber.of(api, story.run(), "?output=false", null)) {
            await().atMost(PATIENCE).until(quiet::ended);

            assertThat(quiet.names()).containsExactly("RunOpened", "RunSettled");
        }
    }

    @Test
    void staysOpenWhenASettledRunIsRetried() throws Exception {
        teller.tell(story.settled(RunOutcome.FAILED, 5), story.resumed(6, true));
        awaitCursor(3);

        try (var subscriber = Subscriber.of(api, story.run(), "", null)) {
            await().atMost(PATIENCE).until(() -> subscriber.names().contains("RunResumed"));
            teller.tell(story.phaseStarted(PREPARE, 7));
            await().atMost(PATIENCE).until(() -> subscriber.names().contains("PhaseStarted"));

            assertThat(subscriber.ended()).isFalse();
        }
    }

    @Test
    void waitsForTheResultsAndTheOutputThatASettledRunMustHave() throws Exception {
        tellAnEndWithoutResult();
        try (var all = Subscriber.of(api, story.run(), "", null);
                var quiet = Subscriber.of(api, story.run(), "?output=false", null)) {
            await().atMost(PATIENCE)
                    .until(() -> all.events().size() == 5 && quiet.events().size() == 4);
            await().during(Duration.ofSeconds(1)).until(() -> !all.ended() && !quiet.ended());

            teller.tell(story.succeeded(PREPARE, 0, 4, 1));
            await().atMost(PATIENCE).until(quiet::ended);
            assertThat(quiet.end()).contains(COMPLETE);
            assertThat(quiet.names()).endsWith("TaskSettled");
            assertThat(all.ended()).isFalse();

            teller.tell(story.lastOutput(story.ref(PREPARE, 0, 1), 2));
            await().atMost(PATIENCE).until(all::ended);
            assertThat(all.end()).contains(COMPLETE);
            assertThat(all.ids()).isEqualTo(LongStream.rangeClosed(1, 7).boxed().toList());
        }
    }

    @Test
    void saysAtTheEndWhatItWaitedForInVain() throws Exception {
        tellAnEndWithoutResult();
        letPatienceEnd();
        assertThat(endOfStream()).isEqualTo("{\"results\":1,\"outputs\":0}");

        teller.tell(story.succeeded(PREPARE, 0, 4, 1));
        awaitCursor(6);
        letPatienceEnd();
        assertThat(endOfStream()).isEqualTo("{\"results\":0,\"outputs\":1}");
    }

    private void tellAnEndWithoutResult() {
        teller.tell(
                story.phaseStarted(PREPARE, 1),
                story.output(story.ref(PREPARE, 0, 1), 0, "x\n"),
                story.phaseSettled(PREPARE, 5),
                story.settled(RunOutcome.SUCCEEDED, 6));
        awaitCursor(5);
    }

    private void letPatienceEnd() {
        transactions
                .asWorker(connection ->
                        connection
                                .preparedQuery(
                                        "UPDATE run_stream SET touched_at = now() - interval '61 seconds' WHERE run = $1")
                                .execute(Tuple.of(story.run().value())))
                .await()
                .atMost(PATIENCE);
    }

    private String endOfStream() throws Exception {
        try (var subscriber = Subscriber.of(api, story.run(), "", null)) {
            await().atMost(PATIENCE).until(subscriber::ended);
            return subscriber.end().orElseThrow();
        }
    }

    @Test
    void isNotHeldUpByASubscriberThatDoesNotRead() throws Exception {
        TaskRef ref = story.ref(PREPARE, 0, 1);
        String text = "x".repeat(14_000) + "\n";
        try (var idle = Subscriber.idle(api, story.run(), "", null);
                var quick = Subscriber.of(api, story.run(), "", null)) {
            IntStream.range(0, 400)
                    .forEach(i -> teller.tell(story.output(ref, i * (long) text.length(), text)));
            await().atMost(PATIENCE).until(() -> quick.events().size() == 401);

            idle.read();

            await().atMost(PATIENCE).until(() -> idle.events().size() == 401);
            assertThat(idle.ids()).isEqualTo(LongStream.rangeClosed(1, 401).boxed().toList());
        }
    }

    @Test
    void refusesAnIdThatIsNone() {
        var request =
                api.request("/v1/runs/%s/events".formatted(story.run()))
                        .header("Last-Event-ID", "yesterday")
                        .build();

        var answer = api.send(request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("INVALID_REQUEST", "Last-Event-ID");
    }

    private void tellOutput(int pieces) {
        for (int i = 0; i < pieces; i++) {
            teller.tell(story.output(story.ref(PREPARE, 0, 1), i * 2L, "x\n"));
        }
        awaitCursor(pieces + 1);
    }

    private void awaitCursor(long cursor) {
        await().atMost(PATIENCE)
                .until(() ->
                        api.get("/v1/runs/" + story.run()).body().path("cursor").asLong()
                                >= cursor);
    }
}
