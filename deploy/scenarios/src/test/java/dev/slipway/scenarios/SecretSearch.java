package dev.slipway.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.local.broker.BrokerTls;
import dev.slipway.local.database.DatabaseSettings;
import dev.slipway.local.database.PostgresServer;
import dev.slipway.local.home.PortsFile;
import dev.slipway.simulator.RunningHost;
import dev.slipway.testkit.KafkaProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Looks for secrets where none belongs.
///
/// @param secrets one telling line of each, by what it is
record SecretSearch(Platform platform, Map<String, String> secrets) {
    SecretSearch {
        secrets = Map.copyOf(secrets);
    }

    /// In everything that the services write down: Kafka records, database rows, logs.
    void inServices() throws IOException {
        in("Kafka", records());
        try {
            in("databases", rows());
        } catch (SQLException e) {
            throw new AssertionError("the databases cannot be read", e);
        }
        in("logs", texts(platform.home().resolve("logs")));
    }

    /// In what Slipway leaves on a host.
    void onHost(RunningHost host) {
        try {
            in("journal of " + host.name(), texts(host.root().resolve("var/lib/slipway")));
            in("memory of " + host.name(), texts(host.root().resolve("run/slipway")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param where for the message
    void in(String where, Stream<String> texts) {
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
}
