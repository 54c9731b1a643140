package dev.slipway.planner.plan.kubeadm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.Artifact;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.plan.node.Artifacts;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.MadeFiles;
import dev.slipway.planner.plan.node.NodePaths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The step that fetches an artifact, run with every download tool a host may have, from a real
/// server. What it keeps below /var/lib/slipway is below a temporary folder here.
class ArtifactsIT {
    private static final List<String> UTILITIES =
            List.of(
                    "sh",
                    "cat",
                    "chmod",
                    "cp",
                    "grep",
                    "gzip",
                    "mkdir",
                    "mv",
                    "rm",
                    "sed",
                    "sha256sum",
                    "tar");

    /// What a host has to fetch with.
    enum Tools {
        CURL("curl"),
        GNU_WGET("wget"),
        BUSYBOX("wget"),
        NONE("");

        private final String program;

        Tools(String program) {
            this.program = program;
        }

        /// A folder that is the whole search path.
        void fill(Path folder) throws IOException {
            Files.createDirectories(folder);
            for (String utility : UTILITIES) {
                call(folder, utility);
            }
            if (!program.isEmpty()) {
                call(folder, program);
            }
        }

        private void call(Path folder, String name) throws IOException {
            Path program = Path.of("/usr/bin", this == BUSYBOX ? "busybox" : name);
            assumeTrue(Files.isExecutable(program), "skipped: no " + program + " here");
            Path script = folder.resolve(name);
            Files.writeString(
                    script,
                    "#!/bin/sh\nexec %s%s \"$@\"\n"
                            .formatted(program, this == BUSYBOX ? " " + name : ""));
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private record Outcome(int code, String printed) {}

    @TempDir Path folder;
    private HttpServer server;
    private final Map<String, byte[]> served = new TreeMap<>();

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = served.get(exchange.getRequestURI().getPath());
                    exchange.sendResponseHeaders(
                            body == null ? 404 : 200, body == null ? -1 : body.length);
                    if (body != null) {
                        exchange.getResponseBody().write(body);
                    }
                    exchange.close();
                });
        server.start();
        Files.createDirectories(folder.resolve("slipway"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void unpacksATarballAndRemembersThatItDid(Tools tools) throws IOException {
        byte[] tarball = tarball("./kubeadm", "./kubelet", "./kubectl");
        served.put("/k.tgz", tarball);
        Step.Command step = step("kubernetes", url("/k.tgz"), digest(tarball));

        Outcome outcome = run(tools, step.script());

        assertThat(outcome.code()).as(outcome.printed()).isZero();
        assertThat(installed()).containsExactly("kubeadm", "kubectl", "kubelet");
        assertThat(mode("kubeadm")).isEqualTo("rwxr-xr-x");
        assertThat(run(tools, step.unless().orElseThrow()).code()).isZero();
        assertThat(left()).containsExactly("kubernetes.sha256");
    }

    @ParameterizedTest
    @EnumSource(names = {"GNU_WGET", "BUSYBOX"})
    void takesANodesProgramsOutOfAReleasesTarball(Tools tools) throws IOException {
        byte[] tarball =
                tarball(
                        "kubernetes/LICENSES",
                        "kubernetes/node/bin/kubeadm",
                        "kubernetes/node/bin/kubectl",
                        "kubernetes/node/bin/kubelet",
                        "kubernetes/node/bin/kube-proxy");
        served.put("/kubernetes-node-linux-amd64.tar.gz", tarball);

        Outcome outcome =
                run(
                        tools,
                        step(
                                        "kubernetes",
                                        url("/kubernetes-node-linux-amd64.tar.gz"),
                                        digest(tarball))
                                .script());

        assertThat(outcome.code()).as(outcome.printed()).isZero();
        assertThat(installed()).containsExactly("kubeadm", "kubectl", "kubelet");
    }

    @ParameterizedTest
    @EnumSource(names = {"CURL", "BUSYBOX"})
    void takesRuncAsItIsReleased(Tools tools) throws IOException {
        byte[] program = "#!/bin/sh\necho runc 1.3.0\n".getBytes(UTF_8);
        served.put("/runc.amd64", program);

        Outcome outcome = run(tools, step("runc", url("/runc.amd64"), digest(program)).script());

        assertThat(outcome.code()).as(outcome.printed()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("into/runc"))).isEqualTo(program);
        assertThat(mode("runc")).isEqualTo("rwxr-xr-x");
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void leavesNothingOfATarballThatIsNotTheOneNamed(Tools tools) throws IOException {
        byte[] tarball = tarball("kubeadm");
        served.put("/k.tgz", tarball);
        String url = url("/k.tgz");

        Outcome outcome = run(tools, step("kubernetes", url, "0".repeat(64)).script());

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.printed())
                .contains(
                        "slipway: checksum mismatch: %s has %s, expected %s"
                                .formatted(url, digest(tarball), "0".repeat(64)));
        assertThat(reason(outcome)).isEqualTo(ReasonCode.CHECKSUM_MISMATCH);
        assertThat(installed()).isEmpty();
        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void saysThatAFileIsNotThere(Tools tools) throws IOException {
        Outcome outcome = run(tools, step("cni", url("/nowhere.tgz"), "0".repeat(64)).script());

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.printed())
                .contains("404")
                .endsWith("slipway: download failed: " + url("/nowhere.tgz") + "\n");
        assertThat(reason(outcome)).isEqualTo(ReasonCode.DOWNLOAD_FAILED);
        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void saysThatNobodyAnswers(Tools tools) throws IOException {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        String url = "http://127.0.0.1:%d/k.tgz".formatted(free);

        Outcome outcome = run(tools, step("cni", url, "0".repeat(64)).script());

        assertThat(outcome.printed())
                .containsPattern("(?i)refused|couldn.t connect to server")
                .endsWith("slipway: download failed: " + url + "\n");
        assertThat(reason(outcome)).isEqualTo(ReasonCode.DOWNLOAD_FAILED);
    }

    @Test
    void saysThatThereIsNothingToFetchWith() throws IOException {
        Outcome outcome = run(Tools.NONE, step("cni", url("/k.tgz"), "0".repeat(64)).script());

        assertThat(outcome.printed())
                .isEqualTo(
                        "slipway: no download tool on the PATH to fetch %s, expected curl or wget\n"
                                .formatted(url("/k.tgz")));
        assertThat(reason(outcome)).isEqualTo(ReasonCode.TOOL_MISSING);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void goesThroughAProxyThatIsNamedInCapitals(Tools tools) throws IOException {
        byte[] tarball = tarball("bridge");
        served.put("/behind.tgz", tarball);

        Outcome outcome =
                run(
                        tools,
                        "HTTP_PROXY=%s\n".formatted(url(""))
                                + step("cni", "http://files.invalid/behind.tgz", digest(tarball))
                                        .script());

        assertThat(outcome.code()).as(outcome.printed()).isZero();
        assertThat(installed()).containsExactly("bridge");
    }

    @ParameterizedTest
    @EnumSource(names = {"CURL", "BUSYBOX"})
    void takesCriDockerdOutOfItsFolder(Tools tools) throws IOException {
        byte[] tarball = tarball("cri-dockerd/cri-dockerd", "cri-dockerd/LICENSE");
        served.put("/d.tgz", tarball);
        Step.Command step = step("cri-dockerd", url("/d.tgz"), digest(tarball));

        Outcome outcome = run(tools, step.script());

        assertThat(outcome.code()).as(outcome.printed()).isZero();
        assertThat(installed()).containsExactly("cri-dockerd");
        assertThat(folder.resolve("into/cri-dockerd")).isRegularFile();
        assertThat(run(tools, step.unless().orElseThrow()).code()).isZero();
    }

    @Test
    void putsBackAtResetWhatATarballReplaced() throws IOException {
        Files.createDirectories(folder.resolve("into"));
        Files.writeString(folder.resolve("into/crictl"), "the administrator's own");
        byte[] first = tarball("crictl", "critest");
        byte[] second = tarball("crictl");
        served.put("/1.tgz", first);
        served.put("/2.tgz", second);

        run(Tools.CURL, step("crictl", url("/1.tgz"), digest(first)).script());
        run(Tools.CURL, step("crictl", url("/2.tgz"), digest(second)).script());
        assertThat(Files.readString(folder.resolve("into/crictl"))).isEqualTo("crictl");
        Outcome reset =
                run(
                        Tools.CURL,
                        ((Step.Command) Artifacts.forget()).script()
                                + ((Step.Command) MadeFiles.remove(NodePaths.REGISTRIES)).script());

        assertThat(reset.code()).as(reset.printed()).isZero();
        assertThat(installed()).containsExactly("crictl");
        assertThat(Files.readString(folder.resolve("into/crictl")))
                .isEqualTo("the administrator's own");
        assertThat(folder.resolve("slipway/artifacts")).doesNotExist();
    }

    @Test
    void unpacksATarballThatWasBroughtAndTakesItAwayEachTime() throws IOException {
        byte[] tarball = tarball("bridge", "host-local");
        Path artifacts = Files.createDirectories(folder.resolve("slipway/artifacts"));
        var steps =
                Artifacts.steps(
                        new Artifact(
                                "cni",
                                new FileSource.Stored(
                                        new ContentDigest(digest(tarball)), tarball.length),
                                RemotePath.of(folder.resolve("into").toString())));
        Step.Put put = (Step.Put) steps.getFirst();
        Step.Command unpack = (Step.Command) steps.getLast();
        assertThat(put.path().value()).isEqualTo("/var/lib/slipway/artifacts/cni.tar.gz");

        Files.write(artifacts.resolve("cni.tar.gz"), tarball);
        Outcome first = run(Tools.CURL, unpack.script());
        assertThat(first.code()).as(first.printed()).isZero();
        assertThat(installed()).containsExactly("bridge", "host-local");
        assertThat(left()).containsExactly("cni.sha256");

        Files.writeString(folder.resolve("into/bridge"), "the administrator's own");
        Files.write(artifacts.resolve("cni.tar.gz"), tarball);
        Outcome again = run(Tools.CURL, unpack.script());
        assertThat(again.code()).as(again.printed()).isZero();
        assertThat(left()).containsExactly("cni.sha256");
        assertThat(Files.readString(folder.resolve("into/bridge")))
                .isEqualTo("the administrator's own");
    }

    private Step.Command step(String name, String url, String sha256) {
        return (Step.Command)
                Artifacts.steps(
                                new Artifact(
                                        name,
                                        new FileSource.Url(url, new ContentDigest(sha256)),
                                        RemotePath.of(folder.resolve("into").toString())))
                        .getFirst();
    }

    private Outcome run(Tools tools, String script) throws IOException {
        Path path = folder.resolve("bin-" + tools);
        if (!Files.exists(path)) {
            tools.fill(path);
        }
        var command =
                new ArrayList<>(
                        tools == Tools.BUSYBOX
                                ? List.of("/usr/bin/busybox", "sh")
                                : List.of("/bin/sh"));
        command.addAll(
                List.of(
                        "-eu",
                        "-c",
                        script.replace("/var/lib/slipway", folder.resolve("slipway").toString())));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", path.toString());
        Process shell = builder.start();
        shell.getOutputStream().close();
        String printed = new String(shell.getInputStream().readAllBytes(), UTF_8);
        return new Outcome(shell.onExit().join().exitValue(), printed);
    }

    /// What the executor makes of it: the first pattern counts.
    private static ReasonCode reason(Outcome outcome) {
        return Failures.FETCH.stream()
                .filter(f -> outcome.printed().contains(f.text()))
                .map(f -> f.reason())
                .findFirst()
                .orElse(ReasonCode.COMMAND_FAILED);
    }

    private String url(String path) {
        return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
    }

    /// Files of mode 0755, each with its name for its content.
    private byte[] tarball(String... files) throws IOException {
        Path made = Files.createTempDirectory(folder, "tar");
        for (String file : files) {
            Path path = made.resolve(file).normalize();
            Files.createDirectories(path.getParent());
            Files.writeString(path, String.valueOf(path.getFileName()));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        var command = new ArrayList<>(List.of("tar", "-czf", "-", "--"));
        command.addAll(List.of(files));
        Process tar = new ProcessBuilder(command).directory(made.toFile()).start();
        var bytes = new ByteArrayOutputStream();
        tar.getInputStream().transferTo(bytes);
        return bytes.toByteArray();
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> installed() throws IOException {
        return names(folder.resolve("into"));
    }

    private List<String> left() throws IOException {
        return names(folder.resolve("slipway/artifacts"));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
        }
    }

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("into").resolve(file)));
    }
}
