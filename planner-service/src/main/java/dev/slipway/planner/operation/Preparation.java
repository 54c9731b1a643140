package dev.slipway.planner.operation;

import dev.slipway.planner.inspect.HostReport;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.run.Verdict;
import java.util.List;
import java.util.Optional;

/// What making a plan came to.
sealed interface Preparation {
    /// The run does not go on.
    ///
    /// @param reports what was found on hosts
    /// @param shown a dry run's plan
    record Over(Verdict verdict, List<HostReport> reports, Optional<Plan> shown)
            implements Preparation {
        public Over {
            reports = List.copyOf(reports);
        }
    }

    /// @param reports what was found on hosts; no failure
    record Ready(Plan plan, List<HostReport> reports) implements Preparation {
        public Ready {
            reports = List.copyOf(reports);
        }
    }

    /// A frozen plan can go on.
    record Reopened() implements Preparation {}

    /// The certificate service does not answer; the same again later.
    record Later(String why) implements Preparation {}
}
