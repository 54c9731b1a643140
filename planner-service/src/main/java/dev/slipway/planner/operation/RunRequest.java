package dev.slipway.planner.operation;

import dev.slipway.planner.plan.Operation;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Optional;

/// What a user asks for.
///
/// @param operation `apply` or `reset`
/// @param clusterfile YAML text, for `apply`; absent: the cluster's latest revision
/// @param cluster which one, where no Clusterfile names it
/// @param dryRun whether the plan is only shown; default no
/// @param acceptNewHostKeys whether hosts of which no key is known are trusted at first sight;
///   default no
/// @param strict whether the failure limit is a ceiling; default no
/// @param hosts only these; not served yet
record RunRequest(
        @NotNull Operation operation,
        Optional<String> clusterfile,
        Optional<String> cluster,
        Optional<Boolean> dryRun,
        Optional<Boolean> acceptNewHostKeys,
        Optional<Boolean> strict,
        Optional<List<String>> hosts) {
    RunRecord.Wishes wishes() {
        return new RunRecord.Wishes(
                dryRun.orElse(false), strict.orElse(false), acceptNewHostKeys.orElse(false));
    }
}
