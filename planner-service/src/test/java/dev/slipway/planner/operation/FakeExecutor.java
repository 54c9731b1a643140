package dev.slipway.planner.operation;

import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.event.CloudEventCodec;
import dev.slipway.chassis.event.Decoded;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderKeys;
import dev.slipway.contracts.order.OrderVerifier;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.testkit.TestOrders;
import dev.slipway.testkit.TestStack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;

/// An executor without hosts, of both pools: takes orders off the topics, verifies them, and
/// reports what the test wants.
final class FakeExecutor implements AutoCloseable {
    /// What becomes of an order; empty: nothing is reported.
    interface Script {
        Optional<TaskOutcome> on(Order order);
    }

    static final Script SUCCEED = _ -> Optional.of(TaskOutcome.SUCCEEDED);

    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaProducer<String, byte[]> producer;
    private final OrderVerifier verifier;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, List<Order>> orders = new ConcurrentHashMap<>();
    private final Map<String, FakeHost> hosts = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean open = true;

    private FakeExecutor() {
        Map<String, Object> settings = Map.of("bootstrap.servers", TestStack.brokerServers());
        consumer =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ByteArrayDeserializer());
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        var key = OrderKeys.publicKey(TestOrders.verifyingKey());
        verifier = new OrderVerifier(Map.of(OrderKeys.id(key), key));
        List<TopicPartition> partitions =
                Stream.of("default", "edge")
                        .map(pool -> Topics.tasks(new PoolName(pool)))
                        .flatMap(topic -> consumer.partitionsFor(topic).stream())
                        .map(p -> new TopicPartition(p.topic(), p.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread = Thread.ofPlatform().name("fake-executor").start(this::work);
    }

    static FakeExecutor start() {
        return new FakeExecutor();
    }

    /// From now on orders of the tenant fare like this.
    void script(String tenant, Script script) {
        scripts.put(tenant, script);
    }

    /// The orders of the tenant so far.
    List<Order> orders(String tenant) {
        return List.copyOf(orders.getOrDefault(tenant, List.of()));
    }

    List<Order> orders(String tenant, Predicate<Order> which) {
        return orders(tenant).stream().filter(which).toList();
    }

    FakeHost host(Order order) {
        return hosts.computeIfAbsent(
                order.tenant() + "/" + order.host().address(), _ -> new FakeHost());
    }

    private void work() {
        while (open) {
            for (var record : consumer.poll(Duration.ofMillis(50))) {
                if (CloudEventCodec.decode(record, TaskRequested.class)
                        instanceof Decoded.Known<TaskRequested>(var event)) {
                    Order order = verifier.verify(event.data().order());
                    take(order);
                }
            }
        }
        consumer.close();
    }

    private void take(Order order) {
        String tenant = order.tenant().value();
        orders.computeIfAbsent(tenant, _ -> new CopyOnWriteArrayList<>()).add(order);
        scripts.getOrDefault(tenant, SUCCEED).on(order).ifPresent(o -> report(order, o));
    }

    /// Reports the outcome of the order's attempt.
    void report(Order order, TaskOutcome outcome) {
        FakeHost host = host(order);
        if (outcome == TaskOutcome.SUCCEEDED) {
            host.went(order);
        }
        send(settled(order, outcome, host.facts(order)));
    }

    /// Reports that the order's program runs.
    void begin(Order order) {
        send(new TaskResult.TaskStarted(ref(order), "fake", false, Instant.now()));
    }

    void send(TaskResult result) {
        producer.send(
                CloudEventCodec.record(
                        Topics.TASK_RESULTS,
                        result.ref().run().toString(),
                        CloudEvent.of("/slipway/executor/default", result, result.at())
                                .withTenant(result.ref().tenant())
                                .withRun(result.ref().run())));
        producer.flush();
    }

    private static TaskResult.TaskRef ref(Order order) {
        return new TaskResult.TaskRef(
                order.tenant(),
                order.cluster(),
                order.run(),
                order.phase(),
                order.host().address(),
                order.task(),
                order.attempt());
    }

    static TaskResult.TaskSettled settled(
            Order order, TaskOutcome outcome, Map<String, String> facts) {
        Optional<ReasonCode> reason =
                switch (outcome) {
                    case SUCCEEDED -> Optional.empty();
                    case FAILED -> Optional.of(ReasonCode.COMMAND_FAILED);
                    case CANCELLED -> Optional.of(ReasonCode.RUN_CANCELLED);
                    case NOT_STARTED -> Optional.of(ReasonCode.ORDER_EXPIRED);
                    case INTERRUPTED -> Optional.of(ReasonCode.INTERRUPTED);
                };
        return new TaskResult.TaskSettled(
                ref(order),
                outcome,
                reason,
                reason.isEmpty() ? "" : "step x on %s: it broke".formatted(order.host().name()),
                List.of(),
                facts,
                reason.isEmpty() ? "" : "the last line",
                Optional.empty(),
                Duration.ofMillis(5),
                "fake",
                Instant.now());
    }

    @Override
    public void close() {
        open = false;
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !thread.isAlive());
        producer.close();
    }

