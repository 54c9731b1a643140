package dev.slipway.executor.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.journal.Orders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskListenerIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static ExecutorPool pool;

    private final MadeUpHosts hosts = new MadeUpHosts();

    @BeforeAll
    static void start(@TempDir Path folder) {
        pool = new ExecutorPool(folder);
    }

    @AfterAll
    static void stop() {
        pool.close();
    }

    @Test
    void isNotReadyWhileTheBrokerIsAwayAndSaysWhatToDo() {
        try (var executor = pool.new Member(hosts, Map.of())) {
            var readiness = new BrokerReadiness(executor.listener);
            await().atMost(LONG).until(() -> status(readiness).equals("UP"));
            pool.stopBroker();
            await().atMost(LONG).until(() -> status(readiness).equals("DOWN"));
            assertThat(readiness.call().getData().orElseThrow())
                    .hasEntrySatisfying(
                            "why",
                            why ->
                                    assertThat((String) why)
                                            .contains("the broker is away", "start the broker"));
            pool.startBroker();
            await().atMost(LONG).until(() -> status(readiness).equals("UP"));
        }
    }

    @Test
    void attachesToWhatLayInTheTopicAtARateAndLetsFreshOrdersPass() {
        hosts.work();
        Orders orders = Orders.fresh();
        List<Order> old = IntStream.range(0, 40).mapToObj(n -> order(orders, n)).toList();
        old.forEach(pool::send);
        Map<String, String> slow = Map.of("slipway.executor.attach-per-second", "10");
        try (var first = pool.new Member(hosts, slow)) {
            await().atMost(LONG).until(() -> hosts.visits.size() > 1);
            Order fresh = order(orders, 99);
            pool.send(fresh);
            await().atMost(LONG).until(() -> visited(fresh));
            assertThat(hosts.visits).hasSizeLessThan(30);
            await().atMost(LONG).until(() -> hosts.visits.size() == 41);
            assertThat(takeovers(first)).isZero();
        }
        // 13 are let out in the busiest second; a busy machine may be late with some.
        assertThat(fastestBurst(hosts.visits, Duration.ofSeconds(1))).isLessThanOrEqualTo(20);

        hosts.visits.clear();
        try (var second = pool.new Member(hosts, slow)) {
            await().atMost(LONG).until(() -> hosts.visits.size() == 41);
            assertThat(fastestBurst(hosts.visits, Duration.ofSeconds(1))).isLessThanOrEqualTo(20);
            hosts.finish();
            await().atMost(LONG).until(() -> pool.settled(orders.run()).size() == 41);
            assertThat(takeovers(second)).isEqualTo(41);
        }
    }

    @Test
    void handsTasksOverToAnExecutorThatJoins() {
        hosts.work();
        Orders orders = Orders.fresh();
        try (var first = pool.new Member(hosts, Map.of())) {
            IntStream.range(0, 24).mapToObj(n -> order(orders, n)).forEach(pool::send);
            await().atMost(LONG).until(() -> first.desk.inFlight() == 24);
            try (var second = pool.new Member(hosts, Map.of())) {
                await().atMost(LONG).until(() -> second.desk.inFlight() > 0);
                await().atMost(LONG)
                        .until(() -> first.desk.inFlight() + second.desk.inFlight() == 24);
                hosts.finish();
                await().atMost(LONG).until(() -> pool.settled(orders.run()).size() == 24);
                assertThat(pool.settled(orders.run()))
                        .allMatch(result -> result.outcome() == TaskOutcome.SUCCEEDED)
                        .extracting(result -> result.ref().host())
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void losesNoOrderThatWaitsForItsMaterialsWhenTheExecutorStops() {
        Order order = order(Orders.fresh(), 1);
        var supplies = new MadeUpSupplies();
        supplies.fallSilent();
        pool.send(order);
        try (var _ = pool.new Member(hosts, supplies, Map.of())) {
            await().atMost(LONG).until(() -> supplies.asked() == 1);
        }
        try (var _ = pool.new Member(hosts, Map.of())) {
            assertThat(settled(order)).isEqualTo(TaskOutcome.SUCCEEDED);
        }
    }

    @Test
    void reportsNothingOfAHostItIsCalledAwayFrom() {
        Order order = order(Orders.fresh(), 1);
        hosts.stall();
        pool.send(order);
        try (var _ = pool.new Member(hosts, Map.of())) {
            await().atMost(LONG).until(() -> visited(order));
        }
        assertThat(pool.settled(order.run())).isEmpty();
        hosts.open();
        try (var _ = pool.new Member(hosts, Map.of())) {
            assertThat(settled(order)).isEqualTo(TaskOutcome.SUCCEEDED);
        }
    }

    @Test
    void givesUpAHostOnlyWhereNoEarlierDeliveryMayHaveStartedTheTask() {
        Map<String, String> impatient = Map.of("slipway.executor.ssh.retry-delay", "PT0.05S");
        Order running = order(Orders.fresh(), 1);
        hosts.work();
        try (var _ = pool.new Member(hosts, impatient)) {
            pool.send(running);
            await().atMost(LONG).until(() -> visited(running));
        }
        hosts.visits.clear();
        hosts.shut(ReasonCode.HOST_UNREACHABLE);
        try (var _ = pool.new Member(hosts, impatient)) {
            await().atMost(LONG).until(() -> hosts.visits.size() > 3);
            Order fresh = order(Orders.fresh(), 2);
            pool.send(fresh);
            assertThat(settled(fresh)).isEqualTo(TaskOutcome.FAILED);
            assertThat(pool.settled(running.run())).isEmpty();
            hosts.open();
            hosts.finish();
            assertThat(settled(running)).isEqualTo(TaskOutcome.SUCCEEDED);
        }
    }

    @Test
    void leavesACancelledTaskThatMayRunToTheWatchdogWhereItGetsNoMaterials() {
        Order running = order(Orders.fresh(), 1);
        hosts.work();
        pool.send(running);
        try (var _ = pool.new Member(hosts, Map.of())) {
            await().atMost(LONG).until(() -> visited(running));
        }
        pool.cancel(running);
        var supplies = new MadeUpSupplies();
        supplies.refuse(ReasonCode.MATERIAL_REFUSED);
        try (var _ = pool.new Member(hosts, supplies, Map.of())) {
            await().atMost(LONG).until(() -> supplies.asked() == 1);
            Order fresh = order(Orders.fresh(), 2);
            pool.send(fresh);
            assertThat(settled(fresh)).isEqualTo(TaskOutcome.FAILED);
        }
        assertThat(pool.settled(running.run())).isEmpty();
    }

    @Test
    void knowsATaskThatCameBackFromItsFormerWorkThatIsStillEnding() {
        Order order = order(Orders.fresh(), 1);
        var partition = new TopicPartition("slipway.tasks.default", 77);
        ConsumerRecord<String, byte[]> record = ExecutorPool.record(partition, order);
        try (var executor = pool.new Member(hosts, Map.of())) {
            hosts.jam();
            hosts.work();
            executor.desk.take(record, false, () -> {});
            await().atMost(LONG).until(() -> hosts.visits.size() == 1);
            executor.desk.detach(List.of(partition));
            executor.desk.take(record, false, () -> {});
            await().atMost(LONG).until(() -> hosts.visits.size() == 2);
            hosts.open();
            await().during(Duration.ofSeconds(1))
                    .atMost(LONG)
                    .until(() -> executor.desk.inFlight() == 1);
            executor.desk.detach(List.of(partition));
            await().atMost(LONG).until(() -> executor.desk.inFlight() == 0);
        }
    }

    @Test
    void readsCancellationsOnAfterOneThatCouldNotBeHeeded() {
        try (var executor = pool.new Member(hosts, Map.of())) {
            Order first = order(Orders.fresh(), 1);
            Order second = order(Orders.fresh(), 2);
            var fails = new AtomicBoolean(true);
            executor.cancellations.listen(() -> {
                if (executor.cancellations.contains(first) && fails.getAndSet(false)) {
                    throw new IllegalStateException("for this test");
                }
            });
            pool.cancel(first);
            await().atMost(LONG).until(() -> !fails.get());
            pool.cancel(second);
            await().atMost(LONG).until(() -> executor.cancellations.contains(second));
        }
    }

    private TaskOutcome settled(Order order) {
        await().atMost(LONG).until(() -> !pool.settled(order.run()).isEmpty());
        return pool.settled(order.run()).getFirst().outcome();
    }

    private static Order order(Orders orders, int number) {
        return orders.onHost(
                        Orders.host("10.9.8." + number, 22, "root", List.of(), Optional.empty()))
                .with(Step.Command.of("a", "true", LONG));
    }

    private boolean visited(Order order) {
        return hosts.visits.stream().anyMatch(v -> v.host().equals(order.host().address()));
    }

    /// The most hosts that were entered within the time.
    private static int fastestBurst(List<MadeUpHosts.Visit> visits, Duration within) {
        return visits.stream()
                .mapToInt(first ->
                        (int)
                                visits.stream()
                                        .map(v -> v.at() - first.at())
                                        .filter(after -> after >= 0 && after < within.toNanos())
                                        .count())
                .max()
                .orElse(0);
    }

    private static double takeovers(ExecutorPool.Member executor) {
        return executor.meters.counter(MetricNames.TASKS_TAKEN_OVER).count();
    }

    private static String status(BrokerReadiness readiness) {
        return readiness.call().getStatus().name();
    }
}
