package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.findsNothingToDo;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.Fault;
import dev.slipway.simulator.RunningHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A cluster that pulls from registries on two of its own hosts, where no other answers.
@ExtendWith(Platform.Lifetime.class)
class OwnRegistryScenarioTest {
    private static final String PASSWORD = "pull'ing $ecret";
    private static final String PROXY = "docker.io/library/haproxy:3.0-alpine";

    /// What a control plane pulls.
    private static final List<String> IMAGES =
            List.of(
                    PROXY,
                    "registry.k8s.io/kube-apiserver:v1.36.2",
                    "registry.k8s.io/kube-controller-manager:v1.36.2",
                    "registry.k8s.io/kube-scheduler:v1.36.2",
                    "registry.k8s.io/coredns/coredns:v1.14.2",
                    "registry.k8s.io/pause:3.10.2",
                    "registry.k8s.io/etcd:3.6.8-0");

    @TempDir static Path folder;

    private final Cli cli = Platform.get().cli();

    @Test
    void installsFromItGoesOnWithoutOneOfItAndTakesItAway() throws IOException {
        try (var fleet = new Fleet(93, 3)) {
            fleet.trust(cli);
            for (RunningHost host : fleet.hosts()) {
                host.inject(Fault.fail("registry", "pull", 1, "no network"));
            }
            installs(fleet);
            letsInWhoHasTheLogin(fleet);
            isThereWhenOneIsDown(fleet);
            retiresOne(fleet);
            resets(fleet);
        }
    }

    private void installs(Fleet fleet) throws IOException {
        succeeded(cli.run("apply", "-f", file(fleet, 2, 1, 2).toString(), "--watch"));

        RunningHost first = fleet.host(1);
        assertThat(images(first)).containsAll(IMAGES);
        assertThat(images(fleet.host(2))).as("it pulls what it needs").containsExactly(PROXY);
        for (RunningHost host : fleet.hosts().subList(0, 2)) {
            assertThat(
                            host.run(
                                    "ls /var/lib/slipway-registry/docker/registry/v2/repositories/registry.k8s.io"))
                    .contains("kube-apiserver", "coredns");
            assertThat(host.run("cat /etc/containerd/certs.d/registry.k8s.io/hosts.toml"))
                    .contains(
                            "[host.\"https://%s:5000/v2/registry.k8s.io\"]"
                                    .formatted(first.address()),
                            "override_path = true",
                            "ca = \"/etc/containerd/certs.d/%s:5000/ca.crt\""
                                    .formatted(first.address()));
            assertThat(host.run("stat -c '%a %U' /etc/slipway-registry/*"))
                    .isEqualTo("600 root\n".repeat(3));
            assertThat(host.run("cat /etc/slipway-registry/htpasswd")).startsWith("robot:$2y$10$");
            assertThat(host.run("ctr -n slipway images ls -q")).isEmpty();
            assertThat(host.run("grep -rlF 'ing $ecret' /etc /var/lib /run || :")).isEmpty();
        }
        assertThat(cli.run("check", "-f", file(fleet, 2, 1, 2).toString()).all())
                .doesNotContain("IMAGE_PULL_FAILED", "the registry");
        findsNothingToDo(cli, file(fleet, 2, 1, 2));
    }

    private static void letsInWhoHasTheLogin(Fleet fleet) {
        RunningHost host = fleet.host(1);
        String image = "registry.k8s.io/pause/manifests/3.10.2";
        assertThat(asked(host, image, "")).startsWith("HTTP/1.1 401");
        assertThat(asked(host, image, login("robot:wrong"))).startsWith("HTTP/1.1 401");
        assertThat(asked(host, image, login("robot:" + PASSWORD))).startsWith("HTTP/1.1 200");
        assertThat(asked(host, "registry.k8s.io/none/manifests/1", login("robot:" + PASSWORD)))
                .startsWith("HTTP/1.1 404");
    }

    /// A worker joins; what it needs comes from the other one.
    private void isThereWhenOneIsDown(Fleet fleet) throws IOException {
        fleet.host(1).run("systemctl stop slipway-registry");
        // Nothing but the new host changes, so the registries are not started again.
        long pushes = calls(fleet.host(2), "ctr -n");

        succeeded(cli.run("apply", "-f", file(fleet, 3, 1, 2).toString(), "--watch"));

        assertThat(images(fleet.host(3))).containsExactly(PROXY);
        assertThat(calls(fleet.host(2), "ctr -n")).isEqualTo(pushes);
        assertThat(fleet.host(3).root().resolve("etc/slipway-registry")).doesNotExist();
        fleet.host(1).run("systemctl start slipway-registry");
    }

