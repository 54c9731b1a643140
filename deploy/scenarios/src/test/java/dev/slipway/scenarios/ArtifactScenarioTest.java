package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.findsNothingToDo;
import static dev.slipway.scenarios.Story.succeeded;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.simulator.RunningHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Hosts fetch the Kubernetes release and a manifest from a web server, or are brought files of the
/// user's machine: what is there is installed, what is wrong is named and leaves nothing behind.
@ExtendWith(Platform.Lifetime.class)
class ArtifactScenarioTest {
    private static final String OLD = "v1.35.3";
    private static final String VERSION = "v1.36.2";
    private static final String TARBALL = "/v1.36.2/kubernetes-node-linux-amd64.tar.gz";
    private static final String NETWORK = "/network.yaml";
    private static final String KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf ";

    @TempDir static Path folder;

    private final Cli cli = Platform.get().cli();

    @Test
    void installsWhatHostsFetchAndTakesItAwayAgain() throws IOException {
        try (var fleet = new Fleet(51, 2);
                var files = new FileServer()) {
            fleet.trust(cli);
            for (RunningHost host : fleet.hosts()) {
                host.kubernetesVersion(OLD);
            }
            Path file =
                    clusterfile(
                            fleet,
                            "fetched",
                            2,
                            files.url(TARBALL),
                            files.serve(TARBALL, release()),
                            files.url(NETWORK),
                            files.serve(NETWORK, network()));

            succeeded(cli.run("apply", "-f", file.toString(), "--watch"));

            assertThat(fleet.host(1).run(KUBECTL + "get nodes --no-headers").lines())
                    .hasSize(2)
                    .allMatch(node -> node.matches(".* Ready .* " + VERSION + " *"));
            for (RunningHost host : fleet.hosts()) {
                assertThat(host.run("ls /usr/local/bin")).isEqualTo("kubeadm\nkubectl\nkubelet\n");
                assertThat(host.run("ls /var/lib/slipway/artifacts"))
                        .isEqualTo("kubernetes.sha256\n");
            }
            assertThat(files.requests(TARBALL)).isEqualTo(2);
            assertThat(files.requests(NETWORK)).isEqualTo(1);

            findsNothingToDo(cli, file);
            assertThat(files.requests(TARBALL)).isEqualTo(2);

            succeeded(cli.run("reset", "fetched", "--yes", "--watch"));
            for (RunningHost host : fleet.hosts()) {
                assertThat(host.run("ls /usr/local/bin")).isEmpty();
                assertThat(host.run("kubelet --version")).isEqualTo("Kubernetes " + OLD + "\n");
            }
        }
    }

    @Test
    void namesWhatCannotBeFetchedOrIsNotWhatItShouldBe() throws IOException {
        try (var fleet = new Fleet(52, 1);
                var files = new FileServer()) {
            fleet.trust(cli);
            RunningHost host = fleet.host(1);
            host.kubernetesVersion(OLD);
            String release = files.serve(TARBALL, release());
            String network = files.serve(NETWORK, network());
            String wrong = "0".repeat(64);
            String tarball = files.url(TARBALL);
            String manifest = files.url(NETWORK);
            String gone = files.url("/gone.tar.gz");

            fails(
                    clusterfile(fleet, "misled", 1, tarball, wrong, manifest, network),
                    "CHECKSUM_MISMATCH",
                    "checksum mismatch: %s has %s, expected %s".formatted(tarball, release, wrong));
            fails(
                    clusterfile(fleet, "misled", 1, gone, release, manifest, network),
                    "DOWNLOAD_FAILED",
                    "download failed: " + gone);
            fails(
                    clusterfile(
                            fleet,
                            "misled",
                            1,
                            "http://127.78.52.99:9/k",
                            release,
                            manifest,
                            network),
                    "DOWNLOAD_FAILED",
                    "download failed: http://127.78.52.99:9/k");
            assertThat(host.run("ls /usr/local/bin /var/lib/slipway/artifacts"))
                    .isEqualTo("/usr/local/bin:\n\n/var/lib/slipway/artifacts:\n");
            assertThat(calls(host, "kubeadm init")).isZero();

            fails(
                    clusterfile(fleet, "misled", 1, tarball, release, manifest, wrong),
                    "CHECKSUM_MISMATCH",
                    "checksum mismatch: %s has %s, expected %s"
                            .formatted(manifest, network, wrong));
            // The rights of executors alone.
            assertThat(calls(host, "kubectl apply")).isEqualTo(1);

            Path right = clusterfile(fleet, "misled", 1, tarball, release, manifest, network);
            succeeded(cli.run("apply", "-f", right.toString(), "--watch"));
            assertThat(calls(host, "kubeadm init")).isEqualTo(1);
        }
    }

