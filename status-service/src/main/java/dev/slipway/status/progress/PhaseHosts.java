package dev.slipway.status.progress;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.event.RunEvent.PhaseSettled;
import dev.slipway.contracts.id.HostAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Says of every host of a phase where it is: from its task's results and, where there are none,
/// from what the planner said of the phase.
///
/// @param failedBefore hosts that failed in an earlier phase, which are left out of this one
record PhaseHosts(
        PhaseSummary summary, PhaseState phase, boolean runSettled, Set<HostAddress> failedBefore) {

    Map<HostAddress, HostProgress> of(Collection<TaskState> tasks) {
        Map<HostAddress, Optional<TaskState>> hosts = new LinkedHashMap<>();
        summary.hosts().forEach(h -> hosts.put(h, Optional.empty()));
        tasks.forEach(t -> hosts.put(t.ref().host(), Optional.of(t)));
        long unaccounted = unknown() - tasks.stream().filter(this::silent).count();
        Map<HostAddress, HostProgress> progress = new LinkedHashMap<>();
        for (Map.Entry<HostAddress, Optional<TaskState>> host : hosts.entrySet()) {
            if (host.getValue().isPresent()) {
                TaskState task = host.getValue().get();
                progress.put(host.getKey(), HostProgress.of(state(task), task));
                continue;
            }
            boolean lost = unaccounted > 0 && !failedBefore.contains(host.getKey());
            unaccounted -= lost ? 1 : 0;
            progress.put(host.getKey(), HostProgress.unheard(lost ? HostState.UNKNOWN : unheard()));
        }
        return progress;
    }

    private HostState state(TaskState task) {
        if (task.outcome().isEmpty()) {
            return silent(task) ? HostState.UNKNOWN : HostState.RUNNING;
        }
        return switch (task.outcome().get()) {
            case SUCCEEDED -> HostState.SUCCEEDED;
            case FAILED -> again(task) ? HostState.QUEUED : HostState.FAILED;
            case CANCELLED -> again(task) ? HostState.QUEUED : HostState.CANCELLED;
            case INTERRUPTED -> again(task) ? HostState.QUEUED : HostState.INTERRUPTED;
            case NOT_STARTED -> over() ? HostState.LEFT_OUT : HostState.QUEUED;
        };
    }

    /// A result from before a retry took the phase up again: the task is to be done anew.
    private boolean again(TaskState task) {
        return !over() && task.settled().filter(phase::beforeRestart).isPresent();
    }

    /// Started, never settled, and the phase did not wait for it.
    private boolean silent(TaskState task) {
        if (task.outcome().isPresent()) {
            return false;
        }
        Optional<Instant> end = phase.settlement().map(PhaseSettled::at);
        return runSettled
                || (end.isPresent() && task.started().filter(s -> s.isAfter(end.get())).isEmpty());
    }

    /// The planner counts tasks of which nothing was ever heard; it dispatches in order, so they
    /// are the first ones.
    private int unknown() {
        return phase.settlement().map(PhaseSettled::unknown).orElse(0);
    }

    private boolean over() {
        return runSettled || phase.stage() == PhaseStage.SETTLED;
    }

    private HostState unheard() {
        if (over()) {
            return HostState.LEFT_OUT;
        }
        return phase.stage() == PhaseStage.RUNNING ? HostState.QUEUED : HostState.WAITING;
    }
}
