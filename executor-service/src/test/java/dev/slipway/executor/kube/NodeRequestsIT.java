package dev.slipway.executor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.outcome.ReasonCode;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests for nodes, asked of a real HTTPS server by way of a real proxy. What the server does is
/// what kube-apiserver was seen to do.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NodeRequestsIT {
    private static final String ADDRESS = "127.0.21.31";
    private static final Instant WRITTEN = Instant.parse("2026-03-02T10:00:00Z");
    private static final HostAddress W1 = new HostAddress("10.0.0.2", 22);
    private static final String BUDGET =
            "The disruption budget web needs 1 healthy pods and has 1 currently";

    private static final String CONTROLLED =
            "\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"%s\",\"name\":\"o\",\"uid\":\"o\",\"controller\":true}]";

    private final Vertx vertx = Vertx.vertx();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final List<String> pods = new CopyOnWriteArrayList<>();
    private volatile String spec = "";
    private volatile String metadata = "";
    private volatile String created = "2026-03-01T10:00:00Z";
    private final AtomicInteger refused = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicInteger conflicts = new AtomicInteger();
    private final AtomicInteger watches = new AtomicInteger();
    private volatile List<String> events = List.of();
    private ApiStandIn api = standIn();
    private LoopbackProxy proxy = LoopbackProxy.open();

    private static ApiStandIn standIn() {
        try {
            return new ApiStandIn(ADDRESS, ADDRESS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void play() {
        api.play(this::reply);
    }

    @AfterEach
    void close() {
        proxy.close();
        api.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Optional<ApiStandIn.Reply> reply(String method, String uri, String body) {
        String path = uri.replaceAll("\\?.*", "");
        if (uri.contains("watch=true")) {
            int number = watches.getAndIncrement();
            return Optional.of(
                    number < events.size()
                            ? new ApiStandIn.Reply(
                                    200, events.get(number), !events.get(number).isEmpty())
                            : new ApiStandIn.Reply(200, "", true));
        }
        if (!method.equals("GET")) {
            done.add("%s %s %s".formatted(method, path, body));
        }
        return Optional.of(
                switch (method + " " + path) {
                    case "GET /api/v1/nodes" ->
                            ok("NodeList", "\"items\":[%s]".formatted(node("w1")));
                    case "GET /api/v1/nodes/w1" -> ApiStandIn.Reply.of(200, node("w1"));
                    case "PATCH /api/v1/nodes/w1" -> patched(body);
                    case "DELETE /api/v1/nodes/w1" -> ok("Status", "\"status\":\"Success\"");
                    case "GET /api/v1/pods" ->
                            ok("PodList", "\"items\":[%s]".formatted(String.join(",", pods)));
                    case "POST /api/v1/namespaces/web/pods/a/eviction" -> evicted();
                    case "DELETE /api/v1/namespaces/web/pods/a" -> {
                        pods.removeIf(pod -> pod.contains("\"name\":\"a\""));
                        yield ok("Status", "\"status\":\"Success\"");
                    }
                    default -> failure(404, "NotFound", "");
                });
    }

    private ApiStandIn.Reply patched(String body) {
        if (conflicts.getAndDecrement() > 0) {
            return failure(409, "Conflict", "");
        }
        spec = body.contains("\"unschedulable\":true") ? "\"unschedulable\":true" : "";
        metadata =
                body.contains("slipway.dev/cordoned\":\"true")
                        ? "\"slipway.dev/cordoned\":\"true\""
                        : "";
        return ApiStandIn.Reply.of(200, node("w1"));
    }

    private ApiStandIn.Reply evicted() {
        if (refused.getAndDecrement() > 0) {
            return failure(
                    429,
                    "TooManyRequests",
                    ",\"details\":{\"causes\":[{\"reason\":\"DisruptionBudget\",\"message\":\"%s\"}]}"
                            .formatted(BUDGET));
        }
        pods.removeIf(pod -> pod.contains("\"name\":\"a\""));
        return ApiStandIn.Reply.of(
                201, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}");
    }

    private static ApiStandIn.Reply ok(String kind, String more) {
        return ApiStandIn.Reply.of(
                200,
                "{\"kind\":\"%s\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"41\"},%s}"
                        .formatted(kind, more));
    }

    private static ApiStandIn.Reply failure(int status, String reason, String more) {
        return ApiStandIn.Reply.of(
                status,
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"the server says %s\",\"reason\":\"%s\"%s,\"code\":%d}"
                        .formatted(reason, reason, more, status));
    }

    private String node(String name) {
        return node(name, "False");
    }

    private String node(String name, String ready) {
        return "{\"kind\":\"Node\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\",\"uid\":\"u1\",\"resourceVersion\":\"7\",\"creationTimestamp\":\"%s\",\"labels\":{\"disk\":\"ssd\",\"old\":\"x\"},\"annotations\":{%s}},\"spec\":{%s},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"%s\"}]}}"
                .formatted(name, created, metadata, spec, ready);
    }

    private static String pod(String name, String metadata) {
        return "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"web\",\"uid\":\"uid-%s\"%s},\"spec\":{\"nodeName\":\"w1\",\"containers\":[]},\"status\":{\"phase\":\"Running\"}}"
                .formatted(name, name, metadata.isEmpty() ? "" : "," + metadata);
    }

    private List<String> ask(KubeRequest request) {
        return ask(request, Duration.ofSeconds(20));
    }

    private List<String> ask(KubeRequest request, Duration limit) {
        var way = new KubeClients.Way(proxy.entrance(), "secret");
        try (KubeApi client =
                new KubeClients(vertx)
                        .open(new HostAddress(ADDRESS, api.port()), way, api.credential(), limit)) {
            return client.ask(request, new KubeApi.Terms(WRITTEN, Instant.now().plus(limit)));
        }
    }

    private KubeFailure failure(KubeRequest request, Duration limit) {
        KubeFailure failure = catchThrowableOfType(KubeFailure.class, () -> ask(request, limit));
        assertThat(failure).as("succeeded").isNotNull();
        return failure;
    }

    private KubeFailure failure(KubeRequest request) {
        return failure(request, Duration.ofSeconds(20));
    }

    private static KubeRequest.Drain drain(Duration timeout, boolean force) {
        return new KubeRequest.Drain(
                List.of("w1"), Optional.of(Duration.ofSeconds(9)), timeout, force);
    }

    @Test
    void drainsWhatLeavesAndAsksAgainWhileABudgetForbids() {
        refused.set(3);
        pods.add(pod("a", CONTROLLED.formatted("ReplicaSet")));
        pods.add(pod("daemon", CONTROLLED.formatted("DaemonSet")));
        pods.add(pod("static", "\"annotations\":{\"kubernetes.io/config.mirror\":\"x\"}"));

        assertThat(ask(drain(Duration.ofSeconds(15), false)))
                .containsExactly("node w1 is drained, 1 pods left it");

        assertThat(done.getFirst())
                .isEqualTo(
                        "PATCH /api/v1/nodes/w1 {\"metadata\":{\"annotations\":{\"slipway.dev/cordoned\":\"true\"}},\"spec\":{\"unschedulable\":true}}");
        assertThat(done.subList(1, done.size()))
                .hasSize(4)
                .allMatch(d ->
                        d.startsWith("POST /api/v1/namespaces/web/pods/a/eviction")
                                && d.contains("\"gracePeriodSeconds\":9")
                                && d.contains("\"uid\":\"uid-a\"")
                                && d.contains("\"policy/v1\""));
        assertThat(spec).as("stays cordoned").contains("true");
    }

    @Test
    void namesTheBudgetThatHeldAPodAndLetsTheNodeTakePodsAgain() {
        pods.add(pod("a", CONTROLLED.formatted("ReplicaSet")));

        KubeFailure failure = failure(drain(Duration.ofSeconds(1), false));

        assertThat(failure.reason()).isEqualTo(ReasonCode.DRAIN_FAILED);
        assertThat(failure.passing()).isFalse();
        assertThat(failure.getMessage())
                .contains(
                        "node \"w1\": pod web/a did not leave within 1 s",
                        BUDGET,
                        "spec.drain.timeout");
        assertThat(done.getLast())
                .isEqualTo(
                        "PATCH /api/v1/nodes/w1 {\"metadata\":{\"annotations\":{\"slipway.dev/cordoned\":null}},\"spec\":{\"unschedulable\":null}}");
    }

    @Test
    void leavesCordonedWhatSomebodyElseHadCordoned() {
        spec = "\"unschedulable\":true";
        pods.add(pod("a", CONTROLLED.formatted("ReplicaSet")));

        assertThat(failure(drain(Duration.ofSeconds(1), false)).reason())
                .isEqualTo(ReasonCode.DRAIN_FAILED);
        assertThat(done).noneMatch(d -> d.startsWith("PATCH"));

        metadata = "\"slipway.dev/cordoned\":\"true\"";
        failure(drain(Duration.ofSeconds(1), false));
        assertThat(done.getLast()).as("an earlier delivery cordoned it").startsWith("PATCH");
    }

    @Test
    void letsPodsGoThatNothingStartsAgainByForceOnly() {
        pods.add(pod("a", ""));

        assertThat(failure(drain(Duration.ofSeconds(9), false)).getMessage())
                .contains("nothing will start again pod web/a", "spec.drain.force");
        assertThat(done).noneMatch(d -> d.contains("/pods/"));

        ask(drain(Duration.ofSeconds(9), true));
        assertThat(done.getLast())
                .startsWith("DELETE /api/v1/namespaces/web/pods/a {")
                .contains("\"gracePeriodSeconds\":9", "\"uid\":\"uid-a\"");
    }

    @Test
    void deletesTheNodeThatIsMeantAndNoneOfItsName() {
        assertThat(ask(new KubeRequest.Delete(List.of("w1", "w2"))))
                .containsExactly("node w1 is deleted");
        assertThat(done)
                .singleElement()
                .asString()
                .startsWith("DELETE /api/v1/nodes/w1 {")
                .contains("\"preconditions\":{\"uid\":\"u1\"}");

        created = "2026-03-02T10:00:01Z";
        for (KubeRequest request :
                List.of(
                        new KubeRequest.Delete(List.of("w1")),
                        drain(Duration.ofSeconds(9), true))) {
            KubeFailure failure = failure(request);
            assertThat(failure.reason()).isEqualTo(ReasonCode.ORDER_EXPIRED);
            assertThat(failure.getMessage()).contains("2026-03-02T10:00:01Z", WRITTEN.toString());
        }
        assertThat(done).hasSize(1);
    }

    private static KubeRequest mark(Map<String, String> labels, KubeRequest.Taint... taints) {
        return new KubeRequest.Mark(
                List.of(
                        new KubeRequest.Marks(
                                List.of("w1"), labels, List.of("old"), List.of(taints))));
    }

    @Test
    void marksWhatIsNotSoYetAndOverrulesNobody() {
        spec =
                "\"taints\":[{\"key\":\"k\",\"value\":\"a\",\"effect\":\"NoSchedule\"},{\"key\":\"theirs\",\"effect\":\"NoExecute\"}]";
        conflicts.set(1);

        assertThat(
                        ask(
                                mark(
                                        Map.of("disk", "ssd", "tier", "a"),
                                        new KubeRequest.Taint("k", "b", "NoSchedule", false))))
                .containsExactly("node w1 is marked");

        assertThat(done)
                .hasSize(2)
                .containsOnly(
                        "PATCH /api/v1/nodes/w1 {\"metadata\":{\"labels\":{\"tier\":\"a\",\"old\":null},\"resourceVersion\":\"7\"},\"spec\":{\"taints\":[{\"key\":\"theirs\",\"effect\":\"NoExecute\"},{\"key\":\"k\",\"effect\":\"NoSchedule\",\"value\":\"b\"}]}}");
        KubeRequest asItIs =
                new KubeRequest.Mark(
                        List.of(
                                new KubeRequest.Marks(
                                        List.of("w1"),
                                        Map.of("disk", "ssd"),
                                        List.of(),
                                        List.of(new KubeRequest.Taint("gone", "", "", true)))));
        assertThat(ask(asItIs)).isEmpty();
        assertThat(done).hasSize(2);
        assertThat(
                        failure(
                                        new KubeRequest.Mark(
                                                List.of(
                                                        new KubeRequest.Marks(
                                                                List.of("w9"),
                                                                Map.of(),
                                                                List.of(),
                                                                List.of()))))
                                .reason())
                .isEqualTo(ReasonCode.NODE_MISSING);
    }

    @Test
    void marksManyNodesTenAtATimeAndInTheirOrder() {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var ten = new CyclicBarrier(10);
        List<String> names =
                serveMany(_ -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    awaitOthers(ten);
                    now.decrementAndGet();
                    return ApiStandIn.Reply.of(200, node("any"));
                });

        assertThat(ask(labelled(names)))
                .isEqualTo(names.stream().map("node %s is marked"::formatted).toList());
        assertThat(most).hasValue(10);
    }

    @Test
    void asksForNoFurtherNodeOnceOneIsRefused() {
        var asked = new AtomicInteger();
        List<String> names =
                serveMany(uri -> {
                    asked.incrementAndGet();
                    return uri.contains("n05")
                            ? failure(403, "Forbidden", "")
                            : ApiStandIn.Reply.of(200, node("any"));
                });

        assertThat(failure(labelled(names)).reason()).isEqualTo(ReasonCode.API_REFUSED);
        assertThat(asked.get()).isLessThan(30);
    }

    /// @param patched the answer to a patch, by what it is asked of
    private List<String> serveMany(Function<String, ApiStandIn.Reply> patched) {
        List<String> names = IntStream.range(0, 40).mapToObj("n%02d"::formatted).toList();
        String items = names.stream().map(this::node).collect(Collectors.joining(","));
        api.play((method, uri, _) ->
                Optional.of(
                        method.equals("GET")
                                ? ok("NodeList", "\"items\":[%s]".formatted(items))
                                : patched.apply(uri)));
        return names;
    }

    private static KubeRequest labelled(List<String> nodes) {
        return new KubeRequest.Mark(
                List.of(new KubeRequest.Marks(nodes, Map.of("tier", "a"), List.of(), List.of())));
    }

    @Test
    void cordonsAndOpensWhatIsNotSoYet() {
        assertThat(ask(new KubeRequest.Cordon(List.of("w1"), true)))
                .containsExactly("node w1 is cordoned");
        assertThat(ask(new KubeRequest.Cordon(List.of("w1"), true))).isEmpty();
        assertThat(ask(new KubeRequest.Cordon(List.of("w1"), false)))
                .containsExactly("node w1 is open");
        assertThat(done).hasSize(2);
    }

    private static KubeRequest.Await await(KubeRequest.NodeState state, HostAddress... failed) {
        return new KubeRequest.Await(
                state, List.of(new KubeRequest.Node("w1", W1)), List.of(failed));
    }

    private String event(String type, String node) {
        return "{\"type\":\"%s\",\"object\":%s}\n".formatted(type, node);
    }

    @Test
    void waitsInOneWatchForWhatTheServerTells() {
        events =
                List.of(
                        event("MODIFIED", node("w2", "True"))
                                + event("MODIFIED", node("w1", "False"))
                                + event("MODIFIED", node("w1", "True")));

        assertThat(ask(await(KubeRequest.NodeState.READY))).containsExactly("1 nodes are Ready");

        assertThat(api.requests()).hasSize(2);
        assertThat(api.requests().getLast()).contains("resourceVersion=41", "watch=true");
    }

    @Test
    void beginsAnewWithAListWhereAWatchEnds() {
        events =
                List.of(
                        "",
                        event(
                                "ERROR",
                                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"Expired\",\"code\":410}"),
                        event("DELETED", node("w1", "False")));

        assertThat(ask(await(KubeRequest.NodeState.GONE))).containsExactly("1 nodes are gone");

        assertThat(new ArrayList<>(api.requests()))
                .filteredOn(r -> !r.contains("watch"))
                .hasSize(3);
    }

    @Test
    void saysWhoIsNotSoWhenTimeIsOver() {
        KubeFailure late = failure(await(KubeRequest.NodeState.READY), Duration.ofSeconds(2));

        assertThat(late.reason()).isEqualTo(ReasonCode.NODE_NOT_READY);
        assertThat(late.getMessage())
                .contains("w1 of 10.0.0.2:22 is not Ready", "waited for until");
        assertThat(failure(awaiting("w9"), Duration.ofSeconds(2)).reason())
                .isEqualTo(ReasonCode.NODE_MISSING);
    }

    @Test
    void aServerThatIsTooSlowMayBeAskedAgain() {
        var over = new CountDownLatch(1);
        api.play((method, uri, body) -> {
            awaitQuietly(over);
            return reply(method, uri, body);
        });

        KubeFailure slow = failure(await(KubeRequest.NodeState.READY), Duration.ofSeconds(1));
        over.countDown();

        assertThat(slow.reason()).isEqualTo(ReasonCode.STEP_TIMEOUT);
        assertThat(slow.passing()).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitOthers(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static KubeRequest awaiting(String name) {
        return new KubeRequest.Await(
                KubeRequest.NodeState.PRESENT, List.of(new KubeRequest.Node(name, W1)), List.of());
    }

    @Test
    void doesNotWaitForANodeWhoseHostFailed() {
        Instant begun = Instant.now();

        KubeFailure failure = failure(await(KubeRequest.NodeState.READY, W1));

        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(15));
        assertThat(failure.getMessage()).contains("failed earlier in this run");
        assertThat(watches).hasValue(0);
        assertThat(ask(await(KubeRequest.NodeState.PRESENT, W1))).hasSize(1);
    }
}
