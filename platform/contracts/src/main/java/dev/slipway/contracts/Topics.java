package dev.slipway.contracts;

import dev.slipway.contracts.id.PoolName;
import java.util.Optional;

/// The topics, one writer each. The architecture page says who reads them and how long they are
/// kept.
public final class Topics {
    /// Written by the planner; key `tenant/cluster`; a [dev.slipway.contracts.event.RunEvent].
    public static final String RUNS = "slipway.runs";

    /// Written by executors; key: run id; a [dev.slipway.contracts.event.TaskResult].
    public static final String TASK_RESULTS = "slipway.task-results";

    /// Written by executors; key: task id; a [dev.slipway.contracts.event.OutputChunk].
    public static final String TASK_OUTPUT = "slipway.task-output";

    /// Written by the certificate service; key `tenant/cluster`; a
    /// [dev.slipway.contracts.event.CertificateEvent].
    public static final String CERTIFICATES = "slipway.certificates";

    /// Written by the status service; key: tenant.
    public static final String AUDIT = "slipway.audit";

    private static final String TASKS_PREFIX = "slipway.tasks.";

    private Topics() {}

    /// Written by the planner; key `tenant/address:port`; a
    /// [dev.slipway.contracts.event.TaskRequested].
    public static String tasks(PoolName pool) {
        return TASKS_PREFIX + pool;
    }

    /// The pool whose tasks are in `topic`; empty if it is no topic of tasks.
    public static Optional<PoolName> pool(String topic) {
        if (!topic.startsWith(TASKS_PREFIX)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PoolName(topic.substring(TASKS_PREFIX.length())));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // the dead twin of one
        }
    }

    /// The consumer group in which a pool's executors share its tasks.
    public static String executorGroup(PoolName pool) {
        return "slipway.executor." + pool;
    }

    /// Where records of `topic` that can't be decoded go.
    public static String dead(String topic) {
        return topic + ".dead";
    }
}
