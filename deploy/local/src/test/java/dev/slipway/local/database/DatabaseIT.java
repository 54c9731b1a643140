package dev.slipway.local.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.local.process.Patience;
import dev.slipway.local.process.Ports;
import dev.slipway.local.process.ProcessStamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseIT {

    @TempDir static Path folder;

    private static DatabaseSettings settings;
    private static EmbeddedDatabase database;

    @BeforeAll
    static void startDatabase() {
        settings =
                new DatabaseSettings(
                        folder.resolve("database"),
                        Path.of(System.getProperty("user.home"), ".cache", "slipway"),
                        Ports.free(1).getFirst(),
                        true,
                        List.of("planner", "cert"));
        database = EmbeddedDatabase.start(settings);
    }

    @AfterAll
    static void stopDatabase() {
        database.close();
    }

    @Test
    void writesEveryCommitToDisk() throws SQLException {
        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            assertThat(query("planner", DatabaseRole.APP, "SHOW " + setting)).isEqualTo("on");
        }
    }

    @Test
    void listensOnLoopbackOnly() throws SQLException {
        assertThat(query("planner", DatabaseRole.APP, "SHOW listen_addresses"))
                .isEqualTo("127.0.0.1");
    }

    @Test
    void wantsAPasswordOfEverybody() {
        assertThatThrownBy(() ->
                        DriverManager.getConnection(
                                database.server().jdbcUrl("postgres"), "postgres", "wrong"))
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void keepsPasswordsAsScramVerifiersAndTheirFileFromOthers() throws SQLException, IOException {
        try (Connection administrator = database.server().connectAsAdministrator("postgres");
                Statement statement = administrator.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT rolpassword FROM pg_authid WHERE rolcanlogin")) {
            while (rows.next()) {
                assertThat(rows.getString(1)).startsWith("SCRAM-SHA-256$");
            }
        }
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(settings.passwords())))
                .isEqualTo("rw-------");
    }

    @Test
    void writesNoPasswordToItsLog() throws IOException {
        String log = Files.readString(settings.directory().resolve("postgres.log"));

        assertThat(log).isNotEmpty();
        for (DatabaseRole role : DatabaseRole.values()) {
            assertThat(log).doesNotContain(database.server().password("planner", role));
        }
    }

    @Test
    void givesNoRoleAWayAroundRowLevelSecurity() throws SQLException {
        assertThat(
                        query(
                                "planner",
                                DatabaseRole.OWNER,
                                "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'planner%' AND (rolbypassrls OR rolsuper)"))
                .isEqualTo("0");
    }

    @Test
    void keepsWhatWasCommittedWhenTheServerIsKilled() throws SQLException {
        execute("CREATE TABLE kept (n int)");
        execute("INSERT INTO kept VALUES (42)");
        ProcessStamp killed = database.process();

        killed.signal("KILL");
        assertThat(Patience.until(Duration.ofSeconds(10), () -> !killed.alive())).isTrue();
        database = EmbeddedDatabase.start(settings);

        assertThat(query("planner", DatabaseRole.APP, "SELECT n FROM kept")).isEqualTo("42");
    }

    @Test
    void endsAServerLeftBehindOnItsDataBeforeItStartsAnother() {
        ProcessStamp left = database.process();

        database = EmbeddedDatabase.start(settings);

        assertThat(left.alive()).isFalse();
        assertThat(database.process().alive()).isTrue();
        assertThat(PostgresServer.running(settings.data())).contains(database.process());
    }

    @Test
    void refusesServiceNamesThatAreNoPlainWords() {
        assertThatThrownBy(() ->
                        new DatabaseSettings(folder, folder, 1, true, List.of("planner; DROP")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void execute(String command) throws SQLException {
        try (Connection owner = database.server().connect("planner", DatabaseRole.OWNER);
                Statement statement = owner.createStatement()) {
            statement.execute(command);
        }
    }

    private static String query(String service, DatabaseRole role, String query)
            throws SQLException {
        try (Connection connection = database.server().connect(service, role);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
