package dev.slipway.status;

import static dev.slipway.status.Story.JOIN;
import static dev.slipway.status.Story.PREPARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.status.StatusApi.Answer;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "status"))
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunStoryScenarioTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Teller teller;
    private StatusApi api;

    @BeforeAll
    void connect() {
        teller = new Teller();
        api = StatusApi.viewer("acme");
    }

    @AfterAll
    void disconnect() {
        teller.close();
    }

    @Test
    void tellsAHalfFailedRunFromItsRecordsToTheAnswer() {
        Story story = Story.of("acme", 2);
        teller.tell(story(story).toArray());

        Answer run = awaitRun(story, settled());

        assertThat(run.body().path("outcome").asText()).isEqualTo("FAILED");
        assertThat(run.body().path("reason").asText()).isEqualTo("FAILURE_LIMIT_REACHED");
        assertThat(run.body().path("hosts")).hasSize(2);
        JsonNode prepare = run.body().path("phases").path(0);
        assertThat(prepare.path("phase").path("name").asText()).isEqualTo("prepare");
        assertThat(prepare.path("state").asText()).isEqualTo("SETTLED");
        assertThat(prepare.path("wallTime").asText()).isEqualTo("PT8S");
        assertThat(prepare.path("hostTimeMax").asText()).isEqualTo("PT5S");
        assertThat(prepare.path("overhead").asText()).isEqualTo("PT3S");
        JsonNode good = prepare.path("hosts").path("10.0.0.1:22");
        assertThat(good.path("state").asText()).isEqualTo("SUCCEEDED");
        assertThat(good.path("hostTime").asText()).isEqualTo("PT5S");
        assertThat(good.path("exitCode").asInt(-1)).isZero();
        assertThat(good.has("outputTail")).isFalse();
        JsonNode bad = prepare.path("hosts").path("10.0.0.2:22");
        assertThat(bad.path("state").asText()).isEqualTo("FAILED");
        assertThat(bad.path("reason").asText()).isEqualTo("DISK_FULL");
        assertThat(bad.path("step").asText()).isEqualTo("two");
        assertThat(bad.path("exitCode").asInt()).isEqualTo(7);
        assertThat(bad.path("outputTail").asText()).isEqualTo("last words\n");
        assertThat(
                        run.body()
                                .path("phases")
                                .path(1)
                                .path("hosts")
                                .path("10.0.0.1:22")
                                .path("state")
                                .asText())
                .isEqualTo("LEFT_OUT");
        assertThat(run.body().path("timeline")).hasSize(6);

        JsonNode lines =
                api.get("/v1/runs/%s/timeline".formatted(story.run())).body().path("timeline");
        assertThat(lines).isEqualTo(run.body().path("timeline"));

        String task = bad.path("task").asText();
        JsonNode detail = api.get("/v1/runs/%s/tasks/%s".formatted(story.run(), task)).body();
        assertThat(detail.path("outcome").asText()).isEqualTo("FAILED");
        assertThat(detail.path("results")).hasSize(1);
        assertThat(detail.path("results").path(0).path("event").asText()).isEqualTo("TaskSettled");
    }

    @Test
    void comesToTheSameWhateverTheOrderAndHoweverOftenItIsTold() {
        Story straight = Story.of("acme", 2);
        Story crooked = Story.of("acme", 2);
        teller.tell(story(straight).toArray());
        List<Object> runs =
                story(crooked).stream()
                        .filter(e -> e.getClass().getName().contains("RunEvent"))
                        .toList();
        List<Object> rest = new ArrayList<>(story(crooked));
        rest.removeAll(runs);
        rest.addAll(List.copyOf(rest));
        Collections.shuffle(rest, new Random(7));

        teller.tell(rest.toArray());
        teller.tell(runs.toArray());
        teller.tell(runs.toArray());

        JsonNode expected = comparable(awaitRun(straight, settled()), straight);
        JsonNode told =
                comparable(
                        awaitRun(
                                crooked,
                                settled()
                                        .and(a ->
                                                a.body().path("cursor").asLong()
                                                        == story(crooked).size())),
                        crooked);
        assertThat(told).isEqualTo(expected);
    }

    @Test
    void servesOutputOncePerByteByHostAndFromACursorOn() {
        Story story = Story.of("acme", 2);
        var first = story.ref(PREPARE, 0, 1);
        var second = story.ref(PREPARE, 1, 1);
        teller.tell(
                story.opened(),
                story.phaseStarted(PREPARE, 1),
                story.output(first, 0, "one\n"),
                story.output(first, 4, "two\n"),
                story.output(first, 0, "one\ntwo\nthree\n"),
                story.output(second, 0, "other\u001b[2J\n"));

        String path = "/v1/runs/%s/output".formatted(story.run());
        await().atMost(PATIENCE).until(() -> api.get(path).body().path("chunks").size() == 4);

        JsonNode mine = api.get(path + "?host=10.0.0.1:22&phase=prepare").body();
        assertThat(texts(mine)).containsExactly("one\n", "two\n", "three\n");
        long after = api.get(path + "?host=10.0.0.1:22&limit=1").body().path("next").asLong();
        JsonNode rest = api.get(path + "?host=10.0.0.1:22&after=" + after).body();
        assertThat(texts(rest)).containsExactly("two\n", "three\n");
        assertThat(rest.path("next").asLong()).isEqualTo(mine.path("next").asLong());
        assertThat(texts(api.get(path + "?host=10.0.0.2:22").body()))
                .as("a terminal must not obey")
                .containsExactly("other\\u001b[2J\n");
    }

    @Test
    void showsTheStepThatRuns() {
        Story story = Story.of("acme", 1);
        teller.tell(story.opened(), story.phaseStarted(PREPARE, 1), story.started(PREPARE, 0, 2));
        awaitRun(story, a -> state(a).equals("RUNNING"));

        teller.tell(story.output(story.ref(PREPARE, 0, 1), 0, "x\n"));

        awaitRun(story, a -> host(a).path("step").asText().equals("one"));
    }

    @Test
    void listsRunsLatestFirst() {
        Story one = new Story(TenantId.of("lists"), Story.of("x", 1).cluster(), RunId.next(), 1, 1);
        Story other = new Story(one.tenant(), ClusterName.of("other"), RunId.next(), 1, 1);
        teller.tell(one.opened(), other.opened(), one.settled(RunOutcome.SUCCEEDED, 5));
        StatusApi lists = StatusApi.viewer("lists");

        await().atMost(PATIENCE)
                .until(() ->
                        lists.get("/v1/runs").body().toString().contains("SUCCEEDED")
                                && lists.get("/v1/runs").body().path("runs").size() == 2);

        assertThat(lists.get("/v1/runs?limit=1").body().path("runs")).hasSize(1);
        JsonNode found = lists.get("/v1/runs?cluster=other").body().path("runs");
        assertThat(found).hasSize(1);
        assertThat(found.path(0).path("run").asText()).isEqualTo(other.run().toString());
        assertThat(lists.get("/v1/runs?limit=0").status()).isEqualTo(400);
    }

    @Test
    void doesNotKnowAForeignTenantsRunAndAsksForAToken() {
        Story story = Story.of("acme", 1);
        teller.tell(
                story.opened(), story.output(story.ref(PREPARE, 0, 1), 0, "secret to others\n"));
        awaitRun(story, _ -> true);
        String run = "/v1/runs/" + story.run();
        StatusApi foreign = StatusApi.viewer("globex");

        for (String path : List.of(run, run + "/timeline", run + "/output", run + "/events")) {
            assertThat(foreign.get(path).status()).as(path).isEqualTo(404);
            assertThat(foreign.get(path).code()).as(path).isEqualTo("UNKNOWN_RUN");
            assertThat(StatusApi.nobody().get(path).status()).as(path).isEqualTo(401);
        }
        assertThat(foreign.get("/v1/runs").body().path("runs")).isEmpty();
        assertThat(api.get("/v1/runs/" + RunId.next()).code()).isEqualTo("UNKNOWN_RUN");
    }

    private static List<Object> story(Story story) {
        return List.of(
                story.opened(),
                story.frozen(0.5, PREPARE, JOIN),
                story.phaseStarted(PREPARE, 1),
                story.started(PREPARE, 0, 2),
                story.succeeded(PREPARE, 0, 8, 5),
                story.ended(story.ref(PREPARE, 1, 1), TaskOutcome.FAILED, ReasonCode.DISK_FULL, 4),
                story.phaseSettled(PREPARE, 9, 1, 0, 0),
                story.settled(RunOutcome.FAILED, 9.5));
    }

    private Answer awaitRun(Story story, Predicate<Answer> until) {
        Answer[] last = new Answer[1];
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    last[0] = api.get("/v1/runs/" + story.run());
                    return last[0].status() == 200 && until.test(last[0]);
                });
        return last[0];
    }

    private static Predicate<Answer> settled() {
        return a ->
                a.body().path("state").asText().equals("SETTLED")
                        && a.body().path("cursor").asLong() >= 8;
    }

    private static JsonNode host(Answer answer) {
        return answer.body().path("phases").path(0).path("hosts").path("10.0.0.1:22");
    }

    private static String state(Answer answer) {
        return host(answer).path("state").asText();
    }

    private static List<String> texts(JsonNode output) {
        return output.path("chunks").findValuesAsText("text");
    }

    /// Without what differs between two runs, and without the order in which topics were heard.
    private static JsonNode comparable(Answer answer, Story story) {
        var body = (ObjectNode) answer.body().deepCopy();
        body.remove(List.of("run", "timeline"));
        body.findParents("task").forEach(h -> ((ObjectNode) h).remove("task"));
        assertThat(body.toString()).doesNotContain(story.run().toString());
        return body;
    }
}
