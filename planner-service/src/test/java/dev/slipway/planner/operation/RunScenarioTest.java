package dev.slipway.planner.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
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
class RunScenarioTest extends WithFakes {
    private static List<String> texts(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(n -> n.path(field).asText())
                .toList();
    }

    private JsonNode apply(int workers) {
        return ann.settled(ann.opened(ann.apply(ann.clusterfile(workers, ""))));
    }

    private List<String> runEvents(String run) {
        try (var probe = KafkaProbe.shared()) {
            return probe
                    .await(
                            Topics.RUNS,
                            1,
                            Duration.ofSeconds(20),
                            r ->
                                    KafkaProbe.header(r, "ce_correlationid").equals(run)
                                            && KafkaProbe.header(r, "ce_type")
                                                    .contains("RunSettled"))
                    .stream()
                    .flatMap(_ -> probe.records(Topics.RUNS).stream())
                    .filter(r -> KafkaProbe.header(r, "ce_correlationid").equals(run))
                    .map(r -> KafkaProbe.header(r, "ce_type"))
                    .map(t -> t.replaceAll("dev.slipway.runs.|.v1", ""))
                    .toList();
        }
    }

    @Test
    void installsAClusterThenHasNothingToDoThenAddsAWorkerThenResets() {
        JsonNode installed = apply(2);

        assertThat(installed.path("outcome").asText())
                .as(installed.toString())
                .isEqualTo("SUCCEEDED");
        assertThat(texts(installed.path("phases"), "name"))
                .startsWith("inspect", "prepare", "authority", "init")
                .endsWith("verify", "record");
        assertThat(texts(installed.path("phases"), "state")).containsOnly("SETTLED");
        assertThat(runEvents(installed.path("id").asText()))
                .startsWith("RunOpened", "PhaseStarted", "PhaseSettled", "PlanFrozen")
                .endsWith("PhaseSettled", "RunSettled");
        assertThat(cert.requests(ann.tenant())).hasSize(1);
        assertThat(ann.get("/v1/clusters/" + ann.cluster).json().path("state").asText())
                .isEqualTo("INSTALLED");
        assertThat(
                        ann.get("/v1/clusters/%s/clusterfile?applied=true".formatted(ann.cluster))
                                .text())
                .isEqualTo(ann.clusterfile(2, ""));
        int orders = executor.orders(ann.tenant()).size();

        JsonNode again = apply(2);

        assertThat(again.path("outcome").asText()).as(again.toString()).isEqualTo("NOTHING_TO_DO");
        assertThat(again.path("revision").asInt()).isEqualTo(1);
        assertThat(executor.orders(ann.tenant())).hasSize(orders + 3);
        assertThat(cert.requests(ann.tenant())).hasSize(1);

        JsonNode grown = apply(3);

        assertThat(grown.path("outcome").asText()).as(grown.toString()).isEqualTo("SUCCEEDED");
        assertThat(
                        executor.orders(
                                ann.tenant(),
                                o ->
                                        o.run().toString().equals(grown.path("id").asText())
                                                && o.phase().value().equals("join-workers")))
                .extracting(o -> o.host().address().toString())
                .containsExactly(Planner.worker(3));

        JsonNode reset =
                ann.settled(
                        ann.opened(ann.run(Map.of("operation", "reset", "cluster", ann.cluster))));

        assertThat(reset.path("outcome").asText()).as(reset.toString()).isEqualTo("SUCCEEDED");
        JsonNode absent = ann.get("/v1/clusters/" + ann.cluster).json();
        assertThat(absent.path("state").asText()).isEqualTo("ABSENT");
        assertThat(absent.path("generation").asInt()).isEqualTo(2);
        assertThat(absent.path("hosts")).isEmpty();

        JsonNode reinstalled = apply(2);

        assertThat(reinstalled.path("outcome").asText())
                .as(reinstalled.toString())
                .isEqualTo("SUCCEEDED");
        assertThat(cert.requests(ann.tenant()).getLast().path("generation").asInt()).isEqualTo(2);
    }

