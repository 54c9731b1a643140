package dev.slipway.planner.operation;

import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.planner.inspect.HostFinding;
import dev.slipway.planner.inspect.HostReport;
import dev.slipway.planner.run.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The sentences in which a run says what was found on its hosts.
final class Reports {
    private static final int NAMED = 10;

    private Reports() {}

    /// Why the run does not go on with its plan.
    ///
    /// @param reports with at least one failure
    static Verdict refusal(List<HostReport> reports) {
        return failed(reports, "nothing was changed: ");
    }

    /// How a check ends.
    static Verdict verdict(List<HostReport> reports) {
        if (!failures(reports).isEmpty()) {
            return failed(reports, "");
        }
        long warnings = reports.stream().mapToLong(r -> r.findings().size()).sum();
        return new Verdict(
                RunOutcome.SUCCEEDED,
                Optional.empty(),
                "%d %s checked: %s"
                        .formatted(
                                reports.size(),
                                reports.size() == 1 ? "host" : "hosts",
                                warnings == 0
                                        ? "all is well"
                                        : warnings == 1
                                                ? "fit for use, 1 warning"
                                                : "fit for use, %d warnings".formatted(warnings)));
    }

    private static Verdict failed(List<HostReport> reports, String before) {
        List<HostFinding> failures = failures(reports);
        var reasons = failures.stream().map(HostFinding::reason).distinct().toList();
        ReasonCode reason = reasons.size() == 1 ? reasons.getFirst() : ReasonCode.PREFLIGHT_FAILED;
        String named =
                failures.stream()
                        .limit(NAMED)
                        .map(f -> f.host() + ": " + f.message())
                        .collect(Collectors.joining("; "));
        String more =
                failures.size() > NAMED ? "; and %d more".formatted(failures.size() - NAMED) : "";
        return new Verdict(
                RunOutcome.FAILED,
                Optional.of(reason),
                "%s%s%s. %s".formatted(before, named, more, reason.advice()));
    }

    private static List<HostFinding> failures(List<HostReport> reports) {
        return reports.stream()
                .flatMap(r -> r.findings().stream())
                .filter(HostFinding::isFailure)
                .toList();
    }
}
