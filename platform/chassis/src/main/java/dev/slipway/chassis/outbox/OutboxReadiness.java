package dev.slipway.chassis.outbox;

import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Down while nothing would get out of the service.
@Readiness
@ApplicationScoped
@IfBuildProperty(name = "slipway.chassis.database", stringValue = "true")
class OutboxReadiness implements HealthCheck {
    private final OutboxRelay relay;

    @Inject
    OutboxReadiness(OutboxRelay relay) {
        this.relay = relay;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("outbox")
                .status(relay.healthy())
                .withData("state", relay.state())
                .withData("depth", relay.depth())
                .build();
    }
}
