package dev.slipway.chassis.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.probe.Web;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "planner"))
class OutboxIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Inject Transactions transactions;
    @Inject Outbox outbox;

    private final TenantId tenant = TenantId.of("t" + UUID.randomUUID().toString().substring(0, 8));
    private final ClusterName cluster = ClusterName.of("demo");

    @Test
    void whatARouteCommitsIsPublishedAsACloudEvent() {
        Web.user(tenant.value(), "ann", "operator")
                .post(
                        "/v1/notes",
                        "application/json",
                        "{\"text\":\"a\",\"outcome\":\"FAILED\",\"cluster\":\"demo\"}");

        ConsumerRecord<String, String> record = published(1).get(0);
        assertThat(record.key()).isEqualTo(tenant + "/demo");
        assertThat(record.value()).startsWith("{\"event\":\"RunPaused\"");
        assertThat(KafkaProbe.header(record, "ce_type")).isEqualTo("dev.slipway.runs.RunPaused.v1");
        assertThat(KafkaProbe.header(record, "ce_specversion")).isEqualTo("1.0");
        assertThat(KafkaProbe.header(record, "ce_source")).isEqualTo("/slipway/probe");
        assertThat(KafkaProbe.header(record, "ce_tenant")).isEqualTo(tenant.value());
        assertThat(KafkaProbe.header(record, "ce_authid")).isEqualTo("ann");
        assertThat(KafkaProbe.header(record, "ce_sequence")).isEqualTo("1");
        assertThat(KafkaProbe.header(record, "ce_subject"))
                .isEqualTo("run/" + KafkaProbe.header(record, "ce_correlationid"));
        // The request's trace, recorded or not, goes on in the topic.
        assertThat(KafkaProbe.header(record, "traceparent"))
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
    }

    @Test
    void concurrentTransactionsGiveAGaplessSequenceInTheOrderOfThePublishing() {
        List<Uni<Void>> writers =
                IntStream.range(0, 40)
                        .mapToObj(i ->
                                i % 4 == 0 ? failing().onFailure().recoverWithNull() : addition(i))
                        .toList();

        Uni.join().all(writers).andFailFast().await().atMost(LIMIT);

        List<Long> sequence =
                published(30).stream()
                        .map(record -> Long.valueOf(KafkaProbe.header(record, "ce_sequence")))
                        .toList();
        assertThat(sequence).isEqualTo(LongStream.rangeClosed(1, 30).boxed().toList());
    }

    @Test
    void recordsAddedTogetherKeepTheirOrderAndOnlySomeAreNumbered() {
        addition(0).await().atMost(LIMIT);
        String address = tenant + "/10.0.0.1:22";
        List<OutboxRecord> records =
                List.of(
                        record("first"),
                        new OutboxRecord(
                                Topics.tasks(PoolName.of("default")), address, event("an order")),
                        record("second"),
                        record("third"));

        transactions
                .inTenant(tenant, connection -> outbox.addAll(connection, records))
                .await()
                .atMost(LIMIT);

        List<ConsumerRecord<String, String>> numbered = published(4);
        assertThat(numbered)
                .extracting(record -> KafkaProbe.header(record, "ce_sequence"))
                .containsExactly("1", "2", "3", "4");
        assertThat(numbered.subList(1, 4))
                .extracting(ConsumerRecord::value)
                .satisfiesExactly(
                        value -> assertThat(value).contains("first"),
                        value -> assertThat(value).contains("second"),
                        value -> assertThat(value).contains("third"));
        try (KafkaProbe probe = KafkaProbe.shared()) {
            assertThat(
                            probe.await(
                                    Topics.tasks(PoolName.of("default")),
                                    1,
                                    LIMIT,
                                    record -> record.key().equals(address)))
                    .singleElement()
                    .satisfies(record ->
                            assertThat(record.headers().lastHeader("ce_sequence")).isNull());
        }
    }

    @Test
    void nothingIsPublishedOfATransactionThatFails() {
        assertThatThrownBy(() -> failing().await().atMost(LIMIT)).hasMessage("no");
        addition(1).await().atMost(LIMIT);

        List<ConsumerRecord<String, String>> records = published(1);
        assertThat(records.get(0).value()).contains("actor-1");
    }

    @Test
    void whatTheBrokerHasAcknowledgedIsGoneFromTheTable() {
        addition(0).await().atMost(LIMIT);
        published(1);

        await().atMost(LIMIT).until(() -> rows() == 0);
    }

    @Test
    void anEventThatNoBrokerWouldTakeIsRefusedBeforeItIsWritten() {
        OutboxRecord large = record("x".repeat(Outbox.MAX_BYTES));

        assertThatThrownBy(() ->
                        transactions
                                .asWorker(connection -> outbox.add(connection, large))
                                .await()
                                .atMost(LIMIT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 1000000 are allowed");
    }

    private Uni<Void> addition(int i) {
        return transactions.inTenant(
                tenant, connection -> outbox.add(connection, record("actor-" + i)));
    }

    private Uni<Void> failing() {
        return transactions.inTenant(
                tenant,
                connection ->
                        outbox.add(connection, record("never"))
                                .chain(() ->
                                        Uni.createFrom().failure(new IllegalStateException("no"))));
    }

    private OutboxRecord record(String actor) {
        return new OutboxRecord(Topics.RUNS, tenant + "/" + cluster, event(actor));
    }

    private CloudEvent<RunEvent> event(String actor) {
        var event =
                new RunEvent.CancelRequested(tenant, cluster, RunId.next(), actor, Instant.now());
        return CloudEvent.<RunEvent>of("/slipway/probe", event, event.at()).withTenant(tenant);
    }

    private List<ConsumerRecord<String, String>> published(int count) {
        try (KafkaProbe probe = KafkaProbe.shared()) {
            return new ArrayList<>(
                    probe.await(
                            Topics.RUNS,
                            count,
                            LIMIT,
                            record -> record.key().startsWith(tenant + "/")));
        }
    }

    private long rows() {
        return transactions
                .asWorker(connection ->
                        connection
                                .query("SELECT count(*) FROM outbox")
                                .execute()
                                .map(found -> found.iterator().next().getLong(0)))
                .await()
                .atMost(LIMIT);
    }
}
