package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    void noSecretOfARunIsFoundWhereItDoesNotBelong() throws IOException, InterruptedException {
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
            var search = new SecretSearch(platform, secrets);
            search.in("process lists", processes.stream());
            search.inServices();
            fleet.hosts().forEach(search::onHost);
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