    @Test
    void tellsWhoWaitsForNodesWhoseHostsFailed() {
        executor.script(
                ann.tenant(),
                order ->
                        Optional.of(
                                order.phase().value().equals("join-workers")
                                                && order.host()
                                                        .address()
                                                        .toString()
                                                        .equals(Planner.worker(2))
                                        ? TaskOutcome.FAILED
                                        : TaskOutcome.SUCCEEDED));

        apply(3);

        assertThat(executor.orders(ann.tenant(), o -> o.phase().value().equals("verify")))
                .singleElement()
                .satisfies(order ->
                        assertThat(order.steps())
                                .extracting(step -> ((Step.Kube) step).request())
                                .filteredOn(KubeRequest.Await.class::isInstance)
                                .hasSize(2)
                                .allSatisfy(request ->
                                        assertThat(((KubeRequest.Await) request).failed())
                                                .extracting(HostAddress::toString)
                                                .containsExactly(Planner.worker(2))));
    }

    @Test
    void ordersAreSignedTimedAndCarryThePinnedHostKeys() {
        String key =
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
        assertThat(
                        ann.send(
                                        "/v1/hosts/%s/host-keys".formatted(Planner.worker(1)),
                                        "PUT",
                                        "application/json",
                                        "{\"keys\":[\"%s a comment\"]}"
                                                .formatted(key)
                                                .getBytes(UTF_8))
                                .status())
                .isEqualTo(200);

        apply(1);

        Order order =
                executor.orders(
                                ann.tenant(),
                                o -> o.host().address().toString().equals(Planner.worker(1)))
                        .getFirst();
        assertThat(order.host().hostKeys()).containsExactly(key);
        assertThat(order.host().credential().value()).isEqualTo("credential/fleet");
        assertThat(order.times().settleBy())
                .isEqualTo(order.times().startBy().plus(order.times().timeout()));
        assertThat(order.host().name()).isEqualTo("worker-1");
    }

    @Test
    void aDryRunShowsThePlanAndLeavesNothingBehind() {
        String run =
                ann.opened(
                        ann.run(
                                Map.of(
                                        "operation",
                                        "apply",
                                        "clusterfile",
                                        ann.clusterfile(1, ""),
                                        "dryRun",
                                        true)));

        JsonNode planned = ann.settled(run);

        assertThat(planned.path("outcome").asText()).as(planned.toString()).isEqualTo("PLANNED");
        JsonNode plan = ann.get("/v1/runs/%s/plan".formatted(run)).json();
        assertThat(plan.path("frozen").asBoolean()).isFalse();
        assertThat(plan.path("phases").size()).isGreaterThan(5);
        assertThat(plan.path("digest").asText()).isEqualTo(planned.path("planDigest").asText());
        assertThat(ann.get("/v1/clusters/" + ann.cluster).status()).isEqualTo(404);
        assertThat(ann.get("/v1/hosts").json().path("hosts")).isEmpty();
        assertThat(cert.requests(ann.tenant())).isEmpty();
        assertThat(executor.orders(ann.tenant()))
                .extracting(o -> o.phase().value())
                .containsOnly("inspect");
    }

    @Test
    void waitsForTheCertificateService() {
        cert.beUnavailable(3);

        JsonNode run = apply(1);

        assertThat(run.path("outcome").asText()).as(run.toString()).isEqualTo("SUCCEEDED");
        assertThat(cert.requests(ann.tenant())).hasSize(1);
    }

    @Test
    void tasksInFlightStayWithinTheTenantsShareOverAllRuns() {
        executor.script(ann.tenant(), _ -> Optional.empty());
        String first = ann.opened(ann.apply(ann.clusterfile(6, "")));
        var other = ann.elsewhere();
        String second = ann.opened(other.apply(other.clusterfile(6, "")));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(executor.orders(ann.tenant())).hasSize(4));

        executor.script(ann.tenant(), FakeExecutor.SUCCEED);
        executor.orders(ann.tenant()).forEach(o -> executor.report(o, TaskOutcome.SUCCEEDED));

        assertThat(ann.settled(first).path("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(ann.settled(second).path("state").asText()).isEqualTo("SETTLED");
    }
}
