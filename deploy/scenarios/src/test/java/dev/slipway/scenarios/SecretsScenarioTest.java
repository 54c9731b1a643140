package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.local.broker.BrokerTls;
import dev.slipway.local.database.DatabaseSettings;
import dev.slipway.local.database.PostgresServer;
import dev.slipway.local.home.PortsFile;
import dev.slipway.testkit.KafkaProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// After a whole run, a search for every private key, token and password used in it: over Kafka
/// records, database rows, logs, journals on hosts, and the process lists seen while it ran.
@ExtendWith(Platform.Lifetime.class)
class SecretsScenarioTest {
    private final Platform platform = Platform.get();
    private final Cli cli = platform.cli();

    @Test
    void noSecretOfARunIsFoundWhereItDoesNotBelong()
            throws IOException, SQLException, InterruptedException {
        try (var fleet = new Fleet(30, 2)) {
            fleet.trust(cli);
            Path file =
                    fleet.clusterfile(
                            "sealed",
                            2,
                            "user: ops\n    passwd: \"%s\"".formatted(Fleet.OPS_PASSWORD));
            Set<String> processes = ConcurrentHashMap.newKeySet();
            Thread watcher = Thread.ofVirtual().start(() -> watchProcesses(processes));

            succeeded(cli.run("apply", "-f", file.toString(), "--watch"));
            succeeded(cli.run("kubeconfig", "sealed"));
            watcher.interrupt();
            watcher.join();

            Map<String, String> secrets = secrets(fleet);
            assertThat(secrets).hasSizeGreaterThan(6);
            assertThat(processes).as("the watcher saw processes").anyMatch(p -> p.contains("java"));
            search("process lists", processes.stream(), secrets);
            search("Kafka", records(), secrets);
            search("databases", rows(), secrets);
            search("logs", texts(platform.home().resolve("logs")), secrets);
            for (var host : fleet.hosts()) {
                search(
                        "journal of " + host.name(),
                        texts(host.root().resolve("var/lib/slipway")),
                        secrets);
                search(
                        "memory of " + host.name(),
                        texts(host.root().resolve("run/slipway")),
                        secrets);
            }
        }
    }

    /// One telling line of every secret, by what it is.
    private Map<String, String> secrets(Fleet fleet) throws IOException {
        Map<String, String> secrets = new LinkedHashMap<>();
        secrets.put("password", Fleet.OPS_PASSWORD);
        Path kubernetes = fleet.host(1).root().resolve("etc/kubernetes");
        for (String key :
                List.of("pki/ca.key", "pki/etcd/ca.key", "pki/front-proxy-ca.key", "pki/sa.key")) {
            secrets.put(key, Files.readAllLines(kubernetes.resolve(key)).get(1));
        }
        secrets.put(
                "admin.conf",
                lineWith(
                        Files.readString(kubernetes.resolve("admin.conf")),
                        "client-key-data: (\\S{40})"));
        secrets.put(
                "user token", Files.readString(platform.home().resolve("keys/user.jwt")).strip());
        for (String service : List.of("planner", "cert", "status")) {
            String settings =
                    Files.readString(
                            platform.home().resolve(service).resolve("application.properties"));
            secrets.put(
                    service + " database password",
                    lineWith(settings, "slipway\\.database\\.app\\.password=(\\S+)"));
        }
        secrets.put("order-signing key", pemLine(platform.home().resolve("keys")));
        return secrets;
    }

