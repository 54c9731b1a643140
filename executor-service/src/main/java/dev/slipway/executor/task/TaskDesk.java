package dev.slipway.executor.task;

import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.chassis.telemetry.Traceparent;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.order.Order;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.journal.JournalProgram;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// The orders in work: each on its own virtual thread, from the record to the settled offset.
@ApplicationScoped
class TaskDesk {
    private static final Logger LOG = Logger.getLogger(TaskDesk.class);

    /// A record in work, before and after its order is known.
    private static final class Work {
        final TopicPartition partition;
        final long offset;
        private Optional<TaskRun> run = Optional.empty();
        private boolean detached;

        Work(ConsumerRecord<String, byte[]> record) {
            partition = new TopicPartition(record.topic(), record.partition());
            offset = record.offset();
        }

        synchronized void begin(TaskRun begun) {
            run = Optional.of(begun);
            if (detached) {
                begun.detach();
            }
        }

        synchronized void detach() {
            detached = true;
            run.ifPresent(TaskRun::detach);
        }

        synchronized void cancel(Cancellations cancellations) {
            run.filter(begun -> cancellations.contains(begun.order())).ifPresent(TaskRun::cancel);
        }

        @Override
        public String toString() {
            return partition + "@" + offset;
        }
    }

    private final ExecutorConfig config;
    private final PoolName pool;
    private final TaskDeskTools tools;
    private final MeterRegistry meters;
    private final Tracer tracer;
    private volatile boolean stopping;
    private final Set<Work> inWork = ConcurrentHashMap.newKeySet();

    @Inject
    TaskDesk(ExecutorConfig config, TaskDeskTools tools, MeterRegistry meters, Tracer tracer) {
        this.config = config;
        this.pool = PoolName.of(config.pool());
        this.tools = tools;
        this.meters = meters;
        this.tracer = tracer;
        // Shown from the start: an alert that looks at growth does not see a first one otherwise.
        meters.counter(MetricNames.TASKS_TAKEN_OVER);
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
    /// @param redelivered whether an earlier delivery may have started its task
    /// @param settle called when it needs nothing more
    void take(ConsumerRecord<String, byte[]> record, boolean redelivered, Runnable settle) {
        var work = new Work(record);
        inWork.add(work);
        if (stopping) {
            work.detach();
        }
        Thread.ofVirtual()
                .name("task-" + work)
                .start(() -> {
                    try {
                        if (work(work, record, redelivered)) {
                            settle.run();
                        }
                    } catch (RuntimeException e) {
                        LOG.errorf(
                                e,
                                "a task broke off (%s): its order is left to the planner's watchdog; please report this",
                                work);
                        settle.run();
                    } finally {
                        inWork.remove(work);
                    }
                });
    }

    private boolean work(Work work, ConsumerRecord<String, byte[]> record, boolean redelivered) {
        Optional<CloudEvent<TaskRequested>> event =
                tools.events().read(record, TaskRequested.class).await().indefinitely();
        if (event.isEmpty()) {
            return true;
        }
        return switch (tools.gate(pool).judge(event.get().data())) {
            case OrderGate.Verdict.Accepted accepted ->
                    traced(work, event.get(), accepted, redelivered);
            case OrderGate.Verdict.Refused refused -> refuse(record, refused);
        };
    }

    /// In a span of the run's trace, which what is asked of other services and what is reported go
    /// on from.
    private boolean traced(
            Work work,
            CloudEvent<TaskRequested> event,
            OrderGate.Verdict.Accepted accepted,
            boolean redelivered) {
        Order order = accepted.order();
        Span span =
                tracer.spanBuilder("task " + order.phase())
                        .setParent(Traceparent.context(event.traceparent()))
                        .setSpanKind(SpanKind.CONSUMER)
                        .setAttribute("slipway.tenant", order.tenant().value())
                        .setAttribute("slipway.cluster", order.cluster().value())
                        .setAttribute("slipway.run", order.run().toString())
                        .setAttribute("slipway.host", order.host().address().toString())
                        .setAttribute("slipway.task", order.task().toString())
                        .setAttribute("slipway.attempt", order.attempt())
                        .startSpan();
        try (var _ = span.makeCurrent()) {
            var traced = event.withTraceparent(Traceparent.current());
            return begin(work, run(traced, accepted, redelivered));
        } finally {
            span.end();
        }
    }

    private TaskRun run(
            CloudEvent<TaskRequested> event,
            OrderGate.Verdict.Accepted accepted,
            boolean redelivered) {
        var reporter =
                new ResultPublisher(
                        tools.publisher(),
                        event,
                        "/slipway/executor/" + pool,
                        tools.pace().clock(),
                        meters);
        var around =
                new HostConversation.Surroundings(
                        tools.shell(),
                        tools.line(),
                        JournalProgram.standard(),
                        reporter,
                        config,
                        tools.pace(),
                        tools.courier());
        return new TaskRun(accepted, event.data().order(), redelivered, tools.redeemer(), around);
    }

    private boolean begin(Work work, TaskRun run) {
        work.begin(run);
        if (tools.cancellations().contains(run.order())) {
            run.cancel();
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

    /// Ends on their hosts the tasks whose orders are cancelled.
    void cancel() {
        inWork.forEach(work -> work.cancel(tools.cancellations()));
    }

    /// Lets go of the partitions' tasks; their programs go on.
    void detach(Collection<TopicPartition> partitions) {
        inWork.stream().filter(work -> partitions.contains(work.partition)).forEach(Work::detach);
    }

    /// Like [#detachAll], and for what is taken from now on.
    void stop() {
        stopping = true;
        detachAll();
    }

    void detachAll() {
        inWork.forEach(Work::detach);
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
}
