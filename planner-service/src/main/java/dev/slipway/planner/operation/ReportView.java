package dev.slipway.planner.operation;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.inspect.HostFinding;
import java.util.List;
import java.util.Optional;

/// What was found on a run's hosts, as the API shows it.
///
/// @param outcome once the run is settled
/// @param message likewise, one sentence
/// @param hosts all of the run's, in the order of its file
record ReportView(
        RunId run,
        String cluster,
        String operation,
        Optional<String> outcome,
        Optional<String> message,
        List<Host> hosts) {
    ReportView {
        hosts = List.copyOf(hosts);
    }

    /// @param checks in the order in which one would mend things; those that found nothing are told
    ///   by a run of `check` only, and a check that could not be made is not among them
    record Host(HostAddress host, String name, List<String> roles, List<Result> checks) {
        Host {
            roles = List.copyOf(roles);
            checks = List.copyOf(checks);
        }
    }

    /// @param check its word, as `disk-sync`
    /// @param result `ok`, `warn` or `fail`
    /// @param reason absent where all is well, as are message and advice
    record Result(
            String check,
            String result,
            Optional<ReasonCode> reason,
            Optional<String> message,
            Optional<String> advice) {
        static Result ok(String check) {
            return new Result(check, "ok", Optional.empty(), Optional.empty(), Optional.empty());
        }

        static Result of(HostFinding finding) {
            return new Result(
                    finding.check().word(),
                    finding.level().word(),
                    Optional.of(finding.reason()),
                    Optional.of(finding.message()),
                    Optional.of(finding.advice()));
        }
    }
}
