package dev.slipway.planner.plan.kubeadm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.plan.node.MadeFiles;
import dev.slipway.planner.plan.node.NodePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What Slipway takes away of the files that it made, in every shell that hosts have. What the
/// steps touch below /var/lib and /etc is below a temporary folder here.
class MadeFilesIT {
    @TempDir private Path folder;

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void takesAwayRegistriesThatAreNotWantedAnyMore(List<String> shell) throws Exception {
        write("etc/containerd/certs.d/own.example/hosts.toml", "of the user's");
        write("etc/containerd/certs.d/was.example:5000/hosts.toml", "of the user's");
        List<RemotePath> before =
                List.of(
                        registry("gone.example", "hosts.toml"),
                        registry("gone.example", "ca.crt"),
                        registry("was.example:5000", "hosts.toml"),
                        registry("kept.example", "hosts.toml"),
                        NodePaths.CONTAINERD_CONFIG);
        run(shell, MadeFiles.remember(before));
        for (RemotePath path : before) {
            write(path.value().substring(1), "of Slipway's");
        }

        List<RemotePath> wanted =
                List.of(registry("kept.example", "hosts.toml"), NodePaths.CONTAINERD_CONFIG);
        run(shell, MadeFiles.removeOldRegistries(NodePaths.REGISTRIES, wanted));
        // A step that broke off is done again.
        run(shell, MadeFiles.removeOldRegistries(NodePaths.REGISTRIES, wanted));

        assertThat(registries()).containsExactly("kept.example", "own.example", "was.example:5000");
        assertThat(read("etc/containerd/certs.d/was.example:5000/hosts.toml"))
                .isEqualTo("of the user's");
        assertThat(read("etc/containerd/config.toml")).isEqualTo("of Slipway's");
        assertThat(Files.readAllLines(folder.resolve("var/lib/slipway/made")))
                .containsExactly(
                        folder + "/etc/containerd/certs.d/kept.example/hosts.toml",
                        folder + "/etc/containerd/config.toml");

        run(shell, MadeFiles.remove(NodePaths.REGISTRIES));

        assertThat(registries()).containsExactly("own.example", "was.example:5000");
        assertThat(folder.resolve("etc/containerd/config.toml")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void takesAllAwayWhereNoneIsWanted(List<String> shell) throws Exception {
        List<RemotePath> before = List.of(registry("gone.example", "hosts.toml"));
        run(shell, MadeFiles.remember(before));
        write("etc/containerd/certs.d/gone.example/hosts.toml", "of Slipway's");

        run(
                shell,
                MadeFiles.removeOldRegistries(
                        NodePaths.REGISTRIES, List.of(NodePaths.CONTAINERD_CONFIG)));

        assertThat(registries()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void takesDockersAuthoritiesAwayWithTheirFolders(List<String> shell) throws Exception {
        RemotePath ca =
                NodePaths.DOCKER_REGISTRIES.resolveInside("gone.example:5000", "slipway.crt");
        write("etc/docker/certs.d/own.example/ca.crt", "of the user's");
        run(shell, MadeFiles.remember(List.of(ca)));
        write(ca.value().substring(1), "of Slipway's");

        run(shell, MadeFiles.removeOldRegistries(NodePaths.DOCKER_REGISTRIES, List.of()));

        assertThat(folder.resolve("etc/docker/certs.d/gone.example:5000")).doesNotExist();
        assertThat(read("etc/docker/certs.d/own.example/ca.crt")).isEqualTo("of the user's");
    }

    private static RemotePath registry(String host, String file) {
        return NodePaths.REGISTRIES.resolveInside(host, file);
    }

    private List<String> registries() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("etc/containerd/certs.d"))) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Path parent = file.getParent();
        assertThat(parent).isNotNull();
        Files.createDirectories(parent);
        Files.writeString(file, text);
    }

    private String read(String path) throws IOException {
        return Files.readString(folder.resolve(path));
    }

    private void run(List<String> shell, Step step) throws Exception {
        Files.createDirectories(folder.resolve("var/lib/slipway"));
        Files.createDirectories(folder.resolve("etc/cni/net.d"));
        String script =
                ((Step.Command) step)
                        .script()
                        .replace("/var/lib/slipway", folder + "/var/lib/slipway")
                        .replace("/etc/", folder + "/etc/");
        var command = new ArrayList<>(shell);
        command.addAll(
                List.of("-eu", Files.writeString(folder.resolve("step.sh"), script).toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
    }
}
