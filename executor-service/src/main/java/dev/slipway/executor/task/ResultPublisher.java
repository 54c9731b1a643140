package dev.slipway.executor.task;

import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.event.CloudEventCodec;
import dev.slipway.chassis.event.EventPublisher;
import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/// Publishes what becomes of one delivered order. Ids are derived from task, attempt and kind,
/// since two executors may report the same.
final class ResultPublisher implements TaskReporter {
    private static final Logger LOG = Logger.getLogger(ResultPublisher.class);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final EventPublisher publisher;
    private final CloudEvent<TaskRequested> request;
    private final String source;
    private final Clock clock;
    private final MeterRegistry meters;

    ResultPublisher(
            EventPublisher publisher,
            CloudEvent<TaskRequested> request,
            String source,
            Clock clock,
            MeterRegistry meters) {
        this.publisher = publisher;
        this.request = request;
        this.source = source;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void output(OutputChunk chunk) {
        String kind = "OutputChunk/" + chunk.offset() + (chunk.last() ? "/last" : "");
        CloudEvent<OutputChunk> event =
                envelope(CloudEvent.of(source, chunk, clock.instant()), chunk.ref(), kind);
        publisher.send(
                CloudEventCodec.record(Topics.TASK_OUTPUT, chunk.ref().task().toString(), event));
    }

    @Override
    public void started(TaskResult.TaskStarted started) {
        if (started.attached()) {
            meters.counter(MetricNames.TASKS_TAKEN_OVER).increment();
        }
        publisher.send(record(started, "TaskStarted"));
    }

    @Override
    public void settled(TaskResult.TaskSettled settled) throws InterruptedException {
        ProducerRecord<String, byte[]> record = record(settled, "TaskSettled");
        while (true) {
            try {
                publisher.send(record).get();
                return;
            } catch (ExecutionException e) {
                // The producer itself waits for the broker without limit: this is a refusal.
                LOG.errorf(
                        e.getCause(),
                        "the broker refused the result of task %s: check the executor's ACLs; sent again in %d s",
                        settled.ref().task(),
                        RETRY.toSeconds());
                Thread.sleep(RETRY);
            }
        }
    }

    private ProducerRecord<String, byte[]> record(TaskResult result, String kind) {
        CloudEvent<TaskResult> event =
                envelope(CloudEvent.of(source, result, result.at()), result.ref(), kind);
        return CloudEventCodec.record(Topics.TASK_RESULTS, result.ref().run().toString(), event);
    }

    private <T> CloudEvent<T> envelope(CloudEvent<T> event, TaskResult.TaskRef ref, String kind) {
        CloudEvent<T> about =
                event.withIdOf(ref.task(), ref.attempt(), kind)
                        .withSubject("task/" + ref.task())
                        .withTenant(ref.tenant())
                        .withRun(ref.run())
                        .withCausation(request.id())
                        .withTraceparent(request.traceparent());
        return request.actor().map(about::withActor).orElse(about);
    }
}
