package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the checks said of one host.
///
/// @param passed the checks that were made and found nothing; one that could not be made is neither
///   here nor among the findings
/// @param findings in the order of [Check]
public record HostReport(HostAddress host, Set<Check> passed, List<HostFinding> findings) {
    public HostReport {
        passed = Set.copyOf(passed);
        findings = List.copyOf(findings);
    }

    /// Whether nothing keeps the host from being used.
    public boolean isUsable() {
        return findings.stream().noneMatch(HostFinding::isFailure);
    }

    /// Gathers what checks say of the hosts of one run.
    static final class Draft {
        private final Map<HostAddress, EnumSet<Check>> made = new LinkedHashMap<>();
        private final Map<HostAddress, List<HostFinding>> findings = new LinkedHashMap<>();

        /// @param hosts in the order of the reports
        Draft(Collection<HostAddress> hosts) {
            hosts.forEach(host -> {
                made.put(host, EnumSet.noneOf(Check.class));
                findings.put(host, new ArrayList<>());
            });
        }

        void passed(HostAddress host, Check check) {
            made.computeIfAbsent(host, _ -> EnumSet.noneOf(Check.class)).add(check);
        }

        void fail(HostAddress host, Check check, ReasonCode reason, String message) {
            fail(host, check, reason, message, reason.advice());
        }

        void fail(HostAddress host, Check check, ReasonCode reason, String message, String advice) {
            add(new HostFinding(host, check, HostFinding.Level.FAIL, reason, message, advice));
        }

        void warn(HostAddress host, Check check, String message, String advice) {
            add(
                    new HostFinding(
                            host,
                            check,
                            HostFinding.Level.WARN,
                            ReasonCode.PREFLIGHT_FAILED,
                            message,
                            advice));
        }

        private void add(HostFinding finding) {
            findings.computeIfAbsent(finding.host(), _ -> new ArrayList<>()).add(finding);
        }

        List<HostReport> reports() {
            return findings.entrySet().stream().map(e -> report(e.getKey(), e.getValue())).toList();
        }

        private HostReport report(HostAddress host, List<HostFinding> found) {
            EnumSet<Check> passed =
                    EnumSet.copyOf(made.getOrDefault(host, EnumSet.noneOf(Check.class)));
            found.forEach(f -> passed.remove(f.check()));
            // Stable, so that findings of one check stay as they were made.
            return new HostReport(
                    host,
                    passed,
                    found.stream()
                            .sorted(java.util.Comparator.comparing(HostFinding::check))
                            .toList());
        }
    }
}
