package dev.slipway.local.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.id.PoolName;
import dev.slipway.local.identity.LocalAuthority;
import dev.slipway.local.identity.ServiceIdentity;
import dev.slipway.local.identity.TlsFiles;
import dev.slipway.local.process.Ports;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerAccessIT {

    private static final List<PoolName> POOLS =
            List.of(PoolName.of("default"), PoolName.of("edge"));
    private static final List<String> TOPICS =
            List.of(
                    "slipway.runs",
                    "slipway.tasks.default",
                    "slipway.tasks.edge",
                    "slipway.task-results",
                    "slipway.task-output",
                    "slipway.certificates",
                    "slipway.audit");

    @TempDir static Path folder;

    private static BrokerSettings settings;
    private static EmbeddedBroker broker;
    private static LocalAuthority authority;

    @BeforeAll
    static void startBroker() throws Exception {
        authority = LocalAuthority.in(folder.resolve("tls"), Clock.systemUTC());
        List<Integer> ports = Ports.free(2);
        settings =
                new BrokerSettings(
                        folder.resolve("broker"),
                        ports.get(0),
                        ports.get(1),
                        Optional.of(tls(authority, ServiceIdentity.of("broker"))),
                        new TopicLayout(POOLS, TopicLayout.Partitions.DEFAULT, true));
        broker = EmbeddedBroker.start(settings);
        seed();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void eachTopicHasOneWriter() throws Exception {
        assertThat(writable(ServiceIdentity.of("planner")))
                .containsExactlyInAnyOrder(
                        "slipway.runs", "slipway.tasks.default", "slipway.tasks.edge");
        assertThat(writable(ServiceIdentity.of("cert"))).containsExactly("slipway.certificates");
        assertThat(writable(ServiceIdentity.of("status"))).containsExactly("slipway.audit");
        for (String pool : List.of("default", "edge")) {
            assertThat(writable(ServiceIdentity.executor(pool)))
                    .containsExactlyInAnyOrder("slipway.task-results", "slipway.task-output");
        }
    }

    @Test
    void eachServiceReadsWhatItsRoomSays() throws Exception {
        assertThat(readable(ServiceIdentity.of("planner")))
                .containsExactlyInAnyOrder("slipway.task-results", "slipway.certificates");
        assertThat(readable(ServiceIdentity.of("cert"))).containsExactly("slipway.runs");
        assertThat(readable(ServiceIdentity.of("status")))
                .containsExactlyInAnyOrderElementsOf(TOPICS);
        for (String pool : List.of("default", "edge")) {
            assertThat(readable(ServiceIdentity.executor(pool)))
                    .containsExactlyInAnyOrder("slipway.runs", "slipway.tasks." + pool);
        }
    }

    @Test
    void aReaderParksTheDeadAndTheWriterDoesNot() {
        assertThat(writes(ServiceIdentity.of("planner"), "slipway.task-results.dead")).isTrue();
        assertThat(writes(ServiceIdentity.of("cert"), "slipway.task-results.dead")).isFalse();
        assertThat(reads(ServiceIdentity.of("status"), "slipway.task-results.dead")).isTrue();
        assertThat(reads(ServiceIdentity.executor("default"), "slipway.task-results.dead"))
                .isFalse();
    }

    @Test
    void aServiceJoinsItsOwnGroupsOnly() {
        assertThat(poll(ServiceIdentity.of("cert"), "slipway.runs", "slipway.cert")).isNotNull();
        assertThat(
                        poll(
                                ServiceIdentity.executor("default"),
                                "slipway.runs",
                                "slipway.executor.default.one"))
                .isNotNull();
        assertThatThrownBy(
                        () -> poll(ServiceIdentity.of("cert"), "slipway.runs", "slipway.planner"))
                .isInstanceOf(GroupAuthorizationException.class);
        assertThatThrownBy(() ->
                        poll(
                                ServiceIdentity.executor("default"),
                                "slipway.runs",
                                "slipway.executor.defaulted"))
                .isInstanceOf(GroupAuthorizationException.class);
    }

    @Test
    void thePlannerCountsTheExecutorsOfEachPoolAndPoolsDoNotSeeEachOther() throws Exception {
        var groups = List.of("slipway.executor.default", "slipway.executor.edge");
        for (String group : groups) {
            assertThat(poll(ServiceIdentity.executor(group.substring(17)), "slipway.runs", group))
                    .isNotNull();
        }
        try (Admin admin = Admin.create(client(ServiceIdentity.of("planner")))) {
            assertThat(admin.describeConsumerGroups(groups).all().get(10, TimeUnit.SECONDS))
                    .containsOnlyKeys(groups);
        }
        try (Admin admin = Admin.create(client(ServiceIdentity.executor("default")))) {
            assertThat(admin.listTopics().names().get(10, TimeUnit.SECONDS))
                    .contains("slipway.tasks.default")
                    .doesNotContain("slipway.tasks.edge");
            assertThatThrownBy(() ->
                            admin.describeConsumerGroups(List.of("slipway.executor.edge"))
                                    .all()
                                    .get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(GroupAuthorizationException.class);
        }
    }

    @Test
    void aServiceMakesNoTopicAndGrantsItselfNothing() {
        try (Admin admin = Admin.create(client(ServiceIdentity.of("planner")))) {
            assertThatThrownBy(() ->
                            admin.createTopics(List.of(new NewTopic("slipway.mine", 1, (short) 1)))
                                    .all()
                                    .get())
                    .hasCauseInstanceOf(AuthorizationException.class);
            assertThatThrownBy(() ->
                            admin.createAcls(AccessPlan.of(List.of(PoolName.of("mine"))))
                                    .all()
                                    .get())
                    .hasCauseInstanceOf(AuthorizationException.class);
        }
    }

    @Test
    void aForeignAuthoritysCertificateIsTurnedAway() {
        LocalAuthority foreign = LocalAuthority.in(folder.resolve("foreign"), Clock.systemUTC());
        Map<String, Object> client = client(ServiceIdentity.of("planner"));
        client.putAll(
                new BrokerTls(
                                foreign.identity(ServiceIdentity.of("planner")).bundle(),
                                folder.resolve("tls/ca.crt"))
                        .settings());

        assertThatThrownBy(() -> send(client, "slipway.runs", "x"))
                .isInstanceOf(ExecutionException.class);
    }

    @Test
    void aClientWithoutTlsIsTurnedAway() {
        Map<String, Object> client =
                new HashMap<>(
                        Map.of(
                                "bootstrap.servers",
                                settings.bootstrapServers(),
                                "max.block.ms",
                                1500,
                                "delivery.timeout.ms",
                                1500,
                                "request.timeout.ms",
                                1000,
                                "linger.ms",
                                0));

        assertThatThrownBy(() -> send(client, "slipway.runs", "x"))
                .hasMessageContaining("not present in metadata");
    }

    @Test
    void keepsRecordsAndRulesAcrossARestart() throws Exception {
        String value = UUID.randomUUID().toString();
        send(client(ServiceIdentity.of("status")), "slipway.audit", value);

        broker.close();
        broker = EmbeddedBroker.start(settings);

        assertThat(values(ServiceIdentity.of("status"), "slipway.audit")).contains(value);
        assertThat(writes(ServiceIdentity.of("status"), "slipway.runs")).isFalse();
    }

    /// The topics that took a record from the service.
    private static Set<String> writable(ServiceIdentity identity) throws Exception {
        Set<String> topics = new TreeSet<>();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        client(identity), new StringSerializer(), new StringSerializer())) {
            for (String topic : TOPICS) {
                try {
                    producer.send(new ProducerRecord<>(topic, "key", "probe"))
                            .get(30, TimeUnit.SECONDS);
                    topics.add(topic);
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(AuthorizationException.class);
                }
            }
        }
        return topics;
    }

    /// The topics that gave the service a record; each has one.
    private static Set<String> readable(ServiceIdentity identity) {
        Set<String> topics = new TreeSet<>();
        try (KafkaConsumer<String, String> consumer = consumer(client(identity))) {
            for (String topic : TOPICS) {
                try {
                    List<TopicPartition> partitions =
                            consumer.partitionsFor(topic).stream()
                                    .map(partition ->
                                            new TopicPartition(topic, partition.partition()))
                                    .toList();
                    consumer.assign(partitions);
                    consumer.seekToBeginning(partitions);
                    assertThat(consumer.poll(Duration.ofSeconds(30)).count())
                            .as(topic)
                            .isPositive();
                    topics.add(topic);
                } catch (AuthorizationException e) {
                    assertThat(topics).doesNotContain(topic);
                }
            }
        }
        return topics;
    }

    private static void seed() throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        client(ServiceIdentity.of("broker")),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (String topic : TOPICS) {
                producer.send(new ProducerRecord<>(topic, "key", "seed")).get(30, TimeUnit.SECONDS);
            }
        }
    }

    private static boolean writes(ServiceIdentity identity, String topic) {
        try {
            send(client(identity), topic, "probe");
            return true;
        } catch (AuthorizationException e) {
            return false;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(AuthorizationException.class);
            return false;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean reads(ServiceIdentity identity, String topic) {
        try {
            values(identity, topic);
            return true;
        } catch (AuthorizationException e) {
            return false;
        }
    }

    private static void send(Map<String, Object> client, String topic, String value)
            throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "key", value)).get(20, TimeUnit.SECONDS);
        }
    }

    private static List<String> values(ServiceIdentity identity, String topic) {
        try (KafkaConsumer<String, String> consumer = consumer(client(identity))) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(partition -> new TopicPartition(topic, partition.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(1));
            return java.util.stream.StreamSupport.stream(records.spliterator(), false)
                    .map(ConsumerRecord::value)
                    .toList();
        }
    }

    private static ConsumerRecords<String, String> poll(
            ServiceIdentity identity, String topic, String group) {
        Map<String, Object> client = client(identity);
        client.put("group.id", group);
        try (KafkaConsumer<String, String> consumer = consumer(client)) {
            consumer.subscribe(List.of(topic));
            return consumer.poll(Duration.ofSeconds(3));
        }
    }

    private static KafkaConsumer<String, String> consumer(Map<String, Object> client) {
        return new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer());
    }

    private static Map<String, Object> client(ServiceIdentity identity) {
        Map<String, Object> client = new HashMap<>(tls(authority, identity).settings());
        client.put("bootstrap.servers", settings.bootstrapServers());
        client.put("security.protocol", "SSL");
        return client;
    }

    private static BrokerTls tls(LocalAuthority authority, ServiceIdentity identity) {
        TlsFiles files = authority.identity(identity);
        return new BrokerTls(files.bundle(), files.authority());
    }
}
