package dev.slipway.planner.plan.kubeadm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.ImageArchive;
import dev.slipway.planner.plan.PlanFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The step that imports images, in every shell that hosts have, with a `ctr` and a `docker` that
/// keep names.
class ImagesIT {
    private static final ContentDigest DIGEST = new ContentDigest("ab".repeat(32));
    private static final String CTR =
            """
            #!/bin/sh
            case "$*" in
                '-n k8s.io images ls -q') cat FOLDER/names ;;
                '-n k8s.io images import '*) cat "$5" >>FOLDER/names ;;
                '-n slipway images ls -q') cat FOLDER/passing 2>/dev/null || : ;;
                '-n slipway images import --no-unpack '*) cat "$6" >>FOLDER/passing ;;
                '-n slipway images rm '*) grep -vxF "$5" FOLDER/passing >FOLDER/kept || :; mv FOLDER/kept FOLDER/passing ;;
                '-n slipway images push --platform linux/'*) echo "$9 ${10}" >>FOLDER/pushed; cat "$8"/10.0.0.1:5000/hosts.toml >FOLDER/told; ls -l "$8"/10.0.0.1:5000/hosts.toml | cut -c 1-10 >FOLDER/mode ;;
                '-n k8s.io images label '*) echo "$5 $6" >>FOLDER/labels ;;
                *) echo "ctr: $*" >&2; exit 1 ;;
            esac
            """;

    private static final String DOCKER =
            """
            #!/bin/sh
            [ "$1 $2" = 'load -i' ] || { echo "docker: $*" >&2; exit 1; }
            cat "$3" >>FOLDER/names || { echo "Error response from daemon: $3" >&2; exit 1; }
            """;

