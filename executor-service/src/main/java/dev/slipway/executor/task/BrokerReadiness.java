package dev.slipway.executor.task;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready while it takes orders from the broker. The certificate service is no part of this: where
/// it is away, orders wait for it.
@Readiness
@ApplicationScoped
class BrokerReadiness implements HealthCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TaskListener listener;

    @Inject
    BrokerReadiness(TaskListener listener) {
        this.listener = listener;
    }

    @Override
    public HealthCheckResponse call() {
        boolean fresh =
                Duration.between(listener.lastPoll(), Instant.now()).compareTo(PATIENCE) < 0;
        return HealthCheckResponse.named("tasks taken from the broker").status(fresh).build();
    }
}
