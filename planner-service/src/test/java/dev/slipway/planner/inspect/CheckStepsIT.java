package dev.slipway.planner.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.testkit.TestIdentities;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What `check` tries from a host, in every shell that hosts have: against a registry that wants
/// tokens, and ports of this machine.
class CheckStepsIT {
    private static final String LOGIN =
            Base64.getEncoder().encodeToString("me:it's secret".getBytes(StandardCharsets.UTF_8));

    @TempDir private Path directory;
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private HttpServer registry;
    private Clusterfile clusterfile;

    @BeforeEach
    void start() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/v2/", this::manifest);
        registry.createContext("/token", this::token);
        registry.start();
        clusterfile =
                PlanFixture.clusterfile(
                        1,
                        "v1.36.2",
                        """
                        ---
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: ClusterConfiguration
                        imageRepository: %s/k8s
                        """
                                .formatted(address()));
    }

    @AfterEach
    void stop() {
        registry.stop(0);
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void asksTheRegistryWithATokenForDockersCredentials(List<String> shell) throws Exception {
        var images =
                registry(
                        shell,
                        "{\"auths\": {\"other\": {\"auth\": \"eA==\"},\n\t\"%s\": {\"auth\": \"%s\"}}}"
                                .formatted(address(), LOGIN));

        assertThat(images.login()).isTrue();
        assertThat(images.images())
                .containsEntry(address() + "/k8s/kube-apiserver:v1.36.2", "200")
                .containsEntry(address() + "/k8s/kube-proxy:v1.36.2", "404");
        assertThat(asked).anyMatch(a -> a.endsWith("scope=repository:k8s/kube-proxy:pull"));
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void saysThatTheRegistryRefuses(List<String> shell) throws Exception {
        var strangers =
                registry(shell, "{\"auths\": {\"other\": {\"auth\": \"%s\"}}}".formatted(LOGIN));
        assertThat(strangers.login()).isFalse();
        assertThat(strangers.images().values()).containsOnly("401");

        var wrong =
                registry(shell, "{\"auths\": {\"%s\": {\"auth\": \"eA==\"}}}".formatted(address()));
        assertThat(wrong.login()).isTrue();
        assertThat(wrong.images().values()).containsOnly("401");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void saysThatTheRegistryIsNotThere(List<String> shell) throws Exception {
        registry.stop(0);

        assertThat(registry(shell, "{}").images().values()).containsExactly("000");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void asksAMirrorFirstWithItsAuthorityAndLogin(List<String> shell) throws Exception {
        HttpsServer mirror = mirror();
        try {
            String url = "https://127.0.0.1:" + mirror.getAddress().getPort();
            clusterfile =
                    withMirrors(
                            "{url: '%s/v2/cache', ca: %s, credential: m}"
                                    .formatted(url, yaml(authority())));

            var trusted = registry(shell, "{}");

            assertThat(trusted.login()).isTrue();
            // What the mirror does not have, the registry is asked for.
            assertThat(trusted.images())
                    .containsEntry(address() + "/k8s/kube-apiserver:v1.36.2", "200")
                    .containsEntry(address() + "/k8s/kube-proxy:v1.36.2", "404");
            assertThat(asked)
                    .contains("/v2/cache/k8s/kube-apiserver/manifests/v1.36.2?ns=" + address())
                    .anyMatch(a -> a.endsWith("scope=repository:k8s/kube-proxy:pull"));

            asked.clear();
            clusterfile = withMirrors("{url: '%s/v2/cache'}".formatted(url));
            assertThat(registry(shell, "{}").images().values()).containsOnly("401");
            assertThat(asked).noneMatch(a -> a.startsWith("/v2/cache"));

            clusterfile = withMirrors("{url: '%s/v2/cache', skipVerify: true}".formatted(url));
            assertThat(registry(shell, "{}").images().values()).containsOnly("401");
            assertThat(asked).anyMatch(a -> a.startsWith("/v2/cache"));
        } finally {
            mirror.stop(0);
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.filter(f -> f.getFileName().toString().startsWith("tmp."))).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void asksForOneImageOfK0s(List<String> shell) throws Exception {
        clusterfile =
                K0sHosts.clusterfile(
                        "", "  images: {repository: \"%s/mirror\"}\n".formatted(address()));

        var images =
                registry(
                        shell,
                        "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(address(), LOGIN));

        assertThat(images.login()).isTrue();
        assertThat(images.images())
                .containsExactly(
                        Map.entry(address() + "/mirror/k0sproject/kube-proxy:v1.36.2", "404"));
    }

    private Clusterfile withMirrors(String mirror) {
        return PlanFixture.clusterfile(
                1,
                "v1.36.2",
                """
                  registries:
                    - {host: "%s", mirrors: [%s]}
                ---
                apiVersion: kubeadm.k8s.io/v1beta4
                kind: ClusterConfiguration
                imageRepository: %1$s/k8s
                """
                        .formatted(address(), mirror));
    }

    private static String authority() throws IOException {
        return Files.readString(TestIdentities.files("broker").authority());
    }

    private static String yaml(String text) {
        return '"' + text.replace("\n", "\\n") + '"';
    }

    /// A mirror of its own certificate, which takes basic authentication.
    private HttpsServer mirror() throws IOException {
        HttpsServer mirror =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        mirror.setHttpsConfigurator(new HttpsConfigurator(TestIdentities.sslContext("broker")));
        mirror.createContext(
                "/v2/",
                exchange -> {
                    asked.add(exchange.getRequestURI().toString());
                    boolean known =
                            ("Basic " + LOGIN)
                                    .equals(exchange.getRequestHeaders().getFirst("Authorization"));
                    if (!known) {
                        exchange.getResponseHeaders()
                                .add("Www-Authenticate", "Basic realm=\"mirror\"");
                    }
                    boolean there = exchange.getRequestURI().getPath().contains("apiserver");
                    exchange.sendResponseHeaders(known ? there ? 200 : 404 : 401, -1);
                    exchange.close();
                });
        mirror.start();
        return mirror;
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void asksDockerForTheImagesThatItHas(List<String> shell) throws Exception {
        clusterfile =
                PlanFixture.clusterfile(
                        0,
                        "v1.36.2",
                        """
                          containerRuntime: {type: docker}
                        ---
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: ClusterConfiguration
                        imageRepository: docker.io/mine
                        """);
        registry.stop(0);
        Path docker = directory.resolve("docker");
        Files.writeString(
                docker,
                "#!/bin/sh\nprintf '%s\\n' mine/kube-proxy:v1.36.2 mine/kube-apiserver:v1.36.2 haproxy:3 r.example/a:1\n");
        assertThat(docker.toFile().setExecutable(true)).isTrue();
        String script =
                "PATH=%s:$PATH\n".formatted(directory)
                        + command("ask-registry")
                                .script()
                                .replace("https://registry-1.docker.io", "http://" + address());

        assertThat(read(Map.of("registry", run(shell, script))).images())
                .containsEntry("docker.io/mine/kube-proxy:v1.36.2", "present")
                .containsEntry("docker.io/mine/kube-apiserver:v1.36.2", "present")
                .containsEntry("docker.io/mine/kube-controller-manager:v1.36.2", "000");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void asksDockerThroughTheSocketOfCriDockerd(List<String> shell) throws Exception {
        clusterfile = PlanFixture.clusterfile(0, "v1.36.2", "  containerRuntime: {type: docker}\n");
        Path docker = directory.resolve("docker");
        Files.writeString(docker, "#!/bin/sh\n[ \"$1\" = version ]\n");
        assertThat(docker.toFile().setExecutable(true)).isTrue();
        String script =
                command("ask-cluster")
                        .script()
                        .replace("/var/lib/slipway", directory.toString())
                        .replace("/run/cri-dockerd.sock", directory + "/cri.sock");
        Files.writeString(directory.resolve("joined"), "");
        // Neither crictl nor kubectl, wherever they may be here.
        String path = "PATH=%s:/usr/bin:/bin\n".formatted(directory);

        assertThat(read(Map.of("cluster", run(shell, path + script))).runtimeAnswers())
                .contains(false);
        try (var socket =
                java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            socket.bind(java.net.UnixDomainSocketAddress.of(directory.resolve("cri.sock")));
            assertThat(read(Map.of("cluster", run(shell, path + script))).runtimeAnswers())
                    .contains(true);
        }
    }

    @Test
    void handsCredentialsToNoCommandLine() {
        Step.Command step = command("ask-registry");

        assertThat(step.script().lines().filter(l -> l.contains("curl") && l.contains("$auth")))
                .allMatch(l -> l.contains("-K -"));
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void takesARefusalForAnAnswerAndSilenceForNone(List<String> shell) throws Exception {
        // A full queue of connections answers nothing, as a firewall that drops packets does.
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<java.net.Socket> queue = fill(silent);
            String script =
                    command("try-host")
                            .script()
                            .replaceAll(
                                    "for peer in .*; do",
                                    "for peer in 127.0.0.1:1 %s 127.0.0.1:%d; do"
                                            .formatted(address(), silent.getLocalPort()));

            HostFacts.ProbeFacts probes = read(Map.of("probe", run(shell, script)));

            assertThat(probes.peersAsked()).isEqualTo(3);
            assertThat(probes.silentPeers()).containsExactly("127.0.0.1:" + silent.getLocalPort());
            for (var socket : queue) {
                socket.close();
            }
        }
    }

    private static List<java.net.Socket> fill(ServerSocket server) throws IOException {
        var queue = new java.util.ArrayList<java.net.Socket>();
        while (true) {
            var socket = new java.net.Socket();
            queue.add(socket);
            try {
                socket.connect(server.getLocalSocketAddress(), 300);
            } catch (IOException _) {
                return queue;
            }
        }
    }

    private HostFacts.ProbeFacts registry(List<String> shell, String dockerConfig)
            throws Exception {
        Path config = Files.writeString(directory.resolve("config.json"), dockerConfig);
        String script =
                command("ask-registry")
                        .script()
                        .replace("/root/.docker/config.json", config.toString());
        return read(Map.of("registry", run(shell, script)));
    }

    private static HostFacts.ProbeFacts read(Map<String, String> facts) {
        return FactReader.read(facts, java.time.Instant.EPOCH).probes();
    }

    private Step.Command command(String name) {
        return clusterfile.hosts().stream()
                .flatMap(host -> CheckSteps.of(clusterfile, host, Map.of()).stream())
                .filter(s -> s.name().equals(name))
                .map(Step.Command.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private String run(List<String> shell, String script) throws Exception {
        Path file = Files.writeString(directory.resolve("script.sh"), script);
        var command = new java.util.ArrayList<>(shell);
        command.addAll(List.of("-eu", file.toString()));
        Path login = Files.writeString(directory.resolve("login"), LOGIN);
        var builder = new ProcessBuilder(command);
        builder.environment().put("REGISTRY_LOGIN_0", login.toString());
        builder.environment().put("TMPDIR", directory.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(errors).isZero();
        return printed;
    }

    private String address() {
        return "127.0.0.1:" + registry.getAddress().getPort();
    }

    private void manifest(HttpExchange exchange) throws IOException {
        boolean known =
                "Bearer a.b-c".equals(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!known) {
            exchange.getResponseHeaders()
                    .add(
                            "Www-Authenticate",
                            "Bearer realm=\"http://%s/token\",service=\"the registry\",scope=\"x\""
                                    .formatted(address()));
        }
        boolean there = !exchange.getRequestURI().getPath().contains("kube-proxy");
        exchange.sendResponseHeaders(known ? there ? 200 : 404 : 401, -1);
        exchange.close();
    }

    private void token(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().getQuery());
        boolean known =
                ("Basic " + LOGIN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        byte[] body =
                (known ? "{\"access_token\":\n \"a.b-c\", \"expires_in\": 60}" : "{}")
                        .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(known ? 200 : 401, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
