package dev.slipway.planner.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A phase as frozen.
///
/// @param summary what users see of it; its hosts are those of `tasks`, in the same order
/// @param tasks in the order of dispatch
/// @param taskTimeout for one task's program on its host
/// @param startBy how long an order may wait for its start, from when it is written
/// @param haltingHosts the hosts whose failure halts the run at once: control planes
/// @param onUnknown what becomes of an overdue task
/// @param deadline for all of it, from its start; absent: each task's own times are all there is
/// @param renewedFor the phases that need what this one brings about, which ends by itself; a retry
///   that has anything left to do in one of them does this one again
public record PlannedPhase(
        PhaseSummary summary,
        List<PlannedTask> tasks,
        Duration taskTimeout,
        Duration startBy,
        List<HostAddress> haltingHosts,
        OnUnknown onUnknown,
        Optional<Duration> deadline,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PhaseName> renewedFor) {
    public PlannedPhase {
        // Plans of before there was such a phase say nothing of it.
        renewedFor = renewedFor == null ? List.of() : List.copyOf(renewedFor);
        tasks = List.copyOf(tasks);
        haltingHosts = List.copyOf(haltingHosts);
        if (tasks.isEmpty()
                || !summary.hosts().equals(tasks.stream().map(PlannedTask::host).toList())) {
            throw new IllegalArgumentException(
                    "phase %s: its tasks are not those of its summary's hosts"
                            .formatted(summary.name()));
        }
        if (!taskTimeout.isPositive() || !startBy.isPositive()) {
            throw new IllegalArgumentException(
                    "phase %s: task timeout %s and start by %s must be longer than zero"
                            .formatted(summary.name(), taskTimeout, startBy));
        }
    }

    /// A phase whose work lasts.
    public PlannedPhase(
            PhaseSummary summary,
            List<PlannedTask> tasks,
            Duration taskTimeout,
            Duration startBy,
            List<HostAddress> haltingHosts,
            OnUnknown onUnknown,
            Optional<Duration> deadline) {
        this(summary, tasks, taskTimeout, startBy, haltingHosts, onUnknown, deadline, List.of());
    }

    @JsonIgnore
    public PhaseName name() {
        return summary.name();
    }

    /// The same where the run goes on whatever becomes of its hosts, within the failure limit.
    public PlannedPhase withoutHalts() {
        return new PlannedPhase(
                summary, tasks, taskTimeout, startBy, List.of(), onUnknown, deadline, renewedFor);
    }

    /// The same for a while only.
    public PlannedPhase renewedFor(PhaseBuilder... phases) {
        return new PlannedPhase(
                summary,
                tasks,
                taskTimeout,
                startBy,
                haltingHosts,
                onUnknown,
                deadline,
                Stream.of(phases).map(p -> new PhaseName(p.name())).toList());
    }

    /// The same where the failure of any of its hosts halts the run.
    public PlannedPhase withAllHalts() {
        return new PlannedPhase(
                summary, tasks, taskTimeout, startBy, summary.hosts(), onUnknown, deadline);
    }

    public boolean haltsOnFailureOf(HostAddress host) {
        return haltingHosts.contains(host);
    }

    /// @throws IllegalArgumentException if the phase has no task there
    public PlannedTask task(HostAddress host) {
        return tasks.stream()
                .filter(t -> t.host().equals(host))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "phase %s has no task on %s".formatted(summary.name(), host)));
    }
}
