package dev.slipway.planner.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.planner.pool.PoolView;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.StackResource;
import dev.slipway.testkit.TestStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = {
            @ResourceArg(name = "service", value = "planner"),
            @ResourceArg(name = "slipway.planner.grace", value = "PT0S"),
            @ResourceArg(name = "slipway.planner.watchdog-interval", value = "1s"),
            @ResourceArg(name = "slipway.planner.authority-retry", value = "PT0.2S"),
            @ResourceArg(name = "slipway.planner.tasks-in-flight-per-tenant", value = "4")
        })
class AccessIT {
    private final Planner ann = Planner.operator();

    @BeforeAll
    static void makePools() {
        try (var probe = KafkaProbe.shared()) {
            probe.createTopic("slipway.tasks.lab", 1);
            probe.createTopic("slipway.tasks.vip", 1);
        }
    }

    @Test
    void aViewersApplyIsRefusedNamingTheRole() {
        var viewer = Planner.user(ann.tenant(), "viewer");

        var answer = viewer.apply(viewer.clusterfile(1, ""));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("code").asText()).isEqualTo("NOT_PERMITTED");
        assertThat(answer.text()).contains("operator");
        assertThat(viewer.get("/v1/runs").json().path("runs")).isEmpty();
    }

    @Test
    void whatIsAnotherTenantsDoesNotExist() {
        String run = ann.opened(ann.apply(ann.clusterfile(1, "")));
        var stranger =
                Planner.user("other-" + UUID.randomUUID().toString().substring(0, 8), "admin");

        assertThat(stranger.get("/v1/runs/" + run).status()).isEqualTo(404);
        assertThat(stranger.command(run, "cancel").status()).isEqualTo(404);
        assertThat(stranger.command(run, "retry").status()).isEqualTo(404);
        assertThat(stranger.get("/v1/clusters/" + ann.cluster).status()).isEqualTo(404);
        assertThat(stranger.get("/v1/clusters/%s/clusterfile".formatted(ann.cluster)).status())
                .isEqualTo(404);
        assertThat(stranger.get("/v1/hosts/" + Planner.CONTROL_PLANE).status()).isEqualTo(404);
        assertThat(stranger.get("/v1/runs").json().path("runs")).isEmpty();
        assertThat(ann.get("/v1/runs/" + run).status()).isEqualTo(200);
        assertThat(ann.get("/v1/clusters/%s/clusterfile".formatted(ann.cluster)).text())
                .isEqualTo(ann.clusterfile(1, ""));
        var applied = ann.get("/v1/clusters/%s/clusterfile?applied=true".formatted(ann.cluster));
        assertThat(applied.status()).isEqualTo(404);
        assertThat(applied.text()).contains("is applied");
    }

    @Test
    void anInvalidClusterfileIsRefusedWithAllItsProblemsAndNothingIsKept() {
        String wrong =
                ann.clusterfile(1, "")
                        .replace("roles: [worker]", "roles: [wroker]")
                        .replace("runtime:", "rumtime:");

        var answer = ann.apply(wrong);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("code").asText()).isEqualTo("CLUSTERFILE_INVALID");
        assertThat(answer.json().path("problems").size()).isGreaterThanOrEqualTo(2);
        assertThat(answer.json().path("problems").get(0).path("line").asInt()).isPositive();
        assertThat(ann.get("/v1/clusters/" + ann.cluster).status()).isEqualTo(404);
        JsonNode validation =
                ann.send("/v1/validations", "POST", "text/yaml", wrong.getBytes(UTF_8)).json();
        assertThat(validation.path("problems").size())
                .isEqualTo(answer.json().path("problems").size());
        assertThat(
                        ann.send(
                                        "/v1/validations",
                                        "POST",
                                        "text/yaml",
                                        ann.clusterfile(1, "").getBytes(UTF_8))
                                .json()
                                .path("problems"))
                .isEmpty();
    }

    @Test
    void aSecretInTheClusterfileIsRefusedAndNotRepeated() {
        var answer =
                ann.apply(ann.clusterfile(1, "").replace("credential: fleet", "passwd: hunter2"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("code").asText()).isEqualTo("INLINE_SECRET");
        assertThat(answer.text()).doesNotContain("hunter2");
    }

    @Test
    void addressesOfTheSuiteItselfAreDenied() {
        var answer = ann.apply(ann.clusterfile(1, "").replace("10.7.0.2", "127.0.0.1"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("code").asText()).isEqualTo("HOST_ADDRESS_DENIED");
    }

    /// An order for a topic that is not there would hold up everybody's.
    @Test
    void aPoolThatIsNotThereIsRefusedNamingThoseThatAre() {
        for (String pool : List.of("ege", "vip")) { // the second is another tenant's
            String wrong = ann.clusterfile(1, "") + "  pool: %s\n".formatted(pool);

            var answer = ann.apply(wrong);

            assertThat(answer.status()).as(answer.text()).isEqualTo(422);
            assertThat(answer.json().path("code").asText()).isEqualTo("UNKNOWN_POOL");
            assertThat(answer.json().path("problems").get(0).path("path").asText())
                    .isEqualTo("spec.pool");
            assertThat(answer.json().path("detail").asText())
                    .contains("\"%s\"".formatted(pool), "\"default\"");
            assertThat(ann.get("/v1/clusters/" + ann.cluster).status()).isEqualTo(404);
        }
        var important = Planner.user("important", "operator");
        assertThat(important.apply(important.clusterfile(1, "") + "  pool: vip\n").status())
                .isEqualTo(201);
    }

    @Test
    void listsThePoolsOfTheTenantWithTheirExecutors() throws IOException {
        ann.opened(ann.apply(ann.clusterfile(1, "") + "  pool: lab\n"));
        try (var executor =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                TestStack.brokerServers(),
                                "group.id",
                                "slipway.executor.lab"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            executor.subscribe(List.of("slipway.tasks.lab"));

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> {
                        executor.poll(Duration.ofMillis(100));
                        assertThat(pools(ann))
                                .extracting(PoolView::name)
                                .containsExactly("default", "edge", "lab");
                        PoolView lab = pools(ann).getLast();
                        assertThat(lab.executors()).isEqualTo(1);
                        assertThat(lab.partitions()).isPositive();
                        assertThat(lab.waiting()).isEqualTo(2);
                        assertThat(lab.running()).isZero();
                    });
        }
        assertThat(pools(ann).getFirst().waiting()).isZero();
        assertThat(pools(Planner.user("important", "viewer")))
                .extracting(PoolView::name)
                .containsExactly("default", "edge", "lab", "vip");
    }

    private static List<PoolView> pools(Planner user) throws IOException {
        return Wire.mapper()
                .treeToValue(user.get("/v1/pools").json(), PoolView.Listing.class)
                .pools();
    }

    @Test
    void requestsThatCannotBeServedSayWhy() {
        assertThat(
                        ann.run(Map.of("operation", "reset", "cluster", "nowhere"))
                                .json()
                                .path("code")
                                .asText())
                .isEqualTo("UNKNOWN_CLUSTER");
        assertThat(ann.run(Map.of("operation", "apply")).status()).isEqualTo(400);
        assertThat(ann.run(Map.of("operation", "explode")).status()).isEqualTo(400);
        assertThat(ann.get("/v1/runs/" + UUID.randomUUID()).json().path("code").asText())
                .isEqualTo("UNKNOWN_RUN");
        assertThat(ann.get("/v1/runs/nonsense").status()).isEqualTo(404);
    }

    @Test
    void contentsAreKeptByTheirDigestForExecutors() {
        byte[] bytes = ("public " + UUID.randomUUID()).getBytes(UTF_8);
        String path = "/v1/contents/" + ContentDigest.ofBytes(bytes);

        assertThat(ann.send(path, "PUT", "application/octet-stream", bytes).status())
                .isEqualTo(204);
        var executor = Planner.service("executor/default");
        assertThat(executor.get(path).text()).isEqualTo(new String(bytes, UTF_8));
        assertThat(executor.get("/v1/contents/" + "0".repeat(64)).status()).isEqualTo(404);
        assertThat(
                        ann.send(
                                        "/v1/contents/" + "0".repeat(64),
                                        "PUT",
                                        "application/octet-stream",
                                        bytes)
                                .json()
                                .path("code")
                                .asText())
                .isEqualTo("CHECKSUM_MISMATCH");
        assertThat(Planner.user(ann.tenant(), "viewer").get(path).status()).isEqualTo(403);
    }
}
