package dev.slipway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.Topics;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StackIT {

    @Test
    void servesTheSameBrokerAndDatabaseToEveryService() {
        Map<String, String> planner = TestStack.settings("planner");
        Map<String, String> cert = TestStack.settings("cert");

        assertThat(cert)
                .containsEntry("slipway.broker.servers", planner.get("slipway.broker.servers"))
                .containsEntry("slipway.database.port", planner.get("slipway.database.port"));
        assertThat(planner)
                .containsEntry(
                        "slipway.cert-service.url",
                        "https://127.0.0.1:" + cert.get("slipway.http.port"));
    }

    @Test
    void givesEachServiceOnlyTheSecretsOfItsRoom() {
        assertThat(TestStack.settings("planner").keySet())
                .contains(
                        "slipway.orders.signing-key",
                        "slipway.installation",
                        "slipway.tokens.public-key")
                .doesNotContain("slipway.orders.verifying-keys", "slipway.vault.key-file");
        assertThat(TestStack.settings("executor").keySet())
                .contains(
                        "slipway.orders.verifying-keys",
                        "slipway.executor.pool",
                        "slipway.planner.url")
                .noneMatch(key ->
                        key.startsWith("slipway.database") || key.startsWith("slipway.tokens"))
                .doesNotContain("slipway.orders.signing-key", "slipway.vault.key-file");
        assertThat(TestStack.settings("cert").keySet())
                .contains(
                        "slipway.orders.verifying-keys",
                        "slipway.vault.key-file",
                        "slipway.database.worker.password")
                .doesNotContain("slipway.orders.signing-key");
        assertThat(TestStack.settings("status").keySet())
                .contains("slipway.database.owner.username", "slipway.tokens.issuer")
                .noneMatch(
                        key -> key.startsWith("slipway.orders") || key.startsWith("slipway.vault"));
    }

    @Test
    void returnsWhatWasWrittenToATopic() {
        try (KafkaProbe probe = KafkaProbe.shared()) {
            probe.produce(Topics.RUNS, "acme/blue", "{\"n\":1}", Map.of("ce_id", "one"));

            assertThat(probe.records(Topics.RUNS))
                    .singleElement()
                    .satisfies(record -> assertThat(record.value()).isEqualTo("{\"n\":1}"))
                    .satisfies(record ->
                            assertThat(KafkaProbe.header(record, "ce_id")).isEqualTo("one"));
            assertThat(probe.await(Topics.RUNS, 1, Duration.ofSeconds(10), record -> true))
                    .hasSize(1);
        }
    }

    @Test
    void saysWhatItFoundWhenRecordsDoNotCome() {
        try (KafkaProbe probe = KafkaProbe.shared()) {
            assertThatThrownBy(() ->
                            probe.await(Topics.AUDIT, 1, Duration.ofMillis(200), record -> true))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("found 0");
        }
    }

    @Test
    void givesTheApplicationRoleWhatTheOwnerMadeButNoSchemaOfItsOwn() throws SQLException {
        try (Connection owner = connect("owner");
                Connection app = connect("app");
                Statement ofOwner = owner.createStatement();
                Statement ofApp = app.createStatement()) {
            ofOwner.execute(
                    "CREATE TABLE probe (id bigint generated always as identity, tenant text)");
            ofApp.execute("INSERT INTO probe (tenant) VALUES ('acme')");

            try (ResultSet rows = ofApp.executeQuery("SELECT count(*) FROM probe")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isOne();
            }
            assertThatThrownBy(() -> ofApp.execute("CREATE TABLE mine (id int)"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> ofApp.execute("DROP TABLE probe"))
                    .hasMessageContaining("must be owner");
        }
    }

    @Test
    void keepsAServiceOutOfAnothersDatabase() {
        Map<String, String> planner = TestStack.settings("planner");

        assertThatThrownBy(() ->
                        DriverManager.getConnection(
                                "jdbc:postgresql://127.0.0.1:"
                                        + planner.get("slipway.database.port")
                                        + "/cert",
                                planner.get("slipway.database.app.username"),
                                planner.get("slipway.database.app.password")))
                .hasMessageContaining("permission denied for database \"cert\"");
    }

    private static Connection connect(String role) throws SQLException {
        Map<String, String> settings = TestStack.settings("status");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + settings.get("slipway.database.port") + "/status",
                settings.get("slipway.database." + role + ".username"),
                settings.get("slipway.database." + role + ".password"));
    }
}
