package dev.slipway.chassis.outbox;

import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Down while the relay cannot read the outbox or the broker refuses a record. A broker that is
/// away is waited for, and shows in the age of the oldest record.
@Readiness
@ApplicationScoped
@IfBuildProperty(name = "slipway.chassis.database", stringValue = "true")
class OutboxReadiness implements HealthCheck {
    private final OutboxRelay relay;
    private final OutboxMetrics metrics;

    @Inject
    OutboxReadiness(OutboxRelay relay, OutboxMetrics metrics) {
        this.relay = relay;
        this.metrics = metrics;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("outbox")
                .status(relay.healthy())
                .withData("state", relay.state())
                .withData("depth", metrics.depth())
                .build();
    }
}
