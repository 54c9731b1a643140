package dev.slipway.chassis.outbox;

import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.id.TenantId;

/// A record to publish.
///
/// @param topic see the contracts' `Topics`
/// @param key as `Topics` says; records of one key keep their order
/// @param event with a tenant
public record OutboxRecord(String topic, String key, CloudEvent<?> event) {
    public OutboxRecord {
        if (event.tenant().isEmpty()) {
            throw new IllegalArgumentException(
                    "event %s for topic \"%s\" has no tenant".formatted(event.type(), topic));
        }
    }

    TenantId tenant() {
        return event.tenant().orElseThrow();
    }

    /// Whether the topic's events carry a sequence that is gapless per tenant.
    boolean sequenced() {
        return topic.equals(Topics.RUNS) || topic.equals(Topics.CERTIFICATES);
    }
}
