package dev.slipway.chassis.telemetry;

/// Names of the metrics that dashboards and alerts rely on (Micrometer form: dots; Prometheus shows
/// underscores and adds units). Never renamed.
public final class MetricNames {
    /// Records in the outbox that the broker has not acknowledged.
    public static final String OUTBOX_DEPTH = "slipway.outbox.depth";

    /// Age of the oldest of them, seconds.
    public static final String OUTBOX_AGE = "slipway.outbox.oldest.age";

    /// Records the broker acknowledged, tag `topic`.
    public static final String OUTBOX_PUBLISHED = "slipway.outbox.published";

    /// Events of a type the consumer does not know, tags `topic`, `type`.
    public static final String EVENTS_UNKNOWN = "slipway.events.unknown";

    /// Records that could not be decoded, tag `topic`.
    public static final String EVENTS_DEAD = "slipway.events.dead";

    /// Error answers, tags `code`, `status`.
    public static final String PROBLEMS = "slipway.problems";

    /// Orders put on a topic that no executor has started, tag `pool`.
    public static final String POOL_LAG = "slipway.pool.lag";

    /// Age of the oldest task without a result, seconds.
    public static final String TASKS_OLDEST_AGE = "slipway.tasks.oldest.age";

    /// Tasks of which it is not known what became of them.
    public static final String TASKS_UNKNOWN = "slipway.tasks.unknown";

    /// Tasks that another executor took over.
    public static final String TASKS_TAKEN_OVER = "slipway.tasks.takeovers";

    /// Orders that were refused, tag `code`.
    public static final String ORDERS_REFUSED = "slipway.orders.refused";

    /// Redemptions that were refused, tag `code`.
    public static final String REDEMPTIONS_REFUSED = "slipway.redemptions.refused";

    /// Open SSH sessions.
    public static final String SSH_SESSIONS = "slipway.ssh.sessions";

    private MetricNames() {}
}