    @Test
    void installsFilesOfTheUsersMachineThatItSendsOnce() throws IOException {
        try (var fleet = new Fleet(53, 2)) {
            fleet.trust(cli);
            for (RunningHost host : fleet.hosts()) {
                host.kubernetesVersion(OLD);
            }
            Path file = fleet.clusterfile("sent", 2);
            Path beside = file.resolveSibling("files");
            Files.createDirectories(beside);
            Files.write(beside.resolve("kubernetes.tar.gz"), release());
            var model = new byte[3_000_001];
            new Random(53).nextBytes(model);
            Files.writeString(
                    file,
                    Files.readString(file)
                            + """
                              artifacts:
                                kubernetes:
                                  file: files/kubernetes.tar.gz
                              files:
                                - path: /opt/model.bin
                                  file: files/model.bin
                                  mode: "0640"
                            """);

            Cli.Result missing = cli.run("apply", "-f", file.toString(), "--watch");
            assertThat(missing.code()).as(missing.all()).isEqualTo(2);
            assertThat(missing.err())
                    .contains(
                            "spec.files[0].file: there is no file \"%s\""
                                    .formatted(beside.resolve("model.bin")));
            assertThat(cli.run("validate", "-f", file.toString()).code()).isEqualTo(2);
            Files.write(beside.resolve("model.bin"), model);
            succeeded(cli.run("validate", "-f", file.toString()));

            Cli.Result applied = succeeded(cli.run("apply", "-f", file.toString(), "--watch"));

            assertThat(applied.err())
                    .contains(
                            "sent files/kubernetes.tar.gz: ", "sent files/model.bin: 2.9 MiB in ");
            String digest = ContentDigest.ofBytes(model).value();
            for (RunningHost host : fleet.hosts()) {
                assertThat(host.run("kubelet --version")).isEqualTo("Kubernetes " + VERSION + "\n");
                assertThat(host.run("sha256sum </opt/model.bin")).startsWith(digest);
                assertThat(host.run("stat -c %a /opt/model.bin")).isEqualTo("640\n");
                assertThat(host.run("ls /var/lib/slipway/artifacts"))
                        .isEqualTo("kubernetes.sha256\n");
                assertThat(host.run("ls /var/lib/slipway/contents").lines())
                        .hasSize(2)
                        .contains(digest);
            }
            assertThat(findsNothingToDo(cli, file).err()).doesNotContain("sent files/");

            succeeded(cli.run("reset", "sent", "--yes", "--watch"));
            for (RunningHost host : fleet.hosts()) {
                assertThat(host.run("ls /usr/local/bin /opt")).doesNotContain("kube", "model");
            }
        }
    }

    private void fails(Path file, String reason, String said) {
        Cli.Result result = cli.run("apply", "-f", file.toString(), "--watch");

        assertThat(result.code()).as(result.all()).isEqualTo(1);
        assertThat(result.out()).contains(": " + reason, "slipway: " + said);
    }

    private static Path clusterfile(
            Fleet fleet,
            String name,
            int hosts,
            String tarball,
            String tarballDigest,
            String manifest,
            String manifestDigest)
            throws IOException {
        Path file = fleet.clusterfile(name, hosts);
        String text = Files.readString(file);
        return Files.writeString(
                file,
                text.substring(0, text.indexOf("  manifests:"))
                        + """
                          artifacts:
                            kubernetes:
                              url: %s
                              sha256: %s
                          manifests:
                            - name: network
                              url: %s
                              sha256: %s
                        """
                                .formatted(tarball, tarballDigest, manifest, manifestDigest));
    }

    /// A node tarball as the Kubernetes project lays it out. Its programs are the hosts' stand-ins,
    /// of another version.
    private static byte[] release() throws IOException {
        Path programs = Files.createDirectories(folder.resolve("kubernetes/node/bin"));
        for (String program : new String[] {"kubeadm", "kubelet", "kubectl", "kube-proxy"}) {
            Path file = programs.resolve(program);
            Files.writeString(
                    file,
                    "#!/bin/sh\nSLIPWAY_SIMULATED_VERSION=%s exec /usr/bin/%s \"$@\"\n"
                            .formatted(VERSION, program));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Process tar =
                new ProcessBuilder("tar", "-czf", "-", "kubernetes")
                        .directory(folder.toFile())
                        .start();
        var bytes = new ByteArrayOutputStream();
        tar.getInputStream().transferTo(bytes);
        return bytes.toByteArray();
    }

    private static byte[] network() {
        return """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata:
          name: fetched-cni
          namespace: kube-system
          labels: {k8s-app: cni}
        spec:
          selector: {matchLabels: {k8s-app: cni}}
          template:
            metadata: {labels: {k8s-app: cni}}
            spec:
              hostNetwork: true
              containers: [{name: cni, image: registry.example/cni:1}]
        """
                .getBytes(UTF_8);
    }
}
