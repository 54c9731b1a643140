package dev.slipway.executor.broker;

import dev.slipway.contracts.id.PoolName;
import dev.slipway.executor.ExecutorConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/// Looks at the broker's settings once, as soon as it answers, and says what is wrong. What breaks
/// a promise makes the executor not ready; it is looked at again every minute until it is mended.
@Readiness
@ApplicationScoped
class BrokerCheck implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(BrokerCheck.class);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);
    private static final String DEFAULT_SESSION = "45000";

    private final Map<String, Object> settings = new HashMap<>();
    private final BrokerRules rules;
    private final Thread thread = Thread.ofVirtual().name("broker-check").unstarted(this::run);
    private volatile List<BrokerFinding> findings = List.of();
    private volatile boolean looked;

    @Inject
    BrokerCheck(
            @Identifier("default-kafka-broker") Map<String, Object> broker, ExecutorConfig config) {
        settings.putAll(broker);
        settings.keySet().retainAll(AdminClientConfig.configNames());
        Object session = broker.get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
        rules =
                new BrokerRules(
                        new PoolName(config.pool()),
                        config.cancellationsWithin(),
                        Duration.ofMillis(
                                Long.parseLong(
                                        session == null ? DEFAULT_SESSION : session.toString())));
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) {
        thread.interrupt();
    }

    private void run() {
        try (Admin admin = Admin.create(settings)) {
            boolean good = false;
            while (!good) {
                Optional<BrokerSettings> seen = ask(admin);
                seen.ifPresent(found -> tell(rules.findings(found)));
                good = seen.isPresent() && findings.isEmpty();
                if (!good) {
                    Thread.sleep(seen.isPresent() ? LOOK_AGAIN : ASK_AGAIN);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.errorf(e, "cannot check the broker's settings: please report this");
        }
    }

    /// Says each thing once, and readiness goes on saying what breaks a promise.
    private void tell(List<BrokerFinding> found) {
        for (BrokerFinding finding : found) {
            if (!findings.contains(finding)) {
                LOG.log(
                        finding.breaks() ? Logger.Level.ERROR : Logger.Level.WARN,
                        "the broker is not set up as executors need it: " + finding);
            }
        }
        findings = found;
        looked = true;
    }

    private Optional<BrokerSettings> ask(Admin admin) throws InterruptedException {
        var topics = new HashMap<String, Map<String, String>>();
        try {
            Set<String> visible = admin.listTopics().names().get();
            for (String topic : rules.topics()) {
                if (visible.contains(topic)) {
                    topics.put(topic, of(admin, ConfigResource.Type.TOPIC, topic).orElse(Map.of()));
                }
            }
            String node =
                    admin.describeCluster().nodes().get().stream()
                            .map(n -> Integer.toString(n.id()))
                            .findFirst()
                            .orElse("");
            return Optional.of(
                    new BrokerSettings(topics, of(admin, ConfigResource.Type.BROKER, node)));
        } catch (ExecutionException e) {
            LOG.debugf(e.getCause(), "cannot ask for the broker's settings yet");
            return Optional.empty();
        }
    }

    private static Optional<Map<String, String>> of(
            Admin admin, ConfigResource.Type type, String name)
            throws ExecutionException, InterruptedException {
        var resource = new ConfigResource(type, name);
        try {
            return Optional.of(
                    admin.describeConfigs(List.of(resource)).all().get().values().stream()
                            .flatMap(config -> config.entries().stream())
                            .filter(entry -> entry.value() != null)
                            .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value)));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                LOG.infof(
                        "the settings of %s %s are hidden from this executor and were not checked: it would need DESCRIBE_CONFIGS",
                        type.name().toLowerCase(Locale.ROOT), name);
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public HealthCheckResponse call() {
        List<String> breaking = new ArrayList<>();
        findings.stream()
                .filter(BrokerFinding::breaks)
                .forEach(finding -> breaking.add(finding.toString()));
        var answer =
                HealthCheckResponse.named("broker settings")
                        .status(breaking.isEmpty())
                        .withData("looked at", looked);
        if (!breaking.isEmpty()) {
            answer.withData("why", String.join("; ", breaking));
        }
        return answer.build();
    }
}
