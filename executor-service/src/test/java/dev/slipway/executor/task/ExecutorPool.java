package dev.slipway.executor.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.event.CloudEventCodec;
import dev.slipway.chassis.event.EventPublisher;
import dev.slipway.chassis.event.EventReader;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.order.Order;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.TestConfig;
import dev.slipway.executor.journal.Orders;
import dev.slipway.local.broker.BrokerSettings;
import dev.slipway.local.broker.EmbeddedBroker;
import dev.slipway.local.broker.TopicLayout;
import dev.slipway.local.process.Ports;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.TestOrders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// A broker of one's own, which can be stopped and started again, and executors of one pool on it:
/// all that lies between the topic and the host's door is the production's. Hosts and supplies are
/// made up.
final class ExecutorPool implements AutoCloseable {
    private static final PoolName POOL = PoolName.of("default");

    private final BrokerSettings settings;
    private EmbeddedBroker broker;
    private final KafkaProbe probe;

    ExecutorPool(Path folder) {
        List<Integer> ports = Ports.free(2);
        settings =
                new BrokerSettings(
                        folder.resolve("broker"),
                        ports.get(0),
                        ports.get(1),
                        Optional.empty(),
                        new TopicLayout(List.of(POOL), TopicLayout.Partitions.DEFAULT, false));
        broker = EmbeddedBroker.start(settings);
        probe = KafkaProbe.with(Map.of("bootstrap.servers", settings.bootstrapServers()));
    }

    void stopBroker() {
        broker.close();
    }

    void startBroker() {
        broker = EmbeddedBroker.start(settings);
    }

    /// The broker's word that the order lies in the pool's topic.
    void send(Order order) {
        produce(Topics.tasks(POOL), order.tenant() + "/" + order.host().address(), event(order));
    }

    /// The order as a consumer would get it from the partition.
    static ConsumerRecord<String, byte[]> record(TopicPartition partition, Order order) {
        CloudEvent<TaskRequested> event = event(order);
        var record =
                new ConsumerRecord<>(
                        partition.topic(), partition.partition(), 0, "", Wire.bytes(event.data()));
        CloudEventCodec.headers(event)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        return record;
    }

    private static CloudEvent<TaskRequested> event(Order order) {
        return CloudEvent.of(
                "/slipway/planner",
                new TaskRequested(order.run(), order.task(), order.attempt(), Orders.signed(order)),
                Instant.now());
    }

    private void produce(String topic, String key, CloudEvent<?> event) {
        probe.produce(
                topic,
                key,
                new String(Wire.bytes(event.data()), UTF_8),
                CloudEventCodec.headers(event));
    }

    /// The outcome of every result of the run, as often as it was reported.
    List<TaskSettled> settled(RunId run) {
        return probe.records(Topics.TASK_RESULTS).stream()
                .map(record -> Wire.read(record.value().getBytes(UTF_8), TaskResult.class))
                .filter(TaskSettled.class::isInstance)
                .map(TaskSettled.class::cast)
                .filter(result -> result.ref().run().equals(run))
                .toList();
    }

    @Override
    public void close() {
        probe.close();
        broker.close();
    }

    /// Asks that the run be cancelled.
    void cancel(Order order) {
        CloudEvent<?> event =
                CloudEvent.of(
                        "/slipway/planner",
                        new RunEvent.CancelRequested(
                                order.tenant(), order.cluster(), order.run(), "ops", Instant.now()),
                        Instant.now());
        produce(Topics.RUNS, order.tenant() + "/" + order.cluster(), event);
    }

    /// One executor of the pool, which takes tasks until it is closed.
    final class Member implements AutoCloseable {
        final TaskListener listener;
        final TaskDesk desk;
        final Cancellations cancellations;
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private final EventPublisher publisher;

        /// @param config settings other than the default
        Member(MadeUpHosts hosts, Map<String, String> config) {
            this(hosts, new MadeUpSupplies(), config);
        }

        Member(MadeUpHosts hosts, MadeUpSupplies supplies, Map<String, String> config) {
            Map<String, Object> client = Map.of("bootstrap.servers", settings.bootstrapServers());
            ExecutorConfig executor = TestConfig.with(config);
            publisher = new EventPublisher(client);
            var events = new EventReader(publisher, meters);
            cancellations = new Cancellations(client, events, executor);
            var tools =
                    new TaskDeskTools(
                            events,
                            publisher,
                            hosts,
                            ApiLine.NONE,
                            cancellations,
                            supplies,
                            executor,
                            List.of(TestOrders.verifyingKeyFile()));
            desk =
                    new TaskDesk(
                            executor, tools, meters, OpenTelemetry.noop().getTracer("executor"));
            listener = new TaskListener(client, cancellations, desk, executor, meters);
            listener.start(new StartupEvent());
        }

        @Override
        public void close() {
            try {
                listener.stop(new ShutdownEvent());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            publisher.close();
        }
    }
}
