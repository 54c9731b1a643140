package dev.slipway.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.testkit.TestStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged service as a process of its own.
class RestartScenarioTest {
    private static final Path APPLICATION = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    @TempDir Path folder;
    private final Map<String, String> settings = new HashMap<>();
    private final java.util.List<Process> processes = new java.util.ArrayList<>();

    @AfterEach
    void endTheProcesses() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void keepsEverythingOverAKillAndRefusesAnotherKeyFile() throws Exception {
        int port = freePort();
        settings.putAll(TestStack.settings("cert"));
        settings.put("slipway.http.port", Integer.toString(port));
        var planner = CertApi.service("planner").at(port);
        var executor = CertApi.service("executor/default").at(port);
        TestOrder order = TestOrder.of("restart", "restart");
        Path keyFile =
                Path.of(TestStack.settings("cert").getOrDefault("slipway.vault.key-file", ""));
        Files.createDirectories(keyFile.getParent());
        settings.put("slipway.vault.key-file", keyFile.toString());

        Process first = start("first", port);
        CertApi.user("restart", "ada", "operator")
                .at(port)
                .putPassword(TestOrder.CREDENTIAL, "pw", "sudo");
        var opened = planner.openAuthority(order, Map.of());
        var before = executor.redeem(order.signed());
        first.destroyForcibly().waitFor();
        start("second", port);

        assertThat(before.status()).as(before.text()).isEqualTo(200);
        assertThat(executor.redeem(order.signed()).text()).isEqualTo(before.text());
        assertThat(planner.openAuthority(order, Map.of()).text()).isEqualTo(opened.text());

        settings.put("slipway.http.port", Integer.toString(freePort()));
        settings.put("slipway.vault.key-file", folder.resolve("missing.json").toString());
        settings.put("slipway.vault.create-key-file", "false");
        assertThat(failure("missing"))
                .contains("there is no key file", "missing.json", "create-key-file");
        settings.put("slipway.vault.create-key-file", "true");
        assertThat(failure("foreign")).contains("cannot unwrap a data key", "restore the key file");
    }

    private Process start(String name, int port) {
        Process process = launch(name);
        await().atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> {
                    assertThat(process.isAlive()).as(() -> log(name)).isTrue();
                    return log(name).contains("Listening on: https://127.0.0.1:" + port);
                });
        return process;
    }

    private String failure(String name) throws InterruptedException {
        Process process = launch(name);
        assertThat(process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        return log(name);
    }

    private Process launch(String name) {
        try {
            Path file = folder.resolve(name + ".properties");
            Files.writeString(
                    file,
                    settings.entrySet().stream()
                            .map(e -> e.getKey() + "=" + e.getValue())
                            .collect(Collectors.joining("\n")));
            Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx256m",
                                    "-Dquarkus.config.locations=" + file,
                                    "-jar",
                                    APPLICATION.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve(name + ".log").toFile())
                            .start();
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String log(String name) {
        try {
            return Files.readString(folder.resolve(name + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