    @TempDir private Path folder;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Path ctr =
                Files.writeString(
                        folder.resolve("bin/ctr"), CTR.replace("FOLDER", folder.toString()));
        assertThat(ctr.toFile().setExecutable(true)).isTrue();
        Path docker =
                Files.writeString(
                        folder.resolve("bin/docker"), DOCKER.replace("FOLDER", folder.toString()));
        assertThat(docker.toFile().setExecutable(true)).isTrue();
        Files.writeString(folder.resolve("names"), "registry.k8s.io/pause:3.10\na.example/b:1\n");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void importsAndPinsWhatIsNewOnce(List<String> shell) throws Exception {
        Step.Command load = step();
        Path archive = artifacts().resolve("images-kubernetes.tar");
        Files.writeString(archive, "registry.k8s.io/etcd:3.6.8-0\nregistry.k8s.io/pause:3.10.2\n");

        assertThat(run(shell, load.script())).isZero();

        assertThat(Files.readAllLines(folder.resolve("labels")))
                .containsExactly(
                        "registry.k8s.io/etcd:3.6.8-0 io.cri-containerd.pinned=pinned",
                        "registry.k8s.io/pause:3.10.2 io.cri-containerd.pinned=pinned");
        assertThat(left()).containsExactly("images-kubernetes.sha256");

        Files.writeString(archive, "must not be read\n");
        assertThat(run(shell, load.script())).isZero();
        assertThat(Files.readString(folder.resolve("names"))).doesNotContain("must not");
        assertThat(left()).containsExactly("images-kubernetes.sha256");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void isDoneAgainWhereItBrokeOff(List<String> shell) throws Exception {
        assertThat(run(shell, step().script())).isNotZero();

        assertThat(left()).doesNotContain("images-kubernetes.sha256");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void pushesThemToTheRegistryAndKeepsNothing(List<String> shell) throws Exception {
        Step.Command serve = serving("{hosts: [10.0.0.1], credential: pull}");
        Path archive = artifacts().resolve("images-kubernetes.tar");
        Files.writeString(
                archive, "registry.k8s.io/etcd:3.6.8-0\ndocker.io/library/a:1\nsha256:1234\n");
        Path login = Files.writeString(folder.resolve("login"), "bWU6aXQ=");
        String script = "REGISTRY_LOGIN=%s\n%s".formatted(login, serve.script());

        assertThat(run(shell, script)).isZero();

        assertThat(Files.readAllLines(folder.resolve("pushed")))
                .containsExactly(
                        "10.0.0.1:5000/registry.k8s.io/etcd:3.6.8-0 registry.k8s.io/etcd:3.6.8-0",
                        "10.0.0.1:5000/docker.io/library/a:1 docker.io/library/a:1");
        assertThat(Files.readString(folder.resolve("told")))
                .contains(
                        "[host.\"https://10.0.0.1:5000\"]\n  capabilities = [\"pull\", \"resolve\", \"push\"]\n  ca = \"/etc/containerd/certs.d/10.0.0.1:5000/ca.crt\"\n",
                        "[host.\"https://10.0.0.1:5000\".header]\n  Authorization = \"Basic bWU6aXQ=\"\n");
        assertThat(Files.readString(folder.resolve("mode"))).isEqualTo("-rw-------\n");
        assertThat(folder.resolve("passing")).isEmptyFile();
        assertThat(folder.resolve("run/registry")).doesNotExist();
        assertThat(left()).containsExactly("images-kubernetes.served");

        Files.writeString(archive, "must not be read\n");
        assertThat(run(shell, script)).isZero();
        assertThat(Files.readString(folder.resolve("pushed"))).doesNotContain("must not");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void pushesNothingThatNobodyWouldLookFor(List<String> shell) throws Exception {
        Step.Command serve = serving("{hosts: [10.0.0.1], serves: [registry.k8s.io]}");
        Path archive = artifacts().resolve("images-kubernetes.tar");
        Files.writeString(archive, "quay.io/a/b:1\n");

        assertThat(run(shell, serve.script())).isNotZero();
        assertThat(left()).doesNotContain("images-kubernetes.served");

        // What was left of it does not come along next time.
        Files.writeString(archive, "registry.k8s.io/pause:3.10.2\n");
        assertThat(run(shell, serve.script())).isZero();
        assertThat(Files.readAllLines(folder.resolve("pushed")))
                .containsExactly(
                        "10.0.0.1:5000/registry.k8s.io/pause:3.10.2 registry.k8s.io/pause:3.10.2");
        assertThat(Files.readString(folder.resolve("told"))).doesNotContain("Authorization");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void hasDockerLoadThemOnce(List<String> shell) throws Exception {
        Step.Command load = step(ContainerRuntime.DOCKER);
        Path archive = artifacts().resolve("images-kubernetes.tar");
        Files.writeString(archive, "registry.k8s.io/etcd:3.6.8-0\n");

        assertThat(run(shell, load.script())).isZero();
        assertThat(Files.readString(folder.resolve("names"))).contains("etcd:3.6.8-0");
        assertThat(left()).containsExactly("images-kubernetes.sha256");

        Files.writeString(archive, "must not be read\n");
        assertThat(run(shell, load.script())).isZero();
        assertThat(Files.readString(folder.resolve("names"))).doesNotContain("must not");
        assertThat(left()).containsExactly("images-kubernetes.sha256");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void isDoneAgainWhereDockerDidNotTakeThem(List<String> shell) throws Exception {
        assertThat(run(shell, step(ContainerRuntime.DOCKER).script())).isNotZero();

        assertThat(left()).doesNotContain("images-kubernetes.sha256");
    }

    private static Step.Command step() {
        return step(ContainerRuntime.CONTAINERD);
    }

    private static Step.Command serving(String registry) {
        Clusterfile clusterfile =
                PlanFixture.clusterfile(0, "v1.36.2", "  registry: %s\n".formatted(registry));
        return step(
                Images.Into.registry(
                        clusterfile,
                        clusterfile.ownRegistry().orElseThrow(),
                        clusterfile.controlPlane()));
    }

    private static Step.Command step(ContainerRuntime runtime) {
        return step(Images.Into.runtime(runtime));
    }

    private static Step.Command step(Images.Into into) {
        List<Step> steps =
                Images.steps(
                        new ImageArchive("kubernetes", new FileSource.Stored(DIGEST, 7)), into);
        assertThat(steps.getFirst()).isInstanceOf(Step.Put.class);
        return (Step.Command) steps.getLast();
    }

    private Path artifacts() throws IOException {
        return Files.createDirectories(folder.resolve("slipway/artifacts"));
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(artifacts())) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private int run(List<String> shell, String script) throws Exception {
        String here =
                script.replace("/var/lib/slipway", folder.resolve("slipway").toString())
                        .replace("/run/slipway/cluster", folder.resolve("run").toString());
        var command = new ArrayList<>(shell);
        command.addAll(
                List.of("-eu", Files.writeString(folder.resolve("step.sh"), here).toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(printed).doesNotContain("not found");
        return process.waitFor();
    }
}
