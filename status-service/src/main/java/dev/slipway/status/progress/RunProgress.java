package dev.slipway.status.progress;

import static java.util.stream.Collectors.groupingBy;

import dev.slipway.contracts.event.HostRef;
import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.event.RunEvent.RunOpened;
import dev.slipway.contracts.event.RunEvent.RunSettled;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A run, as users see it.
///
/// @param reason why it did not end well
/// @param hosts of the cluster, control planes first
/// @param phases in order
/// @param cursor of the latest event in it: where a stream of what follows begins
record RunProgress(
        RunId run,
        ClusterName cluster,
        String operation,
        int revision,
        String actor,
        boolean dryRun,
        RunStage state,
        Optional<RunOutcome> outcome,
        Optional<ReasonCode> reason,
        Optional<String> message,
        Instant openedAt,
        Optional<Instant> settledAt,
        List<HostRef> hosts,
        List<PhaseProgress> phases,
        RunTimes times,
        List<TimelineEntry> timeline,
        long cursor) {
    RunProgress {
        hosts = List.copyOf(hosts);
        phases = List.copyOf(phases);
        timeline = List.copyOf(timeline);
    }

    /// @param opened the run's, which must have been heard
    static RunProgress of(
            RunOpened opened,
            RunState run,
            Collection<TaskState> tasks,
            List<TimelineEntry> timeline,
            long cursor) {
        Optional<RunSettled> settled = run.settlement();
        List<PhaseProgress> phases = phases(run, tasks);
        return new RunProgress(
                opened.run(),
                opened.cluster(),
                opened.operation(),
                opened.revision(),
                opened.actor(),
                opened.dryRun(),
                run.stage(),
                settled.map(RunSettled::outcome),
                settled.flatMap(RunSettled::reason),
                settled.map(RunSettled::message).filter(m -> !m.isEmpty()),
                opened.at(),
                settled.map(RunSettled::at),
                opened.hosts(),
                phases,
                RunTimes.of(phases),
                timeline,
                cursor);
    }

    private static List<PhaseProgress> phases(RunState run, Collection<TaskState> tasks) {
        Map<PhaseName, List<TaskState>> byPhase =
                tasks.stream().collect(groupingBy(t -> t.ref().phase()));
        Set<HostAddress> failed = new HashSet<>();
        List<PhaseProgress> phases = new ArrayList<>();
        for (PhaseSummary summary : run.summaries()) {
            List<TaskState> mine = byPhase.getOrDefault(summary.name(), List.of());
            var where =
                    new PhaseHosts(
                            summary,
                            run.phase(summary.name()),
                            run.settlement().isPresent(),
                            Set.copyOf(failed));
            PhaseProgress phase = PhaseProgress.of(where, mine);
            phases.add(phase);
            phase.hosts().forEach((address, host) -> noteFailure(failed, address, host));
        }
        return phases;
    }

    private static void noteFailure(Set<HostAddress> failed, String address, HostProgress host) {
        switch (host.state()) {
            case FAILED, INTERRUPTED, UNKNOWN, CANCELLED -> failed.add(HostAddress.of(address));
            case WAITING, QUEUED, RUNNING, SUCCEEDED, LEFT_OUT -> {}
        }
    }
}
