package dev.slipway.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Looks into topics and puts records there; keys and values are text.
public final class KafkaProbe implements AutoCloseable {

    private final Map<String, Object> client;
    private final KafkaProducer<String, String> producer;

    private KafkaProbe(Map<String, Object> client) {
        this.client = client;
        this.producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
    }

    /// A probe of the shared test stack's broker.
    public static KafkaProbe shared() {
        return with(Map.of("bootstrap.servers", TestStack.brokerServers()));
    }

    /// A probe with Kafka client settings of one's own.
    public static KafkaProbe with(Map<String, String> settings) {
        return new KafkaProbe(new HashMap<>(settings));
    }

    /// All records of the topic up to its end as of now, partition by partition.
    public List<ConsumerRecord<String, String>> records(String topic) {
        try (KafkaConsumer<String, String> consumer = consumer()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(partition -> new TopicPartition(topic, partition.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /// The first `count` records of the topic that match, in order of arrival; waits for them.
    ///
    /// @throws AssertionError if they are not there in time
    public List<ConsumerRecord<String, String>> await(
            String topic,
            int count,
            Duration limit,
            Predicate<ConsumerRecord<String, String>> wanted) {
        long deadline = System.nanoTime() + limit.toNanos();
        List<ConsumerRecord<String, String>> found = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(partition -> new TopicPartition(topic, partition.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (found.size() < count) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError(
                            "waited %s for %d records in %s, found %d: %s"
                                    .formatted(limit, count, topic, found.size(), found));
                }
                for (ConsumerRecord<String, String> record :
                        consumer.poll(Duration.ofMillis(100))) {
                    if (wanted.test(record)) {
                        found.add(record);
                    }
                }
            }
        }
        return List.copyOf(found.subList(0, count));
    }

    /// Sends one record and waits for the broker's word.
    public RecordMetadata produce(
            String topic, String key, String value, Map<String, String> headers) {
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, key, value);
        headers.forEach(
                (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        try {
            return producer.send(record).get();
        } catch (ExecutionException e) {
            throw new AssertionError("cannot write to " + topic + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while writing to " + topic, e);
        }
    }

    /// Makes a topic that the stack does not have.
    public void createTopic(String topic, int partitions) {
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        } catch (ExecutionException e) {
            throw new AssertionError("cannot make topic " + topic + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while making topic " + topic, e);
        }
    }

    /// The text of a header; fails if the record has none of that name.
    public static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        if (header == null) {
            throw new AssertionError("no header " + name + " in " + record);
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    private KafkaConsumer<String, String> consumer() {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("enable.auto.commit", false);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    @Override
    public void close() {
        producer.close();
    }
}
