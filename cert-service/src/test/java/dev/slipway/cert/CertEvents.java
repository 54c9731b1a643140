package dev.slipway.cert;

import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.event.CloudEventCodec;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.testkit.KafkaProbe;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// The topics this service reads and writes, as the planner and the ledger see them.
public final class CertEvents implements AutoCloseable {
    private final KafkaProbe probe = KafkaProbe.shared();

    /// Waits for the service's events of that name which mention the text.
    public List<ConsumerRecord<String, String>> await(String event, String text, int count) {
        return probe.await(
                Topics.CERTIFICATES,
                count,
                Duration.ofSeconds(20),
                record ->
                        type(record).endsWith("." + event + ".v1")
                                && record.value().contains(text));
    }

    /// What is there by now, of any event.
    public List<ConsumerRecord<String, String>> all() {
        return probe.records(Topics.CERTIFICATES);
    }

    public void publish(RunEvent event) {
        probe.produce(
                Topics.RUNS,
                event.tenant() + "/" + event.cluster(),
                CertApi.json(event),
                CloudEventCodec.headers(
                        CloudEvent.of("/slipway/planner", event, event.at())
                                .withTenant(event.tenant())
                                .withRun(event.run())));
    }

    public static String type(ConsumerRecord<String, String> record) {
        return KafkaProbe.header(record, "ce_type");
    }

    @Override
    public void close() {
        probe.close();
    }
}
