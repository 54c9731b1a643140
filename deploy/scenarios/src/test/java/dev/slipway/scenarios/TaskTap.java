package dev.slipway.scenarios;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.event.TaskResult.TaskRef;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.local.settings.ServiceSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Listens to the orders of the pool and to what executors report of them, from its start on, and
/// can deliver an order again.
final class TaskTap implements AutoCloseable {
    private static final String ORDERS = Topics.tasks(PoolName.of(ServiceSettings.POOL));

    /// All that was heard of a task, in order of arrival.
    static final class Heard {
        private final RunId run;
        private final Instant since;
        private final List<TaskStarted> started = new ArrayList<>();
        private final List<TaskSettled> settled = new ArrayList<>();

        private Heard(RunId run, Instant since) {
            this.run = run;
            this.since = since;
        }
    }

    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaProducer<String, byte[]> producer;
    private final Map<TaskId, Heard> tasks = new HashMap<>();
    private final List<ConsumerRecord<String, byte[]>> orders = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closing;

    TaskTap(Platform platform) {
        consumer =
                new KafkaConsumer<>(
                        new HashMap<>(platform.broker("status")),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        producer =
                new KafkaProducer<>(
                        new HashMap<>(platform.broker("planner")),
                        new StringSerializer(),
                        new ByteArraySerializer());
        List<TopicPartition> partitions =
                Stream.of(ORDERS, Topics.TASK_RESULTS)
                        .flatMap(topic -> consumer.partitionsFor(topic).stream())
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread = Thread.ofPlatform().daemon().name("task-tap").start(this::listen);
    }

    private void listen() {
        while (!closing) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                hear(record);
            }
        }
    }

    private synchronized void hear(ConsumerRecord<String, byte[]> record) {
        if (record.topic().equals(ORDERS)) {
            orders.add(record);
            TaskRequested order = Wire.read(record.value(), TaskRequested.class);
            heard(order.task(), order.run(), record);
        } else {
            switch (Wire.read(record.value(), TaskResult.class)) {
                case TaskStarted e -> heard(e.ref().task(), e.ref().run(), record).started.add(e);
                case TaskSettled e -> heard(e.ref().task(), e.ref().run(), record).settled.add(e);
            }
        }
    }

    private Heard heard(TaskId task, RunId run, ConsumerRecord<String, byte[]> first) {
        return tasks.computeIfAbsent(
                task, _ -> new Heard(run, Instant.ofEpochMilli(first.timestamp())));
    }

    /// When the first record of the task was written.
    synchronized Instant since(TaskId task) {
        return Optional.ofNullable(tasks.get(task)).orElseThrow().since;
    }

    synchronized List<TaskId> tasks(RunId run) {
        return tasks.entrySet().stream()
                .filter(task -> task.getValue().run.equals(run))
                .map(Map.Entry::getKey)
                .toList();
    }

    synchronized List<TaskStarted> started(TaskId task) {
        return Optional.ofNullable(tasks.get(task))
                .map(t -> List.copyOf(t.started))
                .orElse(List.of());
    }

    synchronized List<TaskSettled> settled(TaskId task) {
        return Optional.ofNullable(tasks.get(task))
                .map(t -> List.copyOf(t.settled))
                .orElse(List.of());
    }

    /// The tasks that were last said to run by that executor, and are not settled.
    synchronized List<TaskStarted> followed(String executor) {
        return tasks.values().stream()
                .filter(task -> task.settled.isEmpty() && !task.started.isEmpty())
                .map(task -> task.started.getLast())
                .filter(last -> last.executor().equals(executor))
                .toList();
    }

    /// When an executor first said, after that instant, that it follows this attempt of the task.
    synchronized Optional<Instant> followedSince(TaskRef ref, Instant instant) {
        return started(ref.task()).stream()
                .filter(started -> started.ref().attempt() == ref.attempt())
                .map(TaskStarted::at)
                .filter(at -> at.isAfter(instant))
                .min(Instant::compareTo);
    }

    /// Sends one of the latest orders once more, the same to the byte.
    ///
    /// @param back 0 for the latest
    void deliverAgain(int back) {
        ConsumerRecord<String, byte[]> order;
        synchronized (this) {
            if (orders.isEmpty()) {
                return;
            }
            order = orders.get(Math.max(0, orders.size() - 1 - back));
        }
        producer.send(
                new ProducerRecord<>(
                        order.topic(),
                        order.partition(),
                        order.key(),
                        order.value(),
                        order.headers()));
        producer.flush();
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
            consumer.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
