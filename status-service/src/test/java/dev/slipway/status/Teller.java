package dev.slipway.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.event.CloudEventCodec;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.CertificateEvent;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.testkit.KafkaProbe;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Speaks as planner, executor and certificate service: puts events on their topics.
public final class Teller implements AutoCloseable {
    private final KafkaProbe probe = KafkaProbe.shared();

    /// Each event to its topic, in order, acknowledged one by one.
    public void tell(Object... events) {
        List.of(events).forEach(this::tellOne);
    }

    /// A record as it is, decodable or not.
    public void tellRaw(String topic, String key, String value, Map<String, String> headers) {
        probe.produce(topic, key, value, headers);
    }

    public KafkaProbe probe() {
        return probe;
    }

    private void tellOne(Object event) {
        switch (event) {
            case RunEvent e -> send(Topics.RUNS, e.tenant() + "/" + e.cluster(), e.tenant(), e);
            case TaskResult e ->
                    send(Topics.TASK_RESULTS, e.ref().run().toString(), e.ref().tenant(), e);
            case OutputChunk e ->
                    send(Topics.TASK_OUTPUT, e.ref().task().toString(), e.ref().tenant(), e);
            case CertificateEvent e ->
                    send(Topics.CERTIFICATES, e.tenant() + "/demo", e.tenant(), e);
            default -> throw new IllegalArgumentException(event + " is no event");
        }
    }

    private void send(String topic, String key, TenantId tenant, Object event) {
        probe.produce(topic, key, new String(Wire.bytes(event), UTF_8), headers(tenant, event));
    }

    /// The headers that the event's true writer would put.
    public static Map<String, String> headers(TenantId tenant, Object event) {
        return new HashMap<>(
                CloudEventCodec.headers(
                        CloudEvent.of("/slipway/test", event, Story.OPENED).withTenant(tenant)));
    }

    @Override
    public void close() {
        probe.close();
    }
}
