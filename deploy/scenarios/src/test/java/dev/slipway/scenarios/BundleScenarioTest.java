package dev.slipway.scenarios;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A cluster where nothing can be fetched: neither files nor images.
@ExtendWith(Platform.Lifetime.class)
class BundleScenarioTest {
    private static final String[] IMAGES = {
        "registry.k8s.io/kube-apiserver:v1.36.2",
        "registry.k8s.io/kube-controller-manager:v1.36.2",
        "registry.k8s.io/kube-scheduler:v1.36.2",
        "registry.k8s.io/kube-proxy:v1.36.2",
        "registry.k8s.io/coredns/coredns:v1.14.2",
        "registry.k8s.io/pause:3.10.2",
        "registry.k8s.io/etcd:3.6.8-0"
    };

    @TempDir static Path folder;

    private final Cli cli = Platform.get().cli();

    @Test
    void installsFromABundleWhereNothingCanBeFetched() throws IOException {
        try (var fleet = new Fleet(72, 2)) {
            fleet.trust(cli);
            for (RunningHost host : fleet.hosts()) {
                host.inject(Fault.fail("registry", "pull", 1, "no network"));
            }
            Path bundle = folder.resolve("cluster.tar");
            Path connected;
            try (var files = new FileServer()) {
                connected = clusterfile(fleet, files);
                assertThat(
                                succeeded(
                                                cli.run(
                                                        "bundle",
                                                        "create",
                                                        "-f",
                                                        connected.toString(),
                                                        "--to",
                                                        bundle.toString()))
                                        .out())
                        .contains("2 files for carried, Kubernetes v1.36.2");
            }
            Path carried = folder.resolve("carried.yaml");

            succeeded(
                    cli.run(
                            "bundle",
                            "push",
                            bundle.toString(),
                            "-f",
                            connected.toString(),
                            "--to",
                            carried.toString()));
            succeeded(cli.run("apply", "-f", carried.toString(), "--watch"));

            for (RunningHost host : fleet.hosts()) {
                assertThat(host.run("crictl images -q").lines()).contains(IMAGES);
                assertThat(Files.readString(host.root().resolveSibling("state/image-labels")))
                        .contains(IMAGES[0] + " io.cri-containerd.pinned=pinned");
                assertThat(host.run("ls /var/lib/slipway/artifacts"))
                        .isEqualTo("images-kubernetes.sha256\n");
            }
            findsNothingToDo(cli, carried);
            succeeded(cli.run("reset", "carried", "--yes", "--watch"));
        }
    }

    private static Path clusterfile(Fleet fleet, FileServer files) throws IOException {
        Path file = fleet.clusterfile("carried", 2);
        String text = Files.readString(file);
        return Files.writeString(
                file,
                text.substring(0, text.indexOf("  manifests:"))
                        + """
                          images:
                            - name: kubernetes
                              url: %s
                              sha256: %s
                          manifests:
                            - name: network
                              url: %s
                              sha256: %s
                        """
                                .formatted(
                                        files.url("/images.tar"),
                                        files.serve("/images.tar", archive()),
                                        files.url("/network.yaml"),
                                        files.serve("/network.yaml", network())));
    }

    /// As `docker save` makes it, without the layers.
    private static byte[] archive() throws IOException {
        Path content = Files.createDirectories(folder.resolve("archive"));
        Files.writeString(
                content.resolve("manifest.json"),
                "[{\"Config\":\"c.json\",\"RepoTags\":[\"%s\"],\"Layers\":[]}]"
                        .formatted(String.join("\",\"", IMAGES)));
        Process tar =
                new ProcessBuilder("tar", "-cf", "-", "manifest.json")
                        .directory(content.toFile())
                        .start();
        var bytes = new ByteArrayOutputStream();
        tar.getInputStream().transferTo(bytes);
        return bytes.toByteArray();
    }

    private static byte[] network() {
        return """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: carried-cni, namespace: kube-system}
        spec:
          template:
            spec:
              hostNetwork: true
        """
                .getBytes(StandardCharsets.UTF_8);
    }
}