    /// What a host would tell of itself after what was done to it.
    static final class FakeHost {
        private final List<String> done = new ArrayList<>();
        private Optional<Order> owner = Optional.empty();

        private synchronized void went(Order order) {
            String phase = order.phase().value();
            if (phase.startsWith("reset")) {
                done.clear();
                owner = Optional.empty();
            } else if (order.mutating()) {
                done.add(phase);
                owner = Optional.of(order);
            }
        }

        private synchronized Map<String, String> facts(Order order) {
            if (!order.phase().value().equals("inspect")) {
                return Map.of();
            }
            var facts = new HashMap<String, String>();
            facts.put(
                    "system",
                    """
                    os=debian
                    os-version=12
                    os-name=Debian GNU/Linux 12
                    architecture=x86_64
                    kernel=6.1.0
                    hostname=%s
                    machine-id=%s
                    boot-id=b
                    time=%d
                    systemd=yes
                    """
                            .formatted(
                                    order.host().name(),
                                    Integer.toHexString(order.host().address().hashCode()),
                                    Instant.now().getEpochSecond()));
            facts.put(
                    "hardware",
                    """
                    cpus=4
                    memory-mib=8000
                    free-disk-mib=50000
                    disk-writable=yes
                    product-uuid=%s
                    """
                            .formatted(order.host().address().toString().hashCode()));
            facts.put(
                    "network",
                    "address=%s\ndefault-address=%s\n"
                            .formatted(
                                    order.host().address().address(),
                                    order.host().address().address()));
            var tools = new StringBuilder();
            for (String tool : List.of("kubeadm", "kubelet", "kubectl")) {
                tools.append(
                        "path.%s=/usr/bin/%s\nversion.%s=v1.36.2\n".formatted(tool, tool, tool));
            }
            facts.put(
                    "tools",
                    tools + "path.containerd=/usr/bin/containerd\nversion.containerd=2.1\n");
            facts.put("node", node());
            owner.ifPresent(last ->
                    facts.put(
                            "owner",
                            "installation=%s\ntenant=%s\ncluster=%s\ngeneration=%d\n"
                                    .formatted(
                                            ConfigProvider.getConfig()
                                                    .getValue("slipway.installation", String.class),
                                            last.tenant(),
                                            last.cluster(),
                                            last.generation())));
            return facts;
        }

        private String node() {
            var node = new StringBuilder("containerd-unit=foreign\nkubelet-unit=foreign\n");
            if (!done.isEmpty()) {
                node.append("containerd-active=yes\nkubelet-active=yes\n");
            }
            if (done.contains("init")) {
                node.append("initialised=yes\nfile=/etc/kubernetes/kubelet.conf\n");
            }
            if (done.contains("join-workers")) {
                node.append("joined=yes\nfile=/etc/kubernetes/kubelet.conf\n");
            }
            return node.toString();
        }
    }
}