    private static String pemLine(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                List<String> lines = Files.readAllLines(file);
                if (lines.size() > 2 && lines.getFirst().contains("PRIVATE KEY")) {
                    return lines.get(1);
                }
            }
        }
        throw new AssertionError("no private key in " + folder);
    }

    private static String lineWith(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }

    private static void search(String where, Stream<String> texts, Map<String, String> secrets) {
        List<String> found = new ArrayList<>();
        texts.forEach(text ->
                secrets.forEach((name, secret) -> {
                    if (text.contains(secret)) {
                        found.add(
                                "%s in %.200s"
                                        .formatted(
                                                name,
                                                text.substring(0, Math.min(80, text.length()))));
                    }
                }));
        assertThat(found).as("secrets in " + where).isEmpty();
    }

    private Stream<String> records() {
        Path tls = platform.stack().home().tls();
        List<String> texts = new ArrayList<>();
        Map<String, List<String>> topicsByReader =
                Map.of(
                        "status",
                        List.of(
                                Topics.RUNS,
                                Topics.TASK_RESULTS,
                                Topics.TASK_OUTPUT,
                                Topics.CERTIFICATES),
                        "executor",
                        List.of(Topics.tasks(new PoolName("default"))));
        topicsByReader.forEach((reader, topics) -> {
            var settings =
                    new HashMap<>(
                            new BrokerTls(bundle(tls, reader), tls.resolve("ca.crt")).settings());
            settings.put("security.protocol", "SSL");
            settings.put("bootstrap.servers", "127.0.0.1:" + port("broker"));
            try (KafkaProbe probe = KafkaProbe.with(settings)) {
                topics.forEach(topic -> {
                    var records = probe.records(topic);
                    assertThat(records).as(topic).isNotEmpty();
                    records.forEach(r ->
                            texts.add(
                                    topic
                                            + " "
                                            + r.key()
                                            + " "
                                            + decoded(r.value())
                                            + " "
                                            + r.headers()));
                });
            }
        });
        return texts.stream();
    }

    private int port(String part) {
        return Objects.requireNonNull(
                PortsFile.of(platform.stack().home().ports(), List.of()).get(part));
    }

    /// Orders travel as compact JWS: the search is for what is inside.
    private static String decoded(String value) {
        var text = new StringBuilder(value);
        Matcher jws =
                Pattern.compile("[A-Za-z0-9_-]{10,}\\.([A-Za-z0-9_-]{40,})\\.[A-Za-z0-9_-]{40,}")
                        .matcher(value);
        while (jws.find()) {
            text.append(
                    new String(
                            java.util.Base64.getUrlDecoder().decode(jws.group(1)),
                            StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private static Path bundle(Path tls, String reader) {
        try (Stream<Path> files = Files.walk(tls)) {
            return files.filter(f -> tls.relativize(f).toString().contains(reader))
                    .filter(f -> containsKeyAndCertificate(f))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no bundle of " + reader + " in " + tls));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean containsKeyAndCertificate(Path file) {
        try {
            String text = Files.isRegularFile(file) ? Files.readString(file) : "";
            return text.contains("PRIVATE KEY") && text.contains("BEGIN CERTIFICATE");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Stream<String> rows() throws SQLException {
        Path database = platform.stack().home().part("database");
        int port = port("database");
        var server =
                new PostgresServer(
                        new DatabaseSettings(
                                database,
                                database.resolve("programs"),
                                port,
                                true,
                                List.of("planner", "cert", "status")));
        List<String> texts = new ArrayList<>();
        for (String name : List.of("planner", "cert", "status")) {
            try (Connection connection = server.connectAsAdministrator(name)) {
                for (String table : tables(connection)) {
                    try (ResultSet rows =
                            connection
                                    .createStatement()
                                    .executeQuery("select t::text from %s t".formatted(table))) {
                        while (rows.next()) {
                            texts.add(name + "." + table + " " + unhexed(rows.getString(1)));
                        }
                    }
                }
            }
        }
        assertThat(texts).hasSizeGreaterThan(20);
        return texts.stream();
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet found =
                connection
                        .createStatement()
                        .executeQuery(
                                "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")) {
            while (found.next()) {
                tables.add(found.getString(1));
            }
        }
        return tables;
    }

    /// The row with every bytea in it (`\x…`) as Latin-1 text too.
    private static String unhexed(String row) {
        var text = new StringBuilder(row);
        Matcher hex = Pattern.compile("\\\\x((?:[0-9a-f]{2}){8,})").matcher(row);
        while (hex.find()) {
            text.append(' ')
                    .append(
                            new String(
                                    java.util.HexFormat.of().parseHex(hex.group(1)),
                                    StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    private static Stream<String> texts(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.add(
                        file
                                + " "
                                + new String(
                                        Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return texts.stream();
    }

    private static void watchProcesses(Set<String> seen) {
        while (!Thread.currentThread().isInterrupted()) {
            ProcessHandle.allProcesses().forEach(p -> seen.add(commandLine(p.pid())));
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(
                            Path.of("/proc", String.valueOf(pid), "cmdline"),
                            StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }
}
