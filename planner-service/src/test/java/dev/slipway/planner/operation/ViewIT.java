package dev.slipway.planner.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// `view` from the request to the order.
@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = {
            @ResourceArg(name = "service", value = "planner"),
            @ResourceArg(name = "slipway.planner.watchdog-interval", value = "1s"),
            @ResourceArg(name = "slipway.planner.authority-retry", value = "PT0.2S")
        })
class ViewIT extends WithFakes {
    private Planner.Answer view(Planner who, Map<String, Object> more) {
        var request = new HashMap<String, Object>(Map.of("cluster", ann.cluster));
        request.putAll(more);
        return who.post("/v1/runs/views", request);
    }

    private void installed() {
        JsonNode run = ann.settled(ann.opened(ann.apply(ann.clusterfile(1, ""))));
        assertThat(run.path("outcome").asText()).as(run.toString()).isEqualTo("SUCCEEDED");
    }

    private List<Order> views() {
        return executor.orders(ann.tenant(), o -> o.phase().value().equals("view"));
    }

    @Test
    void asksTheFirstControlPlanesServerForAViewerToo() {
        installed();
        var viewer = Planner.user(ann.tenant(), "viewer");

        var opened = view(viewer, Map.of("what", "pods", "namespace", "kube-system"));

        JsonNode run = ann.settled(ann.opened(opened));
        assertThat(run.path("outcome").asText()).as(run.toString()).isEqualTo("SUCCEEDED");
        assertThat(run.path("operation").asText()).isEqualTo("view");
        assertThat(views())
                .singleElement()
                .satisfies(order -> {
                    assertThat(order.host().address()).hasToString(Planner.CONTROL_PLANE);
                    assertThat(order.mutating()).isFalse();
                    assertThat(order.isForApi()).isTrue();
                    assertThat(order.steps())
                            .containsExactly(
                                    new Step.Kube(
                                            "ask",
                                            new HostAddress("10.7.0.1", 6443),
                                            new KubeRequest.Items(
                                                    KubeRequest.Kind.PODS,
                                                    Optional.of("kube-system")),
                                            Duration.ofMinutes(1)));
                });
    }

    @Test
    void leavesNoTraceInTheClustersRecordNorAmongItsRuns() {
        installed();
        JsonNode before = ann.get("/v1/clusters/" + ann.cluster).json();

        String run = ann.opened(view(ann, Map.of("what", "usage", "host", "cp-1")));
        ann.settled(run);

        assertThat(ann.get("/v1/clusters/" + ann.cluster).json()).isEqualTo(before);
        assertThat(ann.get("/v1/runs").json().path("runs").findValuesAsText("id"))
                .isNotEmpty()
                .doesNotContain(run);
        assertThat(ann.command(run, "retry").json().path("code").asText()).isEqualTo("RUN_STATE");
    }

    @Test
    void runsBesideWhatChangesTheCluster() {
        installed();
        executor.script(
                ann.tenant(),
                o ->
                        o.phase().value().equals("view")
                                ? Optional.of(TaskOutcome.SUCCEEDED)
                                : Optional.empty());
        String growing = ann.opened(ann.apply(ann.clusterfile(2, "")));

        JsonNode run = ann.settled(ann.opened(view(ann, Map.of("what", "nodes"))));

        assertThat(run.path("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(ann.get("/v1/runs/" + growing).json().path("state").asText())
                .isNotEqualTo("SETTLED");
        ann.command(growing, "cancel");
    }

    @Test
    void refusesWhatCannotBeAsked() {
        assertThat(view(ann, Map.of("what", "nodes")).status()).isEqualTo(404);
        installed();

        var secrets = view(ann, Map.of("what", "secrets"));
        assertThat(secrets.status()).isEqualTo(400);
        assertThat(secrets.json().path("detail").asText())
                .contains("\"secrets\"", "nodes, namespaces, pods, services or usage");
        assertThat(
                        view(ann, Map.of("what", "nodes", "namespace", "default"))
                                .json()
                                .path("detail")
                                .asText())
                .contains("namespace");
        var worker = view(ann, Map.of("what", "nodes", "host", "worker-1"));
        assertThat(worker.status()).isEqualTo(400);
        assertThat(worker.json().path("detail").asText())
                .contains("\"worker-1\"", Planner.CONTROL_PLANE);
        assertThat(
                        ann.run(Map.of("operation", "view", "cluster", ann.cluster))
                                .json()
                                .path("detail")
                                .asText())
                .contains("/v1/runs/views");
        ann.settled(ann.opened(ann.run(Map.of("operation", "reset", "cluster", ann.cluster))));
        assertThat(view(ann, Map.of("what", "nodes")).status()).as("reset").isEqualTo(409);
        assertThat(views()).isEmpty();
    }
}
