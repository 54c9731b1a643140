package dev.slipway.planner.operation;

import static dev.slipway.testkit.KafkaProbe.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.Scrape;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
class TelemetryIT extends WithFakes {
    @Inject RunMetrics metrics;

    private Scrape scrape() {
        metrics.refresh().await().atMost(Duration.ofSeconds(20));
        return Scrape.of("planner");
    }

    private double lag() {
        return scrape().value("slipway_pool_lag", "pool", "edge");
    }

    private List<Order> held(int count) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> executor.orders(ann.tenant()), found -> found.size() >= count);
    }

    /// A run of the pool `edge` whose orders are left without a result.
    private String open(String limits) {
        executor.script(ann.tenant(), _ -> Optional.empty());
        String file = ann.clusterfile(1, limits);
        return ann.opened(ann.apply(file.replace("  ssh:\n", "  pool: edge\n  ssh:\n")));
    }

    @Test
    void showsTheOrdersThatNoExecutorOfThePoolHasStarted() {
        String run = open("");
        List<Order> orders = held(2);
        assertThat(lag()).isEqualTo(2);

        executor.begin(orders.getFirst());
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> lag() == 1);
        executor.report(orders.getLast(), TaskOutcome.SUCCEEDED);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> lag() == 0);
        assertThat(scrape().find("slipway_pool_lag", "pool", "edge")).hasValue(0);

        ann.command(run, "cancel");
        executor.report(orders.getFirst(), TaskOutcome.CANCELLED);
        ann.settled(run);
        assertThat(scrape().find("slipway_pool_lag", "pool", "edge")).isEmpty();
    }

    @Test
    void showsHowLongTheOldestTaskWaitsAndHowManyAreInDoubt() {
        double before = scrape().value("slipway_tasks_unknown");
        double open = scrape().value("slipway_runs_open");
        String run = open("    startBy: 1s\n    phases:\n      inspect:\n        timeout: 1s\n");
        held(4);

        Scrape overdue = scrape();
        assertThat(overdue.value("slipway_tasks_unknown")).isEqualTo(before + 2);
        assertThat(overdue.value("slipway_runs_open")).isEqualTo(open + 1);
        // The second attempts were just ordered; their tasks have waited since the first ones.
        assertThat(overdue.value("slipway_tasks_oldest_age")).isGreaterThanOrEqualTo(2);

        executor.script(ann.tenant(), FakeExecutor.SUCCEED);
        executor.orders(ann.tenant(), o -> o.attempt() == 2)
                .forEach(o -> executor.report(o, TaskOutcome.SUCCEEDED));
        ann.settled(run);
        assertThat(scrape().value("slipway_tasks_unknown")).isEqualTo(before);
        assertThat(scrape().value("slipway_runs_open")).isEqualTo(open);
    }

    @Test
    void countsWhatLeavesTheOutboxAndTimesTheNextDispatch() {
        Scrape before = scrape();
        executor.script(ann.tenant(), FakeExecutor.SUCCEED);
        ann.settled(ann.opened(ann.apply(ann.clusterfile(1, ""))));

        Scrape after = scrape();
        String published = "slipway_outbox_published_total";
        String tasks = "slipway.tasks.default";
        assertThat(after.value(published, "topic", tasks))
                .isEqualTo(
                        before.value(published, "topic", tasks)
                                + executor.orders(ann.tenant()).size());
        assertThat(after.value("slipway_dispatch_latency_seconds_count"))
                .isGreaterThan(before.value("slipway_dispatch_latency_seconds_count"));
        assertThat(after.value("slipway_dispatch_latency_seconds_max")).isBetween(0.0, 60.0);
        assertThat(after.find("slipway_outbox_depth")).isPresent();
        assertThat(after.find("slipway_outbox_oldest_age")).isPresent();
        assertThat(after.find("slipway_results_passed_over_total")).hasValue(0);
    }

    @Test
    void allThatARunDoesBelongsToTheTraceOfTheRequestThatOpenedIt() {
        String trace = UUID.randomUUID().toString().replace("-", "");
        // The second attempts are the watchdog's.
        executor.script(
                ann.tenant(),
                o ->
                        o.phase().value().equals("prepare") && o.attempt() == 1
                                ? Optional.empty()
                                : Optional.of(TaskOutcome.SUCCEEDED));
        String file =
                ann.clusterfile(
                        1, "    startBy: 1s\n    phases:\n      prepare:\n        timeout: 1s\n");

        String run = ann.opened(ann.apply(file, "00-%s-00f067aa0ba902b7-01".formatted(trace)));
        ann.settled(run);

        try (var probe = KafkaProbe.shared()) {
            probe.await(
                    Topics.RUNS,
                    1,
                    Duration.ofSeconds(20),
                    r -> isOf(run, r) && header(r, "ce_type").contains("RunSettled"));
            var records =
                    Stream.of(Topics.RUNS, "slipway.tasks.default")
                            .flatMap(topic -> probe.records(topic).stream())
                            .filter(r -> isOf(run, r))
                            .toList();
            assertThat(records)
                    .extracting(r -> header(r, "ce_type").replaceAll(".*\\.(\\w+)\\.v1", "$1"))
                    .contains("RunOpened", "TaskRequested", "PlanFrozen", "RunSettled");
            assertThat(records)
                    .extracting(r -> header(r, "traceparent").split("-")[1])
                    .containsOnly(trace);
        }
        assertThat(executor.orders(ann.tenant())).anyMatch(o -> o.attempt() == 2);
        assertThat(cert.traceparents()).anyMatch(text -> text.startsWith("00-" + trace));
    }

    private static boolean isOf(String run, ConsumerRecord<?, ?> record) {
        return header(record, "ce_correlationid").equals(run);
    }

    @Test
    void countsErrorAnswersAndShowsNothingThatOperatorsCannotLookUp() {
        String[] problem = {"code", "UNKNOWN_RUN", "status", "404"};
        double before = scrape().value("slipway_problems_total", problem);

        ann.get("/v1/runs/" + UUID.randomUUID());

        Scrape after = scrape();
        assertThat(after.value("slipway_problems_total", problem)).isEqualTo(before + 1);
        assertThat(after.undocumented()).isEmpty();
        assertThat(ann.get("/q/metrics").status()).isEqualTo(403);
    }
}
