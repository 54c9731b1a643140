package dev.slipway.executor.task;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Ready while the broker counts it as one of the pool's executors.
@Readiness
@ApplicationScoped
class BrokerReadiness implements HealthCheck {
    /// Several heartbeats: the broker is asked every 3 s.
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final TaskListener listener;

    @Inject
    BrokerReadiness(TaskListener listener) {
        this.listener = listener;
    }

    @Override
    public HealthCheckResponse call() {
        boolean fresh =
                Duration.between(listener.lastHeard(), Instant.now()).compareTo(PATIENCE) < 0;
        HealthCheckResponseBuilder answer =
                HealthCheckResponse.named("tasks taken from the broker").status(fresh);
        if (!fresh) {
            answer.withData(
                    "why",
                    "the broker is away, or does not let this executor in: orders wait in the topic; start the broker, see its log, or mend slipway.broker.servers");
        }
        return answer.build();
    }
}
