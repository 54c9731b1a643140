package dev.slipway.planner.operation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// The planner's own settings.
@ConfigMapping(prefix = "slipway.planner")
interface PlannerConfig {
    /// What is added to start-by and timeout before a task counts as overdue: time to report.
    @WithDefault("PT1M")
    Duration grace();

    /// Orders per task before it is settled as it stands.
    @WithDefault("3")
    int tries();

    /// Tasks a tenant may have in flight, over all its runs.
    @WithDefault("500")
    int tasksInFlightPerTenant();

    /// How often overdue tasks, runs that wait for their share, and runs without a plan are looked
    /// for.
    @WithDefault("1s")
    Duration watchdogInterval();

    /// How long one planner has a run to itself to make its plan.
    @WithDefault("PT1M")
    Duration planningLease();

    /// How long to wait before an authority that could not be opened is asked for again.
    @WithDefault("PT2S")
    Duration authorityRetry();
}
