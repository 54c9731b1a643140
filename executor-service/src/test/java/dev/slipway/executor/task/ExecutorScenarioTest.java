package dev.slipway.executor.task;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.event.CloudEventCodec;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderKeys;
import dev.slipway.contracts.order.OrderSigner;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.journal.Orders;
import dev.slipway.executor.ssh.OpenSshServer;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.Scrape;
import dev.slipway.testkit.StackResource;
import dev.slipway.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "executor"))
@QuarkusTestResource(CertificateStandIn.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExecutorScenarioTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final MaterialName TOKEN = MaterialName.of("token/bootstrap");
    private static final String TOPIC = Topics.tasks(PoolName.of("default"));

    @ConfigProperty(name = "slipway.http.port")
    int httpPort;

    private final HttpClient user = TestIdentities.client();
    private final KafkaProbe probe = KafkaProbe.shared();
    private Optional<OpenSshServer> server = Optional.empty();
    private Path folder = Path.of("target");

    @BeforeAll
    void start(@TempDir Path temporary) {
        OpenSshServer.missing().ifPresent(why -> assumeTrue(false, why));
        folder = temporary;
        OpenSshServer ssh = OpenSshServer.start(temporary, "127.0.22.7");
        server = Optional.of(ssh);
        SshCredential credential = ssh.credential();
        CertificateStandIn.give(
                Orders.CREDENTIAL,
                Wire.bytes(credential instanceof SshCredential.Key key ? json(key) : credential));
        CertificateStandIn.give(TOKEN, "abcdef.0123456789abcdef".getBytes(UTF_8));
    }

    private static com.fasterxml.jackson.databind.JsonNode json(SshCredential.Key key) {
        return Wire.mapper()
                .createObjectNode()
                .put("kind", "key")
                .put("privateKey", key.privateKey());
    }

    @AfterAll
    void stop() {
        server.ifPresent(OpenSshServer::close);
        probe.close();
    }

    private Orders orders() {
        HostTarget host = server.orElseThrow().target("root", Optional.empty());
        return Orders.on(host);
    }

    @Test
    void runsAnOrderAndReportsItWithoutItsSecrets() {
        Order order =
                orders().with(
                                Step.Command.of(
                                                "hello",
                                                "echo \"token: $(cat $TOKEN)\"; printf '\\033[1mbold\\n'",
                                                LONG)
                                        .withMaterialFile("TOKEN", TOKEN),
                                Step.Command.of("fact", "uname -s", LONG).asFact("kernel"));
        send(order);
        TaskResult.TaskSettled settled = settled(order);
        assertThat(settled.outcome()).as(settled.message()).isEqualTo(TaskOutcome.SUCCEEDED);
        assertThat(settled.facts()).containsEntry("kernel", "Linux");
        assertThat(settled.steps())
                .extracting(TaskResult.StepResult::name)
                .containsExactly("hello", "fact");
        assertThat(settled.outputTail()).isEqualTo("token: [masked]\n\\x1b[1mbold\n");
        String output =
                records(Topics.TASK_OUTPUT, order.task()).stream()
                        .map(r -> Wire.read(r.value().getBytes(UTF_8), OutputChunk.class).text())
                        .collect(Collectors.joining());
        assertThat(output).isEqualTo("token: [masked]\n\\x1b[1mbold\n");
        assertThat(started(order)).isEqualTo(1);
    }

    @Test
    void runsOnceWhenDeliveredTwice() {
        Path runs = folder.resolve("twice");
        Order order =
                orders().with(
                                Step.Command.of(
                                        "once", "echo ran >>%s; sleep 1".formatted(runs), LONG));
        send(order);
        send(order);
        Awaitility.await().atMost(LONG).until(() -> settledCount(order) == 2);
        assertThat(runs).hasContent("ran\n");
    }

    @Test
    void attachesAgainWhenTheConnectionBreaks() {
        Path go = folder.resolve("go");
        Order order =
                orders().with(
                                Step.Command.of(
                                        "long",
                                        "echo begin; until [ -e %s ]; do sleep 0.1; done; echo end"
                                                .formatted(go),
                                        LONG));
        send(order);
        Awaitility.await().atMost(LONG).until(() -> started(order) == 1);
        server.orElseThrow().cutConnections();
        OpenSshServer.run("touch", go.toString());
        TaskResult.TaskSettled settled = settled(order);
        assertThat(settled.outcome()).as(settled.message()).isEqualTo(TaskOutcome.SUCCEEDED);
        assertThat(settled.outputTail()).isEqualTo("begin\nend\n");
    }

    @Test
    void refusesForgedAndForeignOrdersWithoutSettlingAnything() throws Exception {
        Path ran = folder.resolve("forged");
        Order order = orders().with(Step.Command.of("never", "touch " + ran, LONG));
        var stranger = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String forged =
                new OrderSigner(OrderKeys.id(stranger.getPublic()), stranger.getPrivate())
                        .sign(order);
        send(order, forged);
        String[] parts = Orders.signed(order).split("\\.");
        send(order, parts[0] + "." + parts[1] + "A." + parts[2]);
        Order foreign =
                orders().forPool("edge").with(Step.Command.of("never", "touch " + ran, LONG));
        send(foreign);
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> {
                    assertThat(reasons(order.task()))
                            .containsExactlyInAnyOrder("ORDER_FORGED", "ORDER_FORGED");
                    assertThat(reasons(foreign.task())).containsExactly("ORDER_FOREIGN");
                });
        assertThat(settledCount(order) + settledCount(foreign)).isZero();
        assertThat(ran).doesNotExist();
    }

    @Test
    void looksAtTheHostOfALateOrderAndDoesNotStartIt() {
        Path ran = folder.resolve("late");
        Order order =
                orders().startingBy(Instant.now().minusSeconds(1))
                        .with(Step.Command.of("never", "touch " + ran, LONG));
        send(order);
        TaskResult.TaskSettled settled = settled(order);
        assertThat(settled.outcome()).isEqualTo(TaskOutcome.NOT_STARTED);
        assertThat(settled.reason()).hasValue(ReasonCode.ORDER_EXPIRED);
        assertThat(ran).doesNotExist();
    }

    @Test
    void waitsForTheCertificateService() {
        CertificateStandIn.fail(true);
        Order order = orders().with(Step.Command.of("a", "echo a", LONG));
        send(order);
        Awaitility.await().during(Duration.ofSeconds(1)).until(() -> settledCount(order) == 0);
        CertificateStandIn.fail(false);
        assertThat(settled(order).outcome()).isEqualTo(TaskOutcome.SUCCEEDED);
    }

    @Test
    void isNotReadyWhileTheCertificateServiceIsAwayAndSaysWhy() throws Exception {
        awaitReady();
        CertificateStandIn.goAway();
        try {
            Awaitility.await()
                    .atMost(LONG)
                    .untilAsserted(() -> {
                        HttpResponse<String> answer = health("ready");
                        assertThat(answer.statusCode()).isEqualTo(503);
                        assertThat(answer.body())
                                .contains("the certificate service is away", "ConnectException")
                                .contains("mend slipway.cert-service.url");
                    });
            assertThat(health("live").statusCode()).isEqualTo(200);
        } finally {
            CertificateStandIn.comeBack();
        }
        awaitReady();
    }

    @Test
    void hasLookedAtTheBrokersSettings() {
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() ->
                        assertThat(health("ready").body())
                                .contains("broker settings", "\"looked at\": true"));
    }

    @Test
    void answersForItsHealthAtOnceWhileTheCertificateServiceIsSilent() {
        CertificateStandIn.fallSilent();
        try {
            Awaitility.await()
                    .atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(health("ready").body()).contains("it does not answer"));
        } finally {
            CertificateStandIn.speak();
        }
        awaitReady();
    }

    /// A machine that is busy may be late with its first answers.
    private void awaitReady() {
        Awaitility.await()
                .atMost(LONG)
                .ignoreExceptionsInstanceOf(HttpTimeoutException.class)
                .untilAsserted(() -> assertThat(health("ready").statusCode()).isEqualTo(200));
    }

    /// The health route has 2 s to answer.
    private HttpResponse<String> health(String kind) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("https://127.0.0.1:" + httpPort + "/q/health/" + kind))
                        .timeout(Duration.ofSeconds(2))
                        .build();
        return user.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void endsACancelledRunOnItsHost() {
        Order order = orders().with(Step.Command.of("long", "echo up; sleep 300", LONG));
        send(order);
        Awaitility.await().atMost(LONG).until(() -> started(order) == 1);
        produce(
                Topics.RUNS,
                "local/alpha",
                CloudEvent.of(
                        "/slipway/planner",
                        new RunEvent.CancelRequested(
                                TenantId.of("local"),
                                ClusterName.of("alpha"),
                                order.run(),
                                "ops",
                                Instant.now()),
                        Instant.now()));
        TaskResult.TaskSettled settled = settled(order);
        assertThat(settled.outcome()).isEqualTo(TaskOutcome.CANCELLED);
        assertThat(settled.reason()).hasValue(ReasonCode.RUN_CANCELLED);
    }

    @Test
    void namesTheReasonOfAFailure() {
        Order order =
                orders().with(
                                Step.Command.of(
                                                "init",
                                                "echo '[ERROR Port-6443]: in use'; exit 1",
                                                LONG)
                                        .failingAs(
                                                List.of(
                                                        new dev.slipway.contracts.order
                                                                .FailurePattern(
                                                                "[ERROR ",
                                                                ReasonCode.KUBEADM_PREFLIGHT))),
                                Step.Command.of("after", "true", LONG));
        send(order);
        TaskResult.TaskSettled settled = settled(order);
        assertThat(settled.reason()).hasValue(ReasonCode.KUBEADM_PREFLIGHT);
        assertThat(settled.message()).contains("step \"init\" failed with exit code 1");
        assertThat(settled.steps().getLast().outcome().name()).isEqualTo("NOT_RUN");
    }

    @Test
    void countsOrdersThatItRefusesAndShowsNothingThatOperatorsCannotLookUp() {
        String refused = "slipway_orders_refused_total";
        double before = Scrape.of("executor").value(refused, "code", "ORDER_FORGED");
        Order order = orders().with(Step.Command.of("never", "true", LONG));

        send(order, Orders.signed(order) + "x");

        Awaitility.await()
                .atMost(LONG)
                .until(() ->
                        Scrape.of("executor").value(refused, "code", "ORDER_FORGED") == before + 1);
        assertThat(Scrape.of("executor").undocumented()).isEmpty();
    }

    @Test
    void showsTasksInFlightTakeoversAndSessions() {
        String takeovers = "slipway_tasks_takeovers_total";
        double before = Scrape.of("executor").find(takeovers).orElseThrow();
        Path go = folder.resolve("go-on");
        Order order =
                orders().with(
                                Step.Command.of(
                                        "wait",
                                        "until [ -e %s ]; do sleep 0.1; done".formatted(go),
                                        LONG));

        send(order);
        send(order);

        Awaitility.await()
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    Scrape now = Scrape.of("executor");
                    assertThat(now.value("slipway_tasks_in_flight")).isEqualTo(2);
                    assertThat(now.value(takeovers)).isEqualTo(before + 1);
                    assertThat(now.value("slipway_ssh_sessions")).isPositive();
                });
        OpenSshServer.run("touch", go.toString());
        Awaitility.await()
                .atMost(LONG)
                .until(() -> Scrape.of("executor").value("slipway_tasks_in_flight") == 0);
    }

    @Test
    void goesOnInTheOrdersTrace() {
        String trace = UUID.randomUUID().toString().replace("-", "");
        Order order = orders().with(Step.Command.of("a", "echo a", LONG));
        var requested =
                new TaskRequested(order.run(), order.task(), order.attempt(), Orders.signed(order));

        produce(
                TOPIC,
                order.tenant() + "/" + order.host().address(),
                CloudEvent.of("/slipway/planner", requested, Instant.now())
                        .withTraceparent(
                                Optional.of("00-%s-00f067aa0ba902b7-01".formatted(trace))));
        settled(order);

        var records =
                Stream.of(Topics.TASK_RESULTS, Topics.TASK_OUTPUT)
                        .flatMap(topic -> records(topic, order.task()).stream())
                        .toList();
        assertThat(records)
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(r ->
                        assertThat(KafkaProbe.header(r, "traceparent"))
                                .startsWith("00-" + trace)
                                .doesNotContain("00f067aa0ba902b7"));
        assertThat(CertificateStandIn.traces()).anyMatch(text -> text.startsWith("00-" + trace));
    }

    private void send(Order order) {
        send(order, Orders.signed(order));
    }

    private void send(Order order, String jws) {
        produce(
                TOPIC,
                order.tenant() + "/" + order.host().address(),
                CloudEvent.of(
                        "/slipway/planner",
                        new TaskRequested(order.run(), order.task(), order.attempt(), jws),
                        Instant.now()));
    }

    private void produce(String topic, String key, CloudEvent<?> event) {
        probe.produce(
                topic,
                key,
                new String(Wire.bytes(event.data()), UTF_8),
                CloudEventCodec.headers(event));
    }

    private TaskResult.TaskSettled settled(Order order) {
        Awaitility.await().atMost(LONG).until(() -> settledCount(order) > 0);
        return results(order.task()).stream()
                .filter(TaskResult.TaskSettled.class::isInstance)
                .map(TaskResult.TaskSettled.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private long settledCount(Order order) {
        return results(order.task()).stream()
                .filter(TaskResult.TaskSettled.class::isInstance)
                .count();
    }

    private long started(Order order) {
        return results(order.task()).stream()
                .filter(TaskResult.TaskStarted.class::isInstance)
                .count();
    }

    private List<TaskResult> results(TaskId task) {
        return records(Topics.TASK_RESULTS, task).stream()
                .map(r -> Wire.read(r.value().getBytes(UTF_8), TaskResult.class))
                .toList();
    }

    private List<String> reasons(TaskId task) {
        return records(Topics.dead(TOPIC), task).stream()
                .map(r -> KafkaProbe.header(r, "slipway_why").split(":", 2)[0])
                .toList();
    }

    private List<ConsumerRecord<String, String>> records(String topic, TaskId task) {
        return probe.records(topic).stream()
                .filter(r -> r.value() != null && r.value().contains(task.toString()))
                .toList();
    }
}
