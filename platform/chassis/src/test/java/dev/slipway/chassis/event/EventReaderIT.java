package dev.slipway.chassis.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.StackResource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "planner"))
class EventReaderIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Inject EventReader reader;
    @Inject EventPublisher publisher;
    @Inject MeterRegistry meters;

    private final String key = UUID.randomUUID().toString();

    @Test
    void aBatchYieldsWhatIsKnownAndBuriesWhatCannotBeDecoded() {
        ConsumerRecord<String, byte[]> good = record("RunPaused", golden());
        ConsumerRecord<String, byte[]> unknown = record("RunArchived", "{}");
        ConsumerRecord<String, byte[]> broken = record("RunPaused", "{broken");
        double unknownBefore = unknown();

        List<CloudEvent<RunEvent>> events =
                reader.readAll(List.of(broken, unknown, good), RunEvent.class)
                        .await()
                        .atMost(LIMIT);

        assertThat(events).hasSize(1);
        assertThat(events.get(0).data()).isInstanceOf(RunEvent.RunPaused.class);
        assertThat(unknown()).isEqualTo(unknownBefore + 1);
        ConsumerRecord<String, String> dead = dead();
        assertThat(dead.value()).isEqualTo("{broken");
        assertThat(KafkaProbe.header(dead, "slipway_why"))
                .isEqualTo("cannot read JSON as a RunEvent");
        assertThat(KafkaProbe.header(dead, "slipway_offset")).isEqualTo("7");
        assertThat(KafkaProbe.header(dead, "ce_type")).isEqualTo("dev.slipway.runs.RunPaused.v1");
    }

    @Test
    void aPublishedEventIsThereWhenThePublisherSaysSo() {
        RunEvent data = (RunEvent) Samples.ALL.get(4);

        publisher
                .publish(
                        Topics.RUNS,
                        key,
                        CloudEvent.of("/slipway/probe", data, Instant.EPOCH)
                                .withTenant(TenantId.of("acme")))
                .await()
                .atMost(LIMIT);

        try (KafkaProbe probe = KafkaProbe.shared()) {
            assertThat(probe.records(Topics.RUNS)).anyMatch(record -> key.equals(record.key()));
        }
    }

    private double unknown() {
        var counter = meters.find(MetricNames.EVENTS_UNKNOWN).tag("topic", Topics.RUNS).counter();
        return counter == null ? 0 : counter.count();
    }

    private ConsumerRecord<String, String> dead() {
        try (KafkaProbe probe = KafkaProbe.shared()) {
            return probe.await(Topics.dead(Topics.RUNS), 1, LIMIT, r -> key.equals(r.key())).get(0);
        }
    }

    private ConsumerRecord<String, byte[]> record(String event, String value) {
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>(
                        Topics.RUNS, 0, 7, key, value.getBytes(StandardCharsets.UTF_8));
        Map.of(
                        "ce_id", "1",
                        "ce_source", "/slipway/planner",
                        "ce_time", "2026-01-02T03:04:05Z",
                        "ce_type", "dev.slipway.runs.%s.v1".formatted(event))
                .forEach((name, text) ->
                        record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private static String golden() {
        return new String(
                dev.slipway.contracts.Wire.bytes(Samples.ALL.get(4)), StandardCharsets.UTF_8);
    }
}
