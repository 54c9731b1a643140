package dev.slipway.local.database;

import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.process.Patience;
import dev.slipway.local.process.ProcessStamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/// One PostgreSQL server: its data directory, its command line, and what to do about one that was
/// left behind. It starts no server itself, so that whoever does owns the process.
///
/// As root the programs run in a user namespace of their own, since PostgreSQL refuses to run as
/// root; every folder above the data directory must then be open to root by its mode bits alone.
public final class PostgresServer {

    /// Ends client connections, rolls back, writes a checkpoint: PostgreSQL's "fast shutdown".
    public static final String STOP_SIGNAL = "INT";

    private static final System.Logger LOG = System.getLogger(PostgresServer.class.getName());
    private static final Duration STOP_GRACE = Duration.ofSeconds(30);

    private final DatabaseSettings settings;
    private final PostgresBinaries binaries;
    private final DatabasePasswords passwords;

    public PostgresServer(DatabaseSettings settings) {
        this.settings = settings;
        PrivateFile.directory(settings.directory());
        this.binaries = PostgresBinaries.in(settings.binaries());
        this.passwords = DatabasePasswords.in(settings.passwords(), settings.services());
    }

    /// Makes the data directory if there is none, and ends a server that an earlier owner left
    /// running on it.
    public void prepare() {
        endLeftBehind(settings.directory());
        if (!Files.exists(settings.data().resolve("PG_VERSION"))) {
            initialise();
        }
    }

    /// The server's command line; it logs to its standard error.
    public List<String> command() {
        List<String> command = new ArrayList<>(asOrdinaryUser(binaries.program("postgres")));
        command.addAll(
                List.of("-D", settings.data().toString(), "-p", Integer.toString(settings.port())));
        String durable = settings.durable() ? "on" : "off";
        Map.of(
                        "listen_addresses", "127.0.0.1",
                        "unix_socket_directories", "",
                        "password_encryption", "scram-sha-256",
                        "fsync", durable,
                        "synchronous_commit", durable,
                        "full_page_writes", durable,
                        "shared_buffers", "48MB",
                        "max_connections", "120",
                        "max_wal_size", "256MB",
                        "log_line_prefix", "%m [%p] %q%u@%d ")
                .forEach((key, value) -> command.addAll(List.of("-c", key + "=" + value)));
        return List.copyOf(command);
    }

    /// Whether the server takes connections now.
    public boolean ready() {
        try (Connection connection = connectAsAdministrator("postgres")) {
            return connection.isValid(2);
        } catch (SQLException e) {
            return false;
        }
    }

    /// Makes the services' databases and roles where they are missing; the server must run.
    public void provide() {
        try {
            new ServiceDatabases(this::connectAsAdministrator, passwords)
                    .provide(settings.services());
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "cannot make the databases of "
                            + settings.services()
                            + " at "
                            + jdbcUrl("postgres")
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /// Where it listens on 127.0.0.1.
    public int port() {
        return settings.port();
    }

    /// The JDBC address of a database; it holds no password.
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + settings.port() + "/" + database;
    }

    /// The password of a service's role.
    public String password(String service, DatabaseRole role) {
        return passwords.of(role.of(service));
    }

    /// A connection to the service's database in one of its roles.
    public Connection connect(String service, DatabaseRole role) throws SQLException {
        return connect(service, role.of(service));
    }

    /// A connection as the server's superuser, for dumps and tests.
    public Connection connectAsAdministrator(String database) throws SQLException {
        return connect(database, DatabasePasswords.ADMINISTRATOR);
    }

    private Connection connect(String database, String role) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", role);
        properties.setProperty("password", passwords.of(role));
        properties.setProperty("connectTimeout", "5");
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    /// Ends a server that runs on `directory`'s data, whoever started it.
    public static void endLeftBehind(Path directory) {
        Path data = directory.resolve("data");
        running(data)
                .ifPresent(orphan -> {
                    LOG.log(
                            System.Logger.Level.INFO,
                            "database: ending server {0}, left behind on \"{1}\"",
                            Long.toString(orphan.pid()),
                            data);
                    orphan.end(STOP_SIGNAL, STOP_GRACE);
                });
        // The children of a server that was killed end a moment after it; until then they keep its
        // shared memory, beside which no other server starts.
        Patience.until(
                STOP_GRACE, () -> ProcessHandle.allProcesses().noneMatch(p -> standsIn(p, data)));
    }

    private static boolean standsIn(ProcessHandle process, Path data) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
                    .equals(data.toRealPath());
        } catch (IOException e) {
            return false; // it has ended, or is somebody else's
        }
    }

    /// A server that runs on the data now.
    static Optional<ProcessStamp> running(Path data) {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            long pid = Long.parseLong(lines.get(0).strip());
            Instant started = Instant.ofEpochSecond(Long.parseLong(lines.get(2).strip()));
            return ProcessStamp.of(pid).filter(stamp -> startedAt(pid, started));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean startedAt(long pid, Instant written) {
        // The server writes the file up to some seconds after its birth, and the kernel's idea of
        // the
        // boot time moves with clock corrections.
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().startInstant())
                .filter(born ->
                        Duration.between(born, written).abs().compareTo(Duration.ofSeconds(60)) < 0)
                .isPresent();
    }

    private void initialise() {
        Path draft = settings.directory().resolve("data.new");
        PrivateFile.deleteTree(draft);
        Path passwordFile = settings.directory().resolve(".administrator");
        PrivateFile.write(passwordFile, passwords.of(DatabasePasswords.ADMINISTRATOR) + "\n");
        try {
            List<String> command = new ArrayList<>(asOrdinaryUser(binaries.program("initdb")));
            command.addAll(
                    List.of(
                            "--pgdata=" + draft,
                            "--username=" + DatabasePasswords.ADMINISTRATOR,
                            "--pwfile=" + passwordFile,
                            "--auth-host=scram-sha-256",
                            "--auth-local=reject",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8"));
            if (!settings.durable()) {
                command.add("--no-sync");
            }
            run(command);
            // Takes its name only when whole: an interrupted initdb starts afresh.
            Files.move(draft, settings.data(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot make the data directory \"" + settings.data() + "\"", e);
        } finally {
            PrivateFile.deleteTree(passwordFile);
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        int code = process.onExit().join().exitValue();
        if (code != 0) {
            throw new IOException(
                    "\"%s\" ended with code %d: %s"
                            .formatted(String.join(" ", command), code, output.strip()));
        }
    }

    private static List<String> asOrdinaryUser(Path program) {
        boolean root = "root".equals(System.getProperty("user.name"));
        return root
                ? List.of("unshare", "--user", program.toString())
                : List.of(program.toString());
    }
}
