package dev.slipway.status.intake;

import static dev.slipway.status.Story.PREPARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.status.StatusApi;
import dev.slipway.status.Story;
import dev.slipway.status.Teller;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "status"))
class IntakeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Story story = Story.of("acme", 1);
    private final String key = story.run().toString();
    private Teller teller;
    private StatusApi api;

    @BeforeEach
    void connect() {
        teller = new Teller();
        api = StatusApi.viewer("acme");
    }

    @AfterEach
    void disconnect() {
        teller.close();
    }

    @Test
    void parksAnUndecodableRecordAndGoesOn() {
        var headers = Teller.headers(story.tenant(), story.started(PREPARE, 0, 1));
        teller.tell(story.opened());
        teller.tellRaw(Topics.TASK_RESULTS, key, "{\"event\":", headers);
        teller.tell(story.succeeded(PREPARE, 0, 5, 3));

        awaitCursor(2);
        awaitDead(Topics.TASK_RESULTS);
    }

    @Test
    void parksARecordThatCannotBeStoredAndGoesOn() {
        var started = story.started(PREPARE, 0, 1);
        String impossible =
                json(started)
                        .replaceFirst("\"at\":\"[^\"]+\"", "\"at\":\"+999999999-01-01T00:00:00Z\"");
        assertThat(impossible).contains("+999999999");
        teller.tell(story.opened());
        teller.tellRaw(
                Topics.TASK_RESULTS, key, impossible, Teller.headers(story.tenant(), started));
        teller.tell(story.succeeded(PREPARE, 0, 5, 3));

        awaitCursor(2);
        awaitDead(Topics.TASK_RESULTS);
    }

    @Test
    void passesOverAnEventOfALaterVersion() {
        var headers = Teller.headers(story.tenant(), story.paused(1));
        headers.put("ce_type", "dev.slipway.runs.RunRenamed.v1");
        teller.tell(story.opened());
        teller.tellRaw(Topics.RUNS, "acme/demo", "{\"event\":\"RunRenamed\"}", headers);
        teller.tell(story.settled(RunOutcome.SUCCEEDED, 5));

        awaitCursor(2);
    }

    @Test
    void goesOnWhenTheDatabaseComesBack() throws SQLException {
        teller.tell(story.opened());
        awaitCursor(1);

        cutEveryConnection();
        teller.tell(story.phaseStarted(PREPARE, 1), story.succeeded(PREPARE, 0, 5, 3));
        cutEveryConnection();
        teller.tell(story.settled(RunOutcome.SUCCEEDED, 6));

        awaitCursor(4);
    }

    private static void cutEveryConnection() throws SQLException {
        Config config = ConfigProvider.getConfig();
        for (String role : new String[] {"worker", "app"}) {
            try (Connection connection =
                            DriverManager.getConnection(
                                    config.getValue("slipway.database.jdbc-url", String.class),
                                    config.getValue(
                                            "slipway.database." + role + ".username", String.class),
                                    config.getValue(
                                            "slipway.database." + role + ".password",
                                            String.class));
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE usename = current_user AND pid <> pg_backend_pid()");
            }
        }
    }

    private void awaitCursor(long cursor) {
        await().atMost(PATIENCE)
                .until(() ->
                        api.get("/v1/runs/" + story.run()).body().path("cursor").asLong()
                                == cursor);
    }

    private void awaitDead(String topic) {
        var dead =
                teller.probe()
                        .await(Topics.dead(topic), 1, PATIENCE, r -> key.equals(r.key()))
                        .getFirst();
        assertThat(KafkaProbe.header(dead, "slipway_why")).isNotEmpty();
        assertThat(KafkaProbe.header(dead, "slipway_offset")).matches("\\d+");
    }

    private static String json(Object event) {
        return new String(Wire.bytes(event), StandardCharsets.UTF_8);
    }
}
