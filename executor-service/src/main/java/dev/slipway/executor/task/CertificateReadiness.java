package dev.slipway.executor.task;

import dev.slipway.chassis.problem.ProblemFailure;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.TimeoutException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/// Ready while the certificate service is: without it orders are taken and wait for their
/// materials. It is asked in the background, so the health route tells the last answer at once.
@Readiness
@ApplicationScoped
class CertificateReadiness implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(CertificateReadiness.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration WHILE_AWAY = Duration.ofSeconds(1);
    private static final String ADVICE =
            "orders wait for it: start it, see its log, or mend slipway.cert-service.url";

    private final SuiteClients suite;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Optional<String> trouble = Optional.of("not asked yet");

    @Inject
    CertificateReadiness(SuiteClients suite) {
        this.suite = suite;
    }

    void start(@Observes StartupEvent event) {
        Thread.ofVirtual().name("certificate-readiness").start(this::askForever);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> now = trouble;
        HealthCheckResponseBuilder answer =
                HealthCheckResponse.named("certificate service").status(now.isEmpty());
        now.ifPresent(why ->
                answer.withData(
                        "why", "the certificate service is away (%s): %s".formatted(why, ADVICE)));
        return answer.build();
    }

    private void askForever() {
        try {
            Duration pause = Duration.ZERO;
            while (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                Optional<String> found = ask();
                tell(trouble, found);
                trouble = found;
                pause = found.isPresent() ? WHILE_AWAY : EVERY;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<String> ask() {
        try {
            suite.requireCertificates();
            return Optional.empty();
        } catch (ProblemFailure e) {
            return Optional.of(e.problem().detail());
        } catch (TimeoutException e) {
            return Optional.of("it does not answer");
        } catch (RuntimeException e) {
            return Optional.of(String.valueOf(e));
        }
    }

    private static void tell(Optional<String> before, Optional<String> now) {
        if (now.isEmpty() && before.isPresent()) {
            LOG.info("the certificate service is there");
        } else if (now.isPresent() && before.isEmpty()) {
            LOG.warnf("the certificate service is away (%s): %s", now.get(), ADVICE);
        }
    }
}
