package dev.slipway.planner.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// `check` from the request to the report.
@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = {
            @ResourceArg(name = "service", value = "planner"),
            @ResourceArg(name = "slipway.planner.watchdog-interval", value = "1s"),
            @ResourceArg(name = "slipway.planner.authority-retry", value = "PT0.2S")
        })
class CheckIT extends WithFakes {
    private Planner.Answer check(String clusterfile) {
        return ann.run(Map.of("operation", "check", "clusterfile", clusterfile));
    }

    private List<Order> orders() {
        return executor.orders(ann.tenant(), _ -> true);
    }

    @Test
    void reportsEveryHostAndLeavesNothingBehind() {
        String run = ann.opened(check(ann.clusterfile(1, "")));

        JsonNode settled = ann.settled(run);
        assertThat(settled.path("outcome").asText()).as(settled.toString()).isEqualTo("SUCCEEDED");
        assertThat(settled.path("message").asText()).isEqualTo("2 hosts checked: all is well");
        assertThat(settled.path("revision").asInt()).isZero();
        assertThat(orders())
                .hasSize(2)
                .allSatisfy(o -> {
                    assertThat(o.mutating()).isFalse();
                    assertThat(o.steps())
                            .extracting(s -> s.name())
                            .contains("try-host", "ask-cluster");
                });
        JsonNode report = ann.get("/v1/runs/%s/checks".formatted(run)).json();
        assertThat(report.path("hosts").findValuesAsText("name"))
                .containsExactly("cp-1", "worker-1");
        JsonNode checks = report.path("hosts").path(0).path("checks");
        assertThat(checks.findValuesAsText("check"))
                .startsWith("ssh", "sudo", "facts", "owner", "os");
        assertThat(checks.findValuesAsText("result")).containsOnly("ok");
        assertThat(ann.get("/v1/clusters/" + ann.cluster).status()).isEqualTo(404);
    }

    @Test
    void reportsTheOtherHostsWhereOneCannotBeInspected() {
        executor.script(
                ann.tenant(),
                o ->
                        Optional.of(
                                o.host().address().toString().equals(Planner.worker(1))
                                        ? TaskOutcome.FAILED
                                        : TaskOutcome.SUCCEEDED));

        String run = ann.opened(check(ann.clusterfile(2, "")));

        JsonNode settled = ann.settled(run);
        assertThat(settled.path("outcome").asText()).isEqualTo("FAILED");
        assertThat(settled.path("reason").asText()).isEqualTo("COMMAND_FAILED");
        assertThat(settled.path("failures").findValuesAsText("host"))
                .containsExactly(Planner.worker(1));
        JsonNode hosts = ann.get("/v1/runs/%s/checks".formatted(run)).json().path("hosts");
        assertThat(hosts.path(0).findValuesAsText("result")).isNotEmpty().containsOnly("ok");
        assertThat(hosts.path(1).findValuesAsText("result")).containsExactly("ok", "ok", "fail");
        assertThat(hosts.path(1).path("checks").path(2).path("message").asText())
                .contains("it broke");
        assertThat(hosts.path(2).findValuesAsText("result")).isNotEmpty().containsOnly("ok");
        assertThat(ann.command(run, "retry").text()).contains("asked for again");
    }

    @Test
    void goesOnBesideARunThatChangesTheClusterAndKnowsItsRevision() {
        String applied = ann.opened(ann.apply(ann.clusterfile(1, "")));
        assertThat(ann.settled(applied).path("outcome").asText()).isEqualTo("SUCCEEDED");
        executor.script(
                ann.tenant(),
                o ->
                        o.phase().value().equals("prepare")
                                ? Optional.empty()
                                : Optional.of(TaskOutcome.SUCCEEDED));
        String changing = ann.opened(ann.apply(ann.clusterfile(2, "")));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        !executor.orders(
                                        ann.tenant(),
                                        o -> o.run().toString().equals(changing) && o.mutating())
                                .isEmpty());

        String run = ann.opened(ann.run(Map.of("operation", "check", "cluster", ann.cluster)));

        JsonNode settled = ann.settled(run);
        assertThat(settled.path("revision").asInt()).isEqualTo(2);
        assertThat(settled.path("outcome").asText())
                .as(settled.toString())
                .isIn("SUCCEEDED", "FAILED");
        assertThat(ann.get("/v1/runs/" + changing).json().path("state").asText())
                .isEqualTo("RUNNING");
    }

    @Test
    void refusesWhatItCannotCheck() {
        assertThat(ann.run(Map.of("operation", "check")).text())
                .contains("a Clusterfile or the name of a known cluster");
        assertThat(ann.run(Map.of("operation", "check", "cluster", "none")).status())
                .isEqualTo(404);
    }
}
