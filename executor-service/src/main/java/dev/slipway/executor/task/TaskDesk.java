package dev.slipway.executor.task;

import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.journal.JournalProgram;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// The orders in work: each on its own virtual thread, from the record to the settled offset.
@ApplicationScoped
class TaskDesk {
    private static final Logger LOG = Logger.getLogger(TaskDesk.class);

    private record Place(TopicPartition partition, long offset) {}

    private final ExecutorConfig config;
    private final PoolName pool;
    private final TaskDeskTools tools;
    private final MeterRegistry meters;
    private volatile boolean stopping;
    private final Map<Place, Optional<TaskRun>> inWork = new ConcurrentHashMap<>();

    @Inject
    TaskDesk(ExecutorConfig config, TaskDeskTools tools, MeterRegistry meters) {
        this.config = config;
        this.pool = PoolName.of(config.pool());
        this.tools = tools;
        this.meters = meters;
    }

    PoolName pool() {
        return pool;
    }

    String topic() {
        return Topics.tasks(pool);
    }

    int inFlight() {
        return inWork.size();
    }

    boolean full() {
        return inWork.size() >= config.maxInFlight();
    }

    Duration patience() {
        return config.shutdownPatience();
    }

    /// Starts to work on a record.
    ///
    /// @param settle called when it needs nothing more
    void take(ConsumerRecord<String, byte[]> record, Runnable settle) {
        var place =
                new Place(new TopicPartition(record.topic(), record.partition()), record.offset());
        inWork.put(place, Optional.empty());
        Thread.ofVirtual()
                .name("task-" + record.partition() + "-" + record.offset())
                .start(() -> {
                    try {
                        if (work(place, record)) {
                            settle.run();
                        }
                    } catch (RuntimeException e) {
                        LOG.errorf(
                                e,
                                "a task broke off (%s): its order is left to the planner's watchdog; please report this",
                                place);
                        settle.run();
                    } finally {
                        inWork.remove(place);
                    }
                });
    }

    private boolean work(Place place, ConsumerRecord<String, byte[]> record) {
        Optional<CloudEvent<TaskRequested>> event =
                tools.events().read(record, TaskRequested.class).await().indefinitely();
        if (event.isEmpty()) {
            return true;
        }
        return switch (tools.gate(pool).judge(event.get().data())) {
            case OrderGate.Verdict.Accepted accepted -> work(place, event.get(), accepted);
            case OrderGate.Verdict.Refused refused -> refuse(record, refused);
        };
    }

    private boolean work(
            Place place, CloudEvent<TaskRequested> event, OrderGate.Verdict.Accepted accepted) {
        var reporter =
                new ResultPublisher(
                        tools.publisher(),
                        event,
                        "/slipway/executor/" + pool,
                        tools.clock(),
                        meters);
        var around =
                new HostConversation.Surroundings(
                        tools.shell(), JournalProgram.standard(), reporter, config, tools.clock());
        var run = new TaskRun(accepted, event.data().order(), tools.redeemer(), around);
        inWork.computeIfPresent(place, (_, _) -> Optional.of(run));
        if (tools.cancellations().contains(run.run())) {
            run.cancel();
        }
        if (stopping) {
            run.detach();
        }
        return run.work();
    }

    private boolean refuse(
            ConsumerRecord<String, byte[]> record, OrderGate.Verdict.Refused refused) {
        meters.counter(MetricNames.ORDERS_REFUSED, "code", refused.reason().name()).increment();
        LOG.warnf(
                "refused an order (%s, %s-%d@%d): %s; copied to \"%s\". %s",
                refused.reason(),
                record.topic(),
                record.partition(),
                record.offset(),
                refused.why(),
                Topics.dead(record.topic()),
                refused.reason().advice());
        var copy =
                new ProducerRecord<>(
                        Topics.dead(record.topic()),
                        null,
                        record.key(),
                        record.value(),
                        record.headers());
        String why = refused.reason() + ": " + refused.why();
        copy.headers().add("slipway_why", why.getBytes(StandardCharsets.UTF_8));
        tools.publisher().send(copy);
        return true;
    }

    void cancel(RunId cancelled) {
        runs().filter(run -> run.run().equals(cancelled)).forEach(TaskRun::cancel);
    }

    void detach(Collection<TopicPartition> partitions) {
        inWork.forEach((place, run) -> {
            if (partitions.contains(place.partition())) {
                run.ifPresent(TaskRun::detach);
            }
        });
    }

    /// Like [#detachAll], and for what is taken from now on.
    void stop() {
        stopping = true;
        detachAll();
    }

    void detachAll() {
        runs().forEach(TaskRun::detach);
    }

    /// Waits until nothing is in work any more, or the patience for a stop is over.
    void awaitQuiet() {
        long until = System.nanoTime() + patience().toNanos();
        try {
            while (!inWork.isEmpty() && System.nanoTime() - until < 0) {
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private java.util.stream.Stream<TaskRun> runs() {
        return inWork.values().stream().flatMap(Optional::stream);
    }
}
