package dev.slipway.planner.pool;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.id.PoolName;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/// Asks the broker for pools. Blocks, at most 5 s each time.
@ApplicationScoped
class PoolBroker {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Map<String, Object> settings = new HashMap<>();
    private @Nullable Admin admin;

    @Inject
    PoolBroker(@Identifier("default-kafka-broker") Map<String, Object> broker) {
        settings.putAll(broker);
        settings.keySet().retainAll(AdminClientConfig.configNames());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    }

    /// @param partitions of its topic
    record Pool(PoolName name, int partitions) {}

    /// All pools that have a topic, by name.
    ///
    /// @throws PoolBrokerFailure if the broker does not answer
    List<Pool> pools() {
        var names =
                answer(admin().listTopics().names()).stream()
                        .filter(name -> Topics.pool(name).isPresent())
                        .toList();
        return answer(admin().describeTopics(names).allTopicNames()).values().stream()
                .flatMap(topic ->
                        Topics.pool(topic.name())
                                .map(name -> new Pool(name, topic.partitions().size()))
                                .stream())
                .sorted(Comparator.comparing(pool -> pool.name().value()))
                .toList();
    }

    /// How many executors are members of each pool's group.
    ///
    /// @throws PoolBrokerFailure if the broker does not answer
    Map<PoolName, Integer> executors(Collection<PoolName> pools) {
        var groups = new HashMap<String, PoolName>();
        pools.forEach(pool -> groups.put(Topics.executorGroup(pool), pool));
        var members = new HashMap<PoolName, Integer>();
        admin().describeConsumerGroups(groups.keySet())
                .describedGroups()
                .forEach((group, described) -> {
                    PoolName pool = groups.get(group);
                    if (pool != null) {
                        members.put(pool, members(described));
                    }
                });
        return members;
    }

    private static int members(KafkaFuture<ConsumerGroupDescription> described) {
        try {
            return answer(described).members().size();
        } catch (PoolBrokerFailure e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0; // nobody has ever joined
            }
            throw e;
        }
    }

    private static <T> T answer(KafkaFuture<T> asked) {
        try {
            return asked.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new PoolBrokerFailure(e.getCause());
        } catch (TimeoutException e) {
            throw new PoolBrokerFailure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PoolBrokerFailure(e);
        }
    }

    private synchronized Admin admin() {
        Admin made = admin;
        if (made == null) {
            made = Admin.create(settings);
            admin = made;
        }
        return made;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