    private void retiresOne(Fleet fleet) throws IOException {
        succeeded(cli.run("apply", "-f", file(fleet, 3, 2).toString(), "--watch"));

        RunningHost retired = fleet.host(1);
        assertThat(retired.run("systemctl is-active slipway-registry || :"))
                .isEqualTo("inactive\n");
        isGone(retired);
        assertThat(retired.run("ls /etc/containerd/certs.d"))
                .contains(fleet.host(2).address() + ":5000")
                .doesNotContain(retired.address() + ":5000");
        assertThat(fleet.host(2).run("systemctl is-active slipway-registry")).isEqualTo("active\n");
    }

    private void resets(Fleet fleet) {
        succeeded(cli.run("reset", "own", "--yes", "--watch"));

        for (RunningHost host : fleet.hosts()) {
            isGone(host);
            assertThat(host.root().resolve("usr/local/bin/registry")).doesNotExist();
            assertThat(host.root().resolve("etc/containerd/certs.d/registry.k8s.io"))
                    .doesNotExist();
        }
    }

    private static void isGone(RunningHost host) {
        for (String path :
                List.of(
                        "etc/slipway-registry",
                        "etc/systemd/system/slipway-registry.service",
                        "var/lib/slipway-registry",
                        "var/lib/slipway/registry-storage")) {
            assertThat(host.root().resolve(path)).doesNotExist();
        }
    }

    private static List<String> images(RunningHost host) {
        return host.run("crictl images -q").lines().toList();
    }

    private static String login(String login) {
        return "Authorization: Basic %s\\r\\n"
                .formatted(
                        Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }

    private static String asked(RunningHost host, String path, String header) {
        return host.run(
                """
                printf 'HEAD /v2/%s HTTP/1.1\\r\\nHost: registry\\r\\nConnection: close\\r\\n%s\\r\\n' |
                    openssl s_client -quiet -connect %s:5000 -CAfile /etc/kubernetes/pki/ca.crt -verify_return_error -verify_ip %3$s 2>/dev/null | head -n 1
                """
                        .formatted(path, header, host.address()));
    }

    private static Path file(Fleet fleet, int hosts, int... registries) throws IOException {
        Path file = fleet.clusterfile("own", hosts);
        // Made once: other bytes would be another artifact.
        if (!Files.exists(file.resolveSibling("images.tar"))) {
            Files.write(file.resolveSibling("registry.tar.gz"), program());
            Files.write(file.resolveSibling("images.tar"), archive());
        }
        return Files.writeString(
                file,
                Files.readString(file)
                        + """
                          endpoint: {mode: local-proxy}
                          registry:
                            hosts: [%s]
                            username: robot
                            password: "%s"
                          artifacts:
                            registry: {file: registry.tar.gz}
                          images:
                            - {name: kubernetes, file: images.tar}
                        """
                                .formatted(
                                        String.join(
                                                ", ",
                                                Arrays.stream(registries)
                                                        .mapToObj(i ->
                                                                "\"%s\""
                                                                        .formatted(
                                                                                fleet.host(i)
                                                                                        .address()))
                                                        .toList()),
                                        PASSWORD));
    }

    /// As the project publishes it; what it does is simulated.
    private static byte[] program() throws IOException {
        Path content = Files.createDirectories(folder.resolve("program"));
        Path program =
                Files.writeString(
                        content.resolve("registry"),
                        "#!/bin/sh\necho 'registry github.com/distribution/distribution/v3 v3.0.0 (simulated)'\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Files.writeString(content.resolve("LICENSE"), "a license\n");
        Files.writeString(content.resolve("README.md"), "a readme\n");
        return tar(content, "-czf", "LICENSE", "README.md", "registry");
    }

    /// As `docker save` makes it, without the layers.
    private static byte[] archive() throws IOException {
        Path content = Files.createDirectories(folder.resolve("archive"));
        Files.writeString(
                content.resolve("manifest.json"),
                "[{\"Config\":\"c.json\",\"RepoTags\":[\"%s\"],\"Layers\":[]}]"
                        .formatted(String.join("\",\"", IMAGES)));
        return tar(content, "-cf", "manifest.json");
    }

    private static byte[] tar(Path content, String verb, String... files) throws IOException {
        var command = new ArrayList<>(List.of("tar", verb, "-"));
        command.addAll(List.of(files));
        Process tar = new ProcessBuilder(command).directory(content.toFile()).start();
        var bytes = new ByteArrayOutputStream();
        tar.getInputStream().transferTo(bytes);
        return bytes.toByteArray();
    }
}
