package dev.slipway.local.broker;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.CLUSTER;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.id.PoolName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// Who may write and read which topic: one writer each, readers as the services' rooms say,
/// everything else denied. A reader may also write the topic's `.dead` twin, where it parks what it
/// cannot decode. Consumer groups are named `slipway.SERVICE...`, an executor's
/// `slipway.executor.POOL...`.
final class AccessPlan {

    private final Set<AclBinding> bindings = new LinkedHashSet<>();

    private AccessPlan() {}

    static Set<AclBinding> of(List<PoolName> pools) {
        AccessPlan plan = new AccessPlan();
        plan.planner(pools);
        pools.forEach(plan::executor);
        plan.cert();
        plan.status(pools);
        return Set.copyOf(plan.bindings);
    }

    private void planner(List<PoolName> pools) {
        writes("planner", Topics.RUNS);
        pools.forEach(pool -> writes("planner", Topics.tasks(pool)));
        reads("planner", Topics.TASK_RESULTS, Topics.CERTIFICATES);
        consumesAs("planner", "slipway.planner");
        // Counts the executors of each pool.
        pools.forEach(
                pool -> allow("planner", DESCRIBE, GROUP, Topics.executorGroup(pool), LITERAL));
    }

    private void executor(PoolName pool) {
        String executor = "executor/" + pool;
        writes(executor, Topics.TASK_RESULTS, Topics.TASK_OUTPUT);
        reads(executor, Topics.tasks(pool), Topics.RUNS);
        consumesAs(executor, Topics.executorGroup(pool));
        // Checks at its start that the broker keeps and takes what it must.
        allow(executor, DESCRIBE_CONFIGS, CLUSTER, Resource.CLUSTER_NAME, LITERAL);
        for (String topic :
                List.of(Topics.tasks(pool), Topics.RUNS, Topics.TASK_RESULTS, Topics.TASK_OUTPUT)) {
            allow(executor, DESCRIBE_CONFIGS, TOPIC, topic, LITERAL);
        }
    }

    private void cert() {
        writes("cert", Topics.CERTIFICATES);
        reads("cert", Topics.RUNS);
        consumesAs("cert", "slipway.cert");
    }

    private void status(List<PoolName> pools) {
        writes("status", Topics.AUDIT);
        reads(
                "status",
                Topics.RUNS,
                Topics.TASK_RESULTS,
                Topics.TASK_OUTPUT,
                Topics.CERTIFICATES,
                Topics.AUDIT);
        pools.forEach(pool -> reads("status", Topics.tasks(pool)));
        // The dead are read by status alone, so that someone counts and shows them.
        allow("status", READ, TOPIC, "slipway.", PREFIXED);
        consumesAs("status", "slipway.status");
    }

    private void writes(String service, String... topics) {
        for (String topic : topics) {
            allow(service, WRITE, TOPIC, topic, LITERAL);
        }
    }

    private void reads(String service, String... topics) {
        for (String topic : topics) {
            allow(service, READ, TOPIC, topic, LITERAL);
            allow(service, WRITE, TOPIC, Topics.dead(topic), LITERAL);
        }
    }

    private void consumesAs(String service, String group) {
        // A prefix without a separator would let pool "a" join the groups of pool "ab".
        allow(service, READ, GROUP, group, LITERAL);
        allow(service, READ, GROUP, group + ".", PREFIXED);
    }

    private void allow(
            String service,
            AclOperation operation,
            ResourceType type,
            String name,
            PatternType pattern) {
        bindings.add(
                new AclBinding(
                        new ResourcePattern(type, name, pattern),
                        new AccessControlEntry(
                                "User:" + service, "*", operation, AclPermissionType.ALLOW)));
    }
}
