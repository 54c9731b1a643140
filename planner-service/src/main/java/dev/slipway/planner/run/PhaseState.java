package dev.slipway.planner.run;

import dev.slipway.contracts.id.HostAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Where a phase stands.
///
/// Most decisions neither begin nor end a phase, and need not see its every task. For them an
/// *outline* will do: of a phase that runs or has expired the tasks that are neither waiting nor
/// succeeded, and the first of those that wait, as many as its window is wide; of one that is
/// settled the tasks that burned a share of the limits; of one that waits none.
///
/// @param endsBy when its deadline is; absent if it has none or has not started
/// @param tasks one for each host, in the order of dispatch; fewer in an outline
/// @param whole whether it is no outline
public record PhaseState(
        PhaseRules rules,
        Progress progress,
        Optional<Instant> endsBy,
        Map<HostAddress, TaskState> tasks,
        boolean whole) {
    /// A phase waits for those before it, runs, and is settled when none of its tasks can change.
    ///
    /// ```
    /// WAITING ──▶ RUNNING ───────────────────▶ SETTLED
    ///    ▲            └──▶ EXPIRED (deadline) ──▶ │
    ///    └──────────────── retry ─────────────────┘
    /// ```
    public enum Progress {
        WAITING,
        RUNNING,
        /// Its deadline has passed: nothing more starts, what is in flight is being ended.
        EXPIRED,
        SETTLED
    }

    public PhaseState {
        tasks = Collections.unmodifiableMap(new LinkedHashMap<>(tasks));
    }

    /// A phase with all of its tasks.
    public PhaseState(
            PhaseRules rules,
            Progress progress,
            Optional<Instant> endsBy,
            Map<HostAddress, TaskState> tasks) {
        this(rules, progress, endsBy, tasks, true);
    }

    /// A phase of which nothing was done yet.
    public static PhaseState waiting(PhaseRules rules) {
        var tasks = new LinkedHashMap<HostAddress, TaskState>();
        rules.summary().hosts().forEach(h -> tasks.put(h, new TaskState.Waiting(0, 0, false)));
        return new PhaseState(rules, Progress.WAITING, Optional.empty(), tasks);
    }

    /// Tasks that hold a reservation.
    public int reserved() {
        return count(PhaseState::isReserved);
    }

    /// Tasks of which an attempt was overdue and nothing is known since.
    public int doubted() {
        return count(PhaseState::isDoubted);
    }

    public int succeeded() {
        return count(TaskState.Succeeded.class::isInstance);
    }

    /// Failed and cancelled ones.
    public int failed() {
        return count(t -> t instanceof TaskState.Failed || t instanceof TaskState.Cancelled);
    }

    /// Tasks given up as unknown.
    public int unknown() {
        return count(TaskState.Unknown.class::isInstance);
    }

    public int leftOut() {
        return count(TaskState.LeftOut.class::isInstance);
    }

    static boolean isReserved(TaskState task) {
        return task instanceof TaskState.InFlight || task instanceof TaskState.Doubtful;
    }

    static boolean isDoubted(TaskState task) {
        return switch (task) {
            case TaskState.Doubtful _ -> true;
            case TaskState.InFlight flight -> flight.doubted();
            case TaskState.Waiting _, TaskState.Finished _ -> false;
        };
    }

    /// Whether the task's host has used up a share of the limits for good.
    static boolean isBurned(TaskState task) {
        return switch (task) {
            case TaskState.Failed _, TaskState.Unknown _, TaskState.Cancelled _ -> true;
            case TaskState.Waiting _,
                    TaskState.InFlight _,
                    TaskState.Doubtful _,
                    TaskState.Succeeded _,
                    TaskState.LeftOut _ ->
                    false;
        };
    }

    private int count(Predicate<TaskState> which) {
        return (int) tasks.values().stream().filter(which).count();
    }
}
