package dev.slipway.planner.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.groups.Tuple;
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
class RunCommandIT extends WithFakes {
    private List<Order> orders(String phase) {
        return executor.orders(ann.tenant(), o -> o.phase().value().equals(phase));
    }

    private List<Order> awaitOrders(String phase, int count) {
        return Awaitility.await(phase)
                .atMost(Duration.ofSeconds(30))
                .until(() -> orders(phase), found -> found.size() >= count);
    }

    /// Orders of the phase are left without a result.
    private void hold(String phase) {
        executor.script(
                ann.tenant(),
                o ->
                        o.phase().value().equals(phase)
                                ? Optional.empty()
                                : Optional.of(TaskOutcome.SUCCEEDED));
    }

    private void fail(String phase, String host) {
        executor.script(
                ann.tenant(),
                o ->
                        Optional.of(
                                o.phase().value().equals(phase)
                                                && o.host().address().toString().equals(host)
                                        ? TaskOutcome.FAILED
                                        : TaskOutcome.SUCCEEDED));
    }

    @Test
    void ofTwoAppliesAtOnceOneIsRefusedWithTheNameOfTheOther() throws Exception {
        hold("inspect");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Planner.Answer>>();
            for (int i = 0; i < 4; i++) {
                calls.add(() -> ann.apply(ann.clusterfile(1, "")));
            }
            var answers = new ArrayList<Planner.Answer>();
            for (var future : threads.invokeAll(calls)) {
                answers.add(future.get());
            }

            var created = answers.stream().filter(a -> a.status() == 201).toList();
            assertThat(created).hasSize(1);
            assertThat(answers.stream().filter(a -> a.status() == 409))
                    .hasSize(3)
                    .allSatisfy(a -> {
                        assertThat(a.json().path("code").asText()).isEqualTo("RUN_IN_PROGRESS");
                        assertThat(a.json().path("run").asText())
                                .isEqualTo(created.getFirst().json().path("id").asText());
                    });
        }
    }

    /// Who opens a run and who goes on with one take the tenant's share and its counter of events
    /// in the same order.
    @Test
    void runsOfATenantMayBeOpenedWhileItsOthersGoOn() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Planner.Answer>>();
            for (int i = 0; i < 24; i++) {
                Planner user = ann.elsewhere();
                calls.add(() -> user.apply(user.clusterfile(1, "")));
            }
            for (var future : threads.invokeAll(calls)) {
                assertThat(future.get().status()).as(future.get().text()).isEqualTo(201);
            }
        }
    }

    @Test
    void aHalfFailedInstallIsFinishedByRetryWithoutRepeatingWhatSucceeded() {
        fail("prepare", Planner.worker(1));
        String run =
                ann.opened(
                        ann.apply(
                                ann.clusterfile(
                                        2,
                                        "    phases:\n      prepare:\n        maxFailures: 1\n")));
        JsonNode failed = ann.settled(run);
        assertThat(failed.path("outcome").asText()).isEqualTo("FAILED");
        assertThat(failed.path("reason").asText()).isEqualTo("FAILURE_LIMIT_REACHED");
        JsonNode failure = failed.path("failures").get(0);
        assertThat(failure.path("host").asText()).isEqualTo(Planner.worker(1));
        assertThat(failure.path("phase").asText()).isEqualTo("prepare");
        assertThat(failure.path("reason").asText()).isEqualTo("COMMAND_FAILED");
        assertThat(failure.path("outputTail").asText()).isEqualTo("the last line");
        assertThat(ann.get("/v1/clusters/" + ann.cluster).json().path("state").asText())
                .isEqualTo("PARTIAL");
        String digest = failed.path("planDigest").asText();

        executor.script(ann.tenant(), FakeExecutor.SUCCEED);
        assertThat(ann.command(run, "retry").status()).isEqualTo(200);
        JsonNode retried = ann.settled(run);

        assertThat(retried.path("outcome").asText()).as(retried.toString()).isEqualTo("SUCCEEDED");
        assertThat(retried.path("planDigest").asText()).isEqualTo(digest);
        assertThat(orders("prepare"))
                .filteredOn(o -> o.attempt() == 2)
                .extracting(o -> o.host().address().toString(), Order::kind)
                .containsExactly(Tuple.tuple(Planner.worker(1), AttemptKind.FRESH));
        assertThat(orders("inspect")).hasSize(3);
        assertThat(cert.requests(ann.tenant())).hasSize(2);
        assertThat(ann.command(run, "retry").json().path("code").asText()).isEqualTo("RUN_STATE");
    }

    @Test
    void aPausedRunStartsNothingUntilItIsResumed() {
        hold("prepare");
        String run = ann.opened(ann.apply(ann.clusterfile(1, "")));
        var held = awaitOrders("prepare", 2);

        assertThat(ann.command(run, "pause").json().path("state").asText()).isEqualTo("PAUSING");
        held.forEach(o -> executor.report(o, TaskOutcome.SUCCEEDED));
        ann.await(run, view -> view.path("state").asText().equals("PAUSED"));
        assertThat(orders("authority")).isEmpty();
        assertThat(ann.command(run, "pause").status()).isEqualTo(409);

        executor.script(ann.tenant(), FakeExecutor.SUCCEED);
        assertThat(ann.command(run, "resume").status()).isEqualTo(200);
        assertThat(ann.settled(run).path("outcome").asText()).isEqualTo("SUCCEEDED");
    }

    @Test
    void aCancelledRunSettlesWhenItsTasksInFlightHave() {
        hold("prepare");
        String run = ann.opened(ann.apply(ann.clusterfile(1, "")));
        var held = awaitOrders("prepare", 2);

        assertThat(ann.command(run, "cancel").json().path("state").asText())
                .isEqualTo("CANCELLING");
        held.forEach(o -> executor.report(o, TaskOutcome.CANCELLED));
        JsonNode cancelled = ann.settled(run);

        assertThat(cancelled.path("outcome").asText()).isEqualTo("CANCELLED");
        assertThat(cancelled.path("reason").asText()).isEqualTo("RUN_CANCELLED");
        assertThat(orders("authority")).isEmpty();

        JsonNode reset =
                ann.settled(
                        ann.opened(ann.run(Map.of("operation", "reset", "cluster", ann.cluster))));
        assertThat(reset.path("outcome").asText()).as(reset.toString()).isEqualTo("SUCCEEDED");
    }

    @Test
    void anOverdueTaskIsAttemptedAgainAdopting() {
        executor.script(
                ann.tenant(),
                o ->
                        o.phase().value().equals("prepare") && o.attempt() == 1
                                ? Optional.empty()
                                : Optional.of(TaskOutcome.SUCCEEDED));
        String run =
                ann.opened(
                        ann.apply(
                                ann.clusterfile(
                                        1,
                                        "    startBy: 1s\n    phases:\n      prepare:\n        timeout: 1s\n")));

        JsonNode settled = ann.settled(run);

        assertThat(settled.path("outcome").asText()).as(settled.toString()).isEqualTo("SUCCEEDED");
        assertThat(orders("prepare"))
                .filteredOn(o -> o.attempt() == 2)
                .hasSize(2)
                .allMatch(o -> o.kind() == AttemptKind.ADOPT);
    }

    @Test
    void repeatedAndReorderedResultsChangeNothing() {
        hold("prepare");
        String run = ann.opened(ann.apply(ann.clusterfile(2, "")));
        var held = awaitOrders("prepare", 3);
        executor.script(ann.tenant(), FakeExecutor.SUCCEED);
        var first = FakeExecutor.settled(held.getFirst(), TaskOutcome.SUCCEEDED, Map.of());
        executor.send(first);
        executor.send(first);
        executor.send(FakeExecutor.settled(held.getFirst(), TaskOutcome.FAILED, Map.of()));
        held.reversed().forEach(o -> executor.report(o, TaskOutcome.SUCCEEDED));
        orders("inspect").forEach(o -> executor.report(o, TaskOutcome.FAILED));

        JsonNode settled = ann.settled(run);

        assertThat(settled.path("outcome").asText()).as(settled.toString()).isEqualTo("SUCCEEDED");
        assertThat(orders("prepare")).hasSize(3);
        assertThat(settled.path("phases").get(1).path("succeeded").asInt()).isEqualTo(3);
    }

    @Test
    void aFailedInspectChangesNothingAndNamesEveryHost() {
        executor.script(
                ann.tenant(),
                o ->
                        Optional.of(
                                o.host().address().toString().equals(Planner.CONTROL_PLANE)
                                        ? TaskOutcome.SUCCEEDED
                                        : TaskOutcome.FAILED));
        String run = ann.opened(ann.apply(ann.clusterfile(2, "")));

        JsonNode settled = ann.settled(run);

        assertThat(settled.path("outcome").asText()).isEqualTo("FAILED");
        assertThat(settled.path("failures").size()).isEqualTo(2);
        assertThat(executor.orders(ann.tenant())).allMatch(o -> !o.mutating());
        assertThat(ann.get("/v1/clusters/" + ann.cluster).json().path("state").asText())
                .isEqualTo("ABSENT");

        executor.script(ann.tenant(), FakeExecutor.SUCCEED);
        assertThat(ann.command(run, "retry").status()).isEqualTo(200);
        assertThat(ann.settled(run).path("outcome").asText()).isEqualTo("SUCCEEDED");
    }
}
