package dev.slipway.chassis.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.CertificateEvent;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventWireTest {
    private static final RunId RUN = RunId.of("01890a5d-ac96-774b-bcce-b302099a8057");
    private static final CloudEvent<RunEvent> EVENT =
            new CloudEvent<>(
                    "01890a5d-0000-7000-8000-000000000001",
                    "/slipway/planner",
                    "dev.slipway.runs.RunPaused.v1",
                    Optional.of("run/" + RUN),
                    Instant.parse("2026-01-02T03:04:05.678Z"),
                    Optional.of(TenantId.of("acme")),
                    Optional.of("ann"),
                    Optional.of(RUN),
                    Optional.of("cause"),
                    OptionalLong.of(42),
                    Optional.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                    (RunEvent) sample(RunEvent.RunPaused.class));

    static Stream<Object> samples() {
        return Samples.ALL.stream();
    }

    static Stream<EventType> types() {
        return EventTypes.all().stream();
    }

    @Test
    void everyPermittedEventHasATypeName() {
        for (Class<?> sealed : List.of(RunEvent.class, TaskResult.class, CertificateEvent.class)) {
            for (Class<?> event : sealed.getPermittedSubclasses()) {
                assertThat(EventTypes.of(event).name())
                        .matches(
                                "dev\\.slipway\\.[a-z-]+\\.%s\\.v1"
                                        .formatted(event.getSimpleName()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeHasASample(EventType type) {
        assertThat(Samples.ALL).hasAtLeastOneElementOfType(type.event());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void anEventIsWrittenAsItsGoldenFileSays(Object event) {
        assertThat(new String(Wire.bytes(event), UTF_8)).isEqualTo(golden(event).strip());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aGoldenFileIsReadAsTheEvent(Object event) {
        EventType type = EventTypes.of(event.getClass());
        CloudEvent<Object> envelope = CloudEvent.of("/slipway/probe", event, Instant.EPOCH);

        Decoded<?> decoded =
                CloudEventCodec.decode(
                        received(
                                CloudEventCodec.record(
                                        "any",
                                        "key",
                                        CloudEventCodec.headers(envelope),
                                        golden(event).getBytes(UTF_8))),
                        type.read());

        assertThat(decoded).isEqualTo(new Decoded.Known<>(envelope));
    }

    @Test
    void theEnvelopeTravelsInHeaders() {
        ProducerRecord<String, byte[]> record =
                CloudEventCodec.record(Topics.RUNS, "acme/demo", EVENT);

        assertThat(CloudEventCodec.decode(received(record), RunEvent.class))
                .isEqualTo(new Decoded.Known<>(EVENT));
        assertThat(
                        Stream.of(record.headers().toArray())
                                .map(header ->
                                        header.key() + "=" + new String(header.value(), UTF_8)))
                .containsExactly(
                        "ce_specversion=1.0",
                        "ce_id=01890a5d-0000-7000-8000-000000000001",
                        "ce_source=/slipway/planner",
                        "ce_type=dev.slipway.runs.RunPaused.v1",
                        "ce_datacontenttype=application/json",
                        "content-type=application/json",
                        "ce_subject=run/01890a5d-ac96-774b-bcce-b302099a8057",
                        "ce_time=2026-01-02T03:04:05.678Z",
                        "ce_tenant=acme",
                        "ce_authid=ann",
                        "ce_correlationid=01890a5d-ac96-774b-bcce-b302099a8057",
                        "ce_causationid=cause",
                        "ce_sequence=42",
                        "traceparent=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    @Test
    void anEventOfALaterVersionIsUnknown() {
        ProducerRecord<String, byte[]> record =
                CloudEventCodec.record(Topics.RUNS, "acme/demo", EVENT);
        record.headers().remove("ce_type");
        record.headers().add("ce_type", "dev.slipway.runs.RunArchived.v1".getBytes(UTF_8));

        assertThat(CloudEventCodec.decode(received(record), RunEvent.class))
                .isEqualTo(new Decoded.Unknown<>("dev.slipway.runs.RunArchived.v1"));
    }

    @Test
    void anEventOfAnotherTopicIsUnknown() {
        ProducerRecord<String, byte[]> record =
                CloudEventCodec.record(Topics.RUNS, "acme/demo", EVENT);

        assertThat(CloudEventCodec.decode(received(record), CertificateEvent.class))
                .isInstanceOf(Decoded.Unknown.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_id", "ce_source", "ce_time", "ce_type"})
    void aMissingHeaderMakesARecordUndecodable(String header) {
        ProducerRecord<String, byte[]> record =
                CloudEventCodec.record(Topics.RUNS, "acme/demo", EVENT);
        record.headers().remove(header);

        assertThat(CloudEventCodec.decode(received(record), RunEvent.class))
                .isEqualTo(new Decoded.Undecodable<>("header " + header + " is missing"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no JSON",
                "",
                "null",
                "[]",
                "{\"event\":\"RunResumed\",\"tenant\":\"acme\",\"cluster\":\"demo\",\"run\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"actor\":\"ann\",\"retry\":true,\"at\":\"2026-01-02T03:04:05Z\"}",
                "{\"event\":\"RunPaused\",\"tenant\":\"NOT A TENANT\"}"
            })
    void aValueThatIsNotWhatItsTypeSaysIsUndecodable(String value) {
        ProducerRecord<String, byte[]> record =
                CloudEventCodec.record(
                        Topics.RUNS,
                        "acme/demo",
                        CloudEventCodec.headers(EVENT),
                        value.getBytes(UTF_8));

        assertThat(CloudEventCodec.decode(received(record), RunEvent.class))
                .isInstanceOfSatisfying(
                        Decoded.Undecodable.class,
                        dead -> assertThat(dead.why()).doesNotContain("NOT A TENANT"));
    }

    @Test
    void aFieldOfALaterVersionIsPassedOver() {
        String later = golden(EVENT.data()).replace("{\"event\"", "{\"mood\":\"good\",\"event\"");
        ProducerRecord<String, byte[]> record =
                CloudEventCodec.record(
                        Topics.RUNS,
                        "acme/demo",
                        CloudEventCodec.headers(EVENT),
                        later.getBytes(UTF_8));

        assertThat(CloudEventCodec.decode(received(record), RunEvent.class))
                .isEqualTo(new Decoded.Known<>(EVENT));
    }

    @Test
    void whatTwoExecutorsReportHasOneId() {
        TaskId task = TaskId.of("c9d6f7c5-6c3f-5e0f-9f4e-2f7f6a1b2c3d");

        assertThat(EVENT.withIdOf(task, 2, "TaskSettled").id())
                .isEqualTo(EVENT.withIdOf(task, 2, "TaskSettled").id())
                .isNotEqualTo(EVENT.withIdOf(task, 3, "TaskSettled").id())
                .isNotEqualTo(EVENT.withIdOf(task, 2, "TaskStarted").id());
    }

    @Test
    void whatIsNoEventHasNoEnvelope() {
        assertThatThrownBy(() -> CloudEvent.of("/slipway/probe", "text", Instant.EPOCH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("java.lang.String is no event of the contracts");
    }

    private static Object sample(Class<?> event) {
        return Samples.ALL.stream().filter(event::isInstance).findFirst().orElseThrow();
    }

    private static String golden(Object event) {
        String name = "/events/" + EventTypes.of(event.getClass()).name() + ".json";
        try (InputStream file = EventWireTest.class.getResourceAsStream(name)) {
            assertThat(file)
                    .as(
                            "golden file %s; the event is now: %s",
                            name, new String(Wire.bytes(event), UTF_8))
                    .isNotNull();
            return new String(file.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    private static ConsumerRecord<String, byte[]> received(ProducerRecord<String, byte[]> sent) {
        return new ConsumerRecord<>(
                sent.topic(),
                0,
                0,
                ConsumerRecord.NO_TIMESTAMP,
                org.apache.kafka.common.record.TimestampType.NO_TIMESTAMP_TYPE,
                0,
                0,
                sent.key(),
                sent.value(),
                new RecordHeaders(sent.headers()),
                Optional.empty());
    }
}
