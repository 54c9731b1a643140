package dev.slipway.planner.operation;

import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.run.Verdict;
import java.util.List;
import java.util.Optional;

/// What making a plan came to.
sealed interface Preparation {
    /// The run does not go on.
    ///
    /// @param findings what keeps hosts from being used
    /// @param shown a dry run's plan
    record Over(Verdict verdict, List<HostFinding> findings, Optional<Plan> shown)
            implements Preparation {
        public Over {
            findings = List.copyOf(findings);
        }
    }

    record Ready(Plan plan) implements Preparation {}

    /// A frozen plan can go on.
    record Reopened() implements Preparation {}

    /// The certificate service does not answer; the same again later.
    record Later(String why) implements Preparation {}
}
