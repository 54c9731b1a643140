package dev.slipway.chassis.telemetry;

/// Names of the metrics that dashboards and alerts rely on (Micrometer form: dots; Prometheus shows
/// underscores, `_total` after counters, `_seconds` after timers). Never renamed. What each one
/// means to an operator stands in `deploy/docs/telemetry.md`.
public final class MetricNames {
    /// Records in the outbox that the broker has not acknowledged.
    public static final String OUTBOX_DEPTH = "slipway.outbox.depth";

    /// Age of the oldest of them, seconds.
    public static final String OUTBOX_AGE = "slipway.outbox.oldest.age";

    /// Records the broker acknowledged, tag `topic`.
    public static final String OUTBOX_PUBLISHED = "slipway.outbox.published";

    /// Events of a type the consumer does not know, tags `topic`, `type`.
    public static final String EVENTS_UNKNOWN = "slipway.events.unknown";

    /// Records that could not be decoded or stored, tag `topic`.
    public static final String EVENTS_DEAD = "slipway.events.dead";

    /// Error answers, tags `code`, `status`.
    public static final String PROBLEMS = "slipway.problems";

    /// Orders out, or on their way to the topic, that no executor has started, tag `pool`.
    public static final String POOL_LAG = "slipway.pool.lag";

    /// Time since the first order of the task that waits longest for its result, seconds.
    public static final String TASKS_OLDEST_AGE = "slipway.tasks.oldest.age";

    /// Tasks of which it is not known what became of them, in runs that are open or the latest of
    /// their cluster.
    public static final String TASKS_UNKNOWN = "slipway.tasks.unknown";

    /// Runs that are not settled.
    public static final String RUNS_OPEN = "slipway.runs.open";

    /// From a task's end to the decision that starts the next one.
    public static final String DISPATCH_LATENCY = "slipway.dispatch.latency";

    /// Results that could not be taken.
    public static final String RESULTS_PASSED_OVER = "slipway.results.passed.over";

    /// Orders an executor has in work.
    public static final String TASKS_IN_FLIGHT = "slipway.tasks.in.flight";

    /// Tasks whose program was found on the host: another executor's, or another delivery's.
    public static final String TASKS_TAKEN_OVER = "slipway.tasks.takeovers";

    /// Orders that were refused, tag `code`.
    public static final String ORDERS_REFUSED = "slipway.orders.refused";

    /// Open SSH sessions.
    public static final String SSH_SESSIONS = "slipway.ssh.sessions";

    /// Redemptions that were granted.
    public static final String REDEMPTIONS = "slipway.redemptions";

    /// Redemptions that were refused, tag `code`.
    public static final String REDEMPTIONS_REFUSED = "slipway.redemptions.refused";

    /// From a record's time to its being readable, tag `topic`.
    public static final String STATUS_DELAY = "slipway.status.delay";

    /// Open event streams.
    public static final String STATUS_FOLLOWERS = "slipway.status.followers";

    private MetricNames() {}
}
