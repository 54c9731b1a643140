package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.findsNothingToDo;
import static dev.slipway.scenarios.Story.runOf;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A cluster whose images come from a registry with a login and an authority of its own, and from
/// mirrors that come and go.
@ExtendWith(Platform.Lifetime.class)
class RegistriesScenarioTest {
    private static final String PASSWORD = "regis'try $ecret";
    private static final String LOGIN =
            Base64.getEncoder()
                    .encodeToString(("robot:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    private static final String REGISTRY =
            """
              registries:
                - host: registry.example.org:5000
                  caFile: registry-ca.pem
                  username: robot
                  password: "%s"
            """
                    .formatted(PASSWORD);
    private static final String MIRROR =
            """
                - host: docker.io
                  mirrors: [{url: "http://10.9.9.9:5000", skipVerify: true}]
            """;
    private static final String CERTIFICATE =
            """
            -----BEGIN CERTIFICATE-----
            MIIBkjCCATegAwIBAgIUMaIw2u6IQ8Wh9z4TSs0KjHgNvxYwCgYIKoZIzj0EAwIw
            HTEbMBkGA1UEAwwSRXhhbXBsZSByZWdpc3RyaWVzMCAXDTI2MTEyNzA5MDQ0MVoY
            DzIxMjYxMTAzMDkwNDQxWjAdMRswGQYDVQQDDBJFeGFtcGxlIHJlZ2lzdHJpZXMw
            WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQYxzou/sIDA851323kQ3bQuA6OuYz8
            9PZg4r0lGXvXkKKTFjjQn+GIXBuVbjoVumVbYN5RRBvwzkhIFJu3ikyao1MwUTAd
            BgNVHQ4EFgQU6BbYhkLy6lLaabg/Kfqtv6K2c84wHwYDVR0jBBgwFoAU6BbYhkLy
            6lLaabg/Kfqtv6K2c84wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBG
            AiEAzQ9bzNDo6C+hv79JGbFcTARmkyPteTyxnkn8MERv/wYCIQCjwQG2kGKO0pRO
            kMfsQMt65CxQ8Lr+6WID0RtXg4OIXw==
            -----END CERTIFICATE-----
            """;
    private static final String FOLDER = "/etc/containerd/certs.d";
    private static final String CONFIG = "/etc/containerd/config.toml";

    private final Cli cli = Platform.get().cli();

    @Test
    void bringsRegistriesToHostsAndTakesThemAwayAgain() throws IOException {
        try (var fleet = new Fleet(73, 2)) {
            fleet.trust(cli);
            for (RunningHost host : fleet.hosts()) {
                host.run(
                        "mkdir -p %1$s/own.example && echo mine >%1$s/own.example/hosts.toml"
                                .formatted(FOLDER));
            }
            installs(fleet);
            takesAMirrorWithoutARestart(fleet);
            forgetsTheRegistry(fleet);
            resets(fleet);
        }
    }

    private void installs(Fleet fleet) throws IOException {
        Cli.Result applied =
                succeeded(cli.run("apply", "-f", file(fleet, REGISTRY).toString(), "--watch"));

        for (RunningHost host : fleet.hosts()) {
            assertThat(host.run("cat %s/registry.example.org:5000/hosts.toml".formatted(FOLDER)))
                    .isEqualTo(
                            """
                            # Slipway made this of the Clusterfile's registries.
                            server = "https://registry.example.org:5000"

                            [host."https://registry.example.org:5000"]
                              capabilities = ["pull", "resolve"]
                              ca = "/etc/containerd/certs.d/registry.example.org:5000/ca.crt"
                            """);
            assertThat(host.run("cat %s/registry.example.org:5000/ca.crt".formatted(FOLDER)))
                    .isEqualTo(CERTIFICATE);
            assertThat(host.run("stat -c %a:%U " + CONFIG)).isEqualTo("600:root\n");
            assertThat(host.run("cat " + CONFIG))
                    .contains("\"registry.example.org:5000\".auth]\n  auth = \"" + LOGIN + "\"\n");
            tellsNobody(host);
        }
        String run = runOf(applied);
        assertThat(
                        cli.run("logs", run).all()
                                + cli.run("describe", "run", run, "-o", "json").all()
                                + applied.all())
                .doesNotContain(LOGIN, PASSWORD);
    }

    /// The journal keeps steps and output, and what secrets were staged is gone.
    private static void tellsNobody(RunningHost host) throws IOException {
        for (String folder : new String[] {"var/lib/slipway", "run/slipway"}) {
            Path root = host.root().resolve(folder);
            if (Files.isDirectory(root)) {
                try (Stream<Path> files = Files.walk(root)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        assertThat(
                                        new String(
                                                Files.readAllBytes(file),
                                                StandardCharsets.ISO_8859_1))
                                .as(file.toString())
                                .doesNotContain(LOGIN, PASSWORD);
                    }
                }
            }
        }
    }

    private void takesAMirrorWithoutARestart(Fleet fleet) throws IOException {
        long restarts = calls(fleet.host(2), "systemctl restart");

        succeeded(cli.run("apply", "-f", file(fleet, REGISTRY + MIRROR).toString(), "--watch"));

        for (RunningHost host : fleet.hosts()) {
            assertThat(host.run("cat %s/docker.io/hosts.toml".formatted(FOLDER)))
                    .contains(
                            "server = \"https://registry-1.docker.io\"",
                            "[host.\"http://10.9.9.9:5000\"]");
        }
        assertThat(calls(fleet.host(2), "systemctl restart")).isEqualTo(restarts);
        findsNothingToDo(cli, file(fleet, REGISTRY + MIRROR));
    }

    private void forgetsTheRegistry(Fleet fleet) throws IOException {
        long restarts = calls(fleet.host(2), "systemctl restart");

        succeeded(
                cli.run(
                        "apply",
                        "-f",
                        file(fleet, "  registries:\n" + MIRROR).toString(),
                        "--watch"));

        for (RunningHost host : fleet.hosts()) {
            assertThat(host.run("ls " + FOLDER)).isEqualTo("docker.io\nown.example\n");
            assertThat(host.run("stat -c %a " + CONFIG)).isEqualTo("644\n");
            assertThat(host.run("cat " + CONFIG)).doesNotContain("auth");
        }
        assertThat(calls(fleet.host(2), "systemctl restart")).isEqualTo(restarts + 1);
    }

    private void resets(Fleet fleet) {
        succeeded(cli.run("reset", "pulling", "--yes", "--watch"));

        for (RunningHost host : fleet.hosts()) {
            assertThat(host.run("ls " + FOLDER)).isEqualTo("own.example\n");
            assertThat(host.run("cat %s/own.example/hosts.toml".formatted(FOLDER)))
                    .isEqualTo("mine\n");
            assertThat(host.run("ls /etc/containerd")).isEqualTo("certs.d\n");
        }
    }

    private static Path file(Fleet fleet, String registries) throws IOException {
        Path file = fleet.clusterfile("pulling", 2);
        Files.writeString(file.resolveSibling("registry-ca.pem"), CERTIFICATE);
        return Files.writeString(file, Files.readString(file) + registries);
    }
}
