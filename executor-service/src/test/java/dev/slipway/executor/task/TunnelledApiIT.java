package dev.slipway.executor.task;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.KubeCredential;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.TestConfig;
import dev.slipway.executor.journal.Orders;
import dev.slipway.executor.kube.ApiStandIn;
import dev.slipway.executor.kube.KubeApi;
import dev.slipway.executor.kube.KubeFailure;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.HostTunnel;
import dev.slipway.executor.ssh.MinaRemoteShell;
import dev.slipway.executor.ssh.SshFailure;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Lists by way of a real SSH server from a real HTTPS server with client certificates.
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TunnelledApiIT {
    private static final String HOST = "127.0.21.30";
    private static final String LIMIT = "limit=500";
    private static final HostAccess ACCESS =
            new HostAccess(new SshCredential.Password("opensesame"), Optional.empty());

    private final SshServer sshd = SshServer.setUpDefaultServer();
    private final Vertx vertx = Vertx.vertx();
    private final MinaRemoteShell shell =
            new MinaRemoteShell(TestConfig.defaults(), new SimpleMeterRegistry());
    private final TunnelledApi line = new TunnelledApi(shell, vertx);
    private ApiStandIn api = standIn(HOST);
    private HostTarget target = Orders.host(HOST, 22, "ops", List.of(), Optional.empty());

    private static ApiStandIn standIn(String name) {
        try {
            return new ApiStandIn(HOST, name);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void listen() throws Exception {
        KeyPair key = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        sshd.setHost(HOST);
        sshd.setKeyPairProvider(KeyPairProvider.wrap(key));
        sshd.setPasswordAuthenticator((_, password, _) -> password.equals("opensesame"));
        sshd.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        sshd.start();
        target =
                Orders.host(
                        HOST,
                        sshd.getPort(),
                        "ops",
                        List.of(PublicKeyEntry.toString(key.getPublic())),
                        Optional.empty());
    }

    @AfterEach
    void close() throws IOException {
        shell.close();
        sshd.stop(true);
        api.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Step.Kube step(KubeRequest request, int port) {
        return new Step.Kube("ask", new HostAddress(HOST, port), request, Duration.ofSeconds(20));
    }

    private List<String> ask(KubeRequest request) {
        return ask(request, api.credential());
    }

    private List<String> ask(KubeRequest request, KubeCredential credential) {
        try (KubeApi opened = line.open(target, ACCESS, step(request, api.port()), credential)) {
            Instant now = Instant.now();
            return opened.ask(request, new KubeApi.Terms(now, now.plusSeconds(60)));
        }
    }

    private static KubeRequest all(KubeRequest.Kind kind) {
        return new KubeRequest.Items(kind, Optional.empty());
    }

    private static String list(String kind, String next, String items) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"%sList\",\"metadata\":{\"continue\":\"%s\"},\"items\":[%s]}"
                .formatted(kind, next, items);
    }

    private static String node(String name, String ready, String more) {
        return """
        {"metadata":{"name":"%s","creationTimestamp":"2026-03-01T10:00:00Z","labels":{"node-role.kubernetes.io/worker":""}},
         "spec":{%s},
         "status":{"conditions":[{"type":"Ready","status":"%s"}],"addresses":[{"type":"InternalIP","address":"10.0.0.9"}],
          "allocatable":{"cpu":"3500m","memory":"1Gi","pods":"110"},
          "nodeInfo":{"kubeletVersion":"v1.36.2","osImage":"Débian","containerRuntimeVersion":"containerd://2.1.4"}}}
        """
                .formatted(name, more, ready);
    }

    private static String pod(String name, String phase, String requests) {
        return """
        {"metadata":{"name":"%s","namespace":"web","creationTimestamp":"2026-03-01T10:00:00Z"},
         "spec":{"nodeName":"w1","containers":[{"name":"a","resources":{"requests":{%s}}}]},
         "status":{"phase":"%s","podIP":"10.244.0.7","containerStatuses":[{"name":"a","ready":true,"restartCount":2,"state":{"running":{}}}]}}
        """
                .formatted(name, requests, phase);
    }

    @Test
    void listsPageByPageAsWhomTheCertificateSays() {
        api.answer("/api/v1/nodes?" + LIMIT, list("Node", "more", node("w1", "True", "")));
        api.answer(
                "/api/v1/nodes?%s&continue=more".formatted(LIMIT),
                list("Node", "", node("w2", "Unknown", "\"unschedulable\":true")));
        api.answer(
                "/api/v1/nodes?continue=more&%s".formatted(LIMIT),
                list("Node", "", node("w2", "Unknown", "\"unschedulable\":true")));

        assertThat(ask(all(KubeRequest.Kind.NODES)))
                .containsExactly(
                        "{\"kind\":\"node\",\"name\":\"w1\",\"created\":\"2026-03-01T10:00:00Z\",\"status\":\"Ready\",\"roles\":[\"worker\"],\"version\":\"v1.36.2\",\"system\":\"D\\u00E9bian\",\"runtime\":\"containerd://2.1.4\",\"address\":\"10.0.0.9\"}",
                        "{\"kind\":\"node\",\"name\":\"w2\",\"created\":\"2026-03-01T10:00:00Z\",\"status\":\"NotReady,SchedulingDisabled\",\"roles\":[\"worker\"],\"version\":\"v1.36.2\",\"system\":\"D\\u00E9bian\",\"runtime\":\"containerd://2.1.4\",\"address\":\"10.0.0.9\"}");
        assertThat(api.requests())
                .hasSize(2)
                .allMatch(r ->
                        r.startsWith("O=slipway:executor:view,CN=slipway:run:1")
                                || r.startsWith("CN=slipway:run:1,O=slipway:executor:view"));
    }

    @Test
    void listsWhatIsInOneNamespaceAndWhatIsInAll() {
        String web = list("Pod", "", pod("shop", "Running", ""));
        api.answer("/api/v1/namespaces/web/pods?" + LIMIT, web);
        api.answer("/api/v1/pods?" + LIMIT, list("Pod", "", ""));
        api.answer(
                "/api/v1/services?" + LIMIT,
                list(
                        "Service",
                        "",
                        "{\"metadata\":{\"name\":\"shop\",\"namespace\":\"web\"},\"spec\":{\"type\":\"NodePort\",\"clusterIP\":\"10.96.0.7\",\"ports\":[{\"port\":80,\"nodePort\":30080,\"protocol\":\"TCP\"}]}}"));
        api.answer(
                "/api/v1/namespaces?" + LIMIT,
                list(
                        "Namespace",
                        "",
                        "{\"metadata\":{\"name\":\"web\"},\"status\":{\"phase\":\"Active\"}}"));

        assertThat(ask(new KubeRequest.Items(KubeRequest.Kind.PODS, Optional.of("web"))))
                .containsExactly(
                        "{\"kind\":\"pod\",\"namespace\":\"web\",\"name\":\"shop\",\"created\":\"2026-03-01T10:00:00Z\",\"ready\":\"1/1\",\"status\":\"Running\",\"restarts\":2,\"node\":\"w1\",\"address\":\"10.244.0.7\"}");
        assertThat(ask(all(KubeRequest.Kind.PODS))).isEmpty();
        assertThat(ask(all(KubeRequest.Kind.SERVICES)))
                .containsExactly(
                        "{\"kind\":\"service\",\"namespace\":\"web\",\"name\":\"shop\",\"type\":\"NodePort\",\"address\":\"10.96.0.7\",\"ports\":[\"80:30080/TCP\"]}");
        assertThat(ask(all(KubeRequest.Kind.NAMESPACES)))
                .containsExactly("{\"kind\":\"namespace\",\"name\":\"web\",\"status\":\"Active\"}");
    }

    @Test
    void addsUpWhatPodsThatAreNotOverAskFor() {
        api.answer(
                "/api/v1/nodes?" + LIMIT,
                list("Node", "", node("w1", "True", "") + "," + node("w2", "False", "")));
        api.answer(
                "/api/v1/pods?" + LIMIT,
                list(
                        "Pod",
                        "",
                        String.join(
                                ",",
                                pod("a", "Running", "\"cpu\":\"250m\",\"memory\":\"64Mi\""),
                                pod("b", "Pending", "\"cpu\":\"1\""),
                                pod("c", "Succeeded", "\"cpu\":\"9\""))));

        assertThat(ask(new KubeRequest.Usage()))
                .containsExactly(
                        "{\"kind\":\"usage\",\"nodes\":2,\"ready\":1,\"cordoned\":0,\"pods\":2,\"running\":1,\"podPlaces\":220,\"cpuMillis\":7000,\"cpuMillisRequested\":1250,\"memoryBytes\":2147483648,\"memoryBytesRequested\":67108864}");
    }

    private KubeFailure refused(KubeRequest request, KubeCredential credential) {
        KubeFailure failure =
                catchThrowableOfType(KubeFailure.class, () -> ask(request, credential));
        assertThat(failure).as("got an answer").isNotNull();
        return failure;
    }

    @Test
    void saysWhatTheServerRefuses() {
        api.answer(
                "/api/v1/pods?" + LIMIT,
                403,
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"pods is forbidden: User \\\"slipway:run:1\\\" cannot list\",\"reason\":\"Forbidden\",\"code\":403}");

        KubeFailure failure = refused(all(KubeRequest.Kind.PODS), api.credential());

        assertThat(failure.reason()).isEqualTo(ReasonCode.API_REFUSED);
        assertThat(failure.passing()).isFalse();
        assertThat(failure.getMessage())
                .startsWith("cannot list pods at the API server %s:".formatted(HOST))
                .contains("pods is forbidden", "slipway apply");
    }

    @Test
    void trustsTheClustersAuthorityOnlyAndTheAddressItDialled() {
        KubeCredential of = standIn(HOST).credential();
        assertThat(refused(all(KubeRequest.Kind.NODES), of).reason())
                .as("another authority")
                .isEqualTo(ReasonCode.PKI_INVALID);

        api.close();
        api = standIn("127.0.21.99");
        assertThat(refused(all(KubeRequest.Kind.NODES), api.credential()).reason())
                .as("a certificate for another address")
                .isEqualTo(ReasonCode.PKI_INVALID);
        assertThat(api.requests()).isEmpty();
    }

    private SshFailure closed(int port) {
        SshFailure failure =
                catchThrowableOfType(
                        SshFailure.class,
                        () ->
                                line.open(
                                        target,
                                        ACCESS,
                                        step(all(KubeRequest.Kind.NODES), port),
                                        api.credential()));
        assertThat(failure).as("was let through").isNotNull();
        return failure;
    }

    @Test
    void saysWhereTheWayEnds() throws IOException {
        int port = api.port();
        api.close();
        assertThat(closed(port).reason()).isEqualTo(ReasonCode.API_UNREACHABLE);
        assertThat(closed(port)).hasMessageContaining(HOST + ":" + port);

        sshd.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        assertThat(closed(port).reason()).isEqualTo(ReasonCode.API_UNREACHABLE);
        assertThat(closed(port)).hasMessageContaining("AllowTcpForwarding");
    }

    @Test
    void theEntranceIsNobodyElses() throws IOException {
        var server = new HostAddress(HOST, api.port());
        try (HostTunnel tunnel = shell.tunnel(target, ACCESS, server)) {
            assertThat(connect(tunnel, server.toString(), "guess")).startsWith("HTTP/1.1 407");
            assertThat(connect(tunnel, HOST + ":22", tunnel.password())).startsWith("HTTP/1.1 403");
            assertThat(connect(tunnel, server.toString(), tunnel.password()))
                    .startsWith("HTTP/1.1 200");
            assertThat(tunnel.entrance().getAddress().isLoopbackAddress()).isTrue();
        }
    }

    private static String connect(HostTunnel tunnel, String to, String password)
            throws IOException {
        String basic =
                Base64.getEncoder().encodeToString(("slipway:" + password).getBytes(US_ASCII));
        try (var socket = new Socket()) {
            socket.connect(tunnel.entrance());
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\nProxy-Authorization: Basic %2$s\r\n\r\n"
                                    .formatted(to, basic)
                                    .getBytes(US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), US_ASCII);
        }
    }
}
