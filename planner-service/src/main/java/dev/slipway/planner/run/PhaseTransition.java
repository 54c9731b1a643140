package dev.slipway.planner.run;

import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.run.PhaseState.Progress;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// One phase within a decision: reserves, frees and burns.
final class PhaseTransition {
    /// What is the same for all tasks looked at in one turn.
    ///
    /// @param share tasks the run may have in flight
    record Turn(Patience patience, Instant now, boolean paused, boolean cancelling, int share) {}

    private final PhaseRules rules;
    private final RunState.Subject subject;
    private final Map<HostAddress, TaskState> tasks;
    private final Set<HostAddress> burnedBefore = new HashSet<>();
    private final boolean whole;
    private Progress progress;
    private Optional<Instant> endsBy;
    private boolean needsAll;

    PhaseTransition(PhaseState state, RunState.Subject subject) {
        this.rules = state.rules();
        this.subject = subject;
        this.tasks = new LinkedHashMap<>(state.tasks());
        this.whole = state.whole();
        this.progress = state.progress();
        this.endsBy = state.endsBy();
    }

    PhaseRules rules() {
        return rules;
    }

    PhaseState state() {
        return new PhaseState(rules, progress, endsBy, tasks, whole);
    }

    /// Whether what was done here was done to an outline and needs the whole phase.
    boolean needsAll() {
        return needsAll;
    }

    private void requireWhole() {
        needsAll |= !whole;
    }

    boolean started() {
        return progress != Progress.WAITING;
    }

    boolean settled() {
        return progress == Progress.SETTLED;
    }

    boolean expired() {
        return progress == Progress.EXPIRED;
    }

    /// Begins the phase.
    void start(Instant now) {
        requireWhole();
        progress = Progress.RUNNING;
        endsBy = rules.deadline().map(now::plus);
    }

    /// @return whether the phase's deadline has passed just now
    boolean expire(Instant now) {
        boolean over =
                progress == Progress.RUNNING && endsBy.filter(e -> !e.isAfter(now)).isPresent();
        if (over) {
            progress = Progress.EXPIRED;
        }
        return over;
    }

    /// Leaves out the hosts that failed in earlier phases; they keep counting here.
    ///
    /// @param burned by earlier phases of the run
    void exclude(Set<HostAddress> burned) {
        burnedBefore.addAll(burned);
        tasks.replaceAll((host, task) ->
                task instanceof TaskState.Waiting waiting && burned.contains(host)
                        ? waiting.leaveOut()
                        : task);
    }

    /// An executor says that an attempt's program runs.
    void begun(TaskResult.TaskRef ref) {
        tasks.computeIfPresent(
                ref.host(),
                (_, task) ->
                        task instanceof TaskState.InFlight flight
                                        && flight.attempt() == ref.attempt()
                                ? flight.start()
                                : task);
    }

    /// @return whether the result changed anything: only the latest attempt's counts, and once
    boolean result(TaskResult.TaskSettled settled, int tries, boolean cancelling) {
        HostAddress host = settled.ref().host();
        TaskState before = tasks.get(host);
        if (before == null || before.attempt() != settled.ref().attempt()) {
            return false;
        }
        if (!(before instanceof TaskState.Ordered ordered)) {
            return false;
        }
        TaskState after =
                switch (settled.outcome()) {
                    case SUCCEEDED -> ordered.succeed();
                    case FAILED, INTERRUPTED ->
                            settled.steps().isEmpty()
                                    ? unseen(ordered, failure(settled), cancelling)
                                    : ordered.fail(failure(settled));
                    case CANCELLED -> ordered.cancelled();
                    case NOT_STARTED -> notStarted(ordered, failure(settled), tries);
                };
        tasks.put(host, after);
        return !after.equals(before);
    }

    /// Nobody looked at the host; a cancelled task is settled only after a look.
    private static TaskState unseen(TaskState.Ordered task, Failure why, boolean cancelling) {
        return cancelling && task instanceof TaskState.InFlight flight
                ? flight.overdue()
                : task.failUnseen(why);
    }

    private static TaskState notStarted(TaskState.Ordered task, Failure why, int tries) {
        return switch (task) {
            case TaskState.InFlight flight when flight.doubted() || flight.tries() < tries ->
                    flight.notStarted();
            case TaskState.InFlight flight -> flight.fail(why);
            case TaskState.Doubtful doubtful -> doubtful;
            case TaskState.Failed failed -> failed;
            case TaskState.Unknown unknown -> unknown;
        };
    }

    /// Takes overdue tasks in hand and dispatches what the limits allow.
    ///
    /// @return whether more could be dispatched if the run's share were larger
    boolean work(Turn turn, List<Effect> effects) {
        tasks.replaceAll((host, task) -> watched(host, task, turn, effects));
        if (isEnding(turn)) {
            if (waiting()) {
                requireWhole();
            }
            leaveOutWaiting();
            return false;
        }
        if (turn.paused()) {
            return false;
        }
        int room = room();
        int reserved = count(PhaseState::isReserved);
        for (var entry : tasks.entrySet()) {
            if (room <= 0) {
                return false;
            }
            if (entry.getValue() instanceof TaskState.Waiting waiting) {
                if (reserved >= turn.share()) {
                    return true;
                }
                var times = turn.patience().times(turn.now(), rules, endsBy);
                var flight = waiting.dispatch(times.settleBy());
                entry.setValue(flight);
                effects.add(Effect.Dispatch.of(rules, entry.getKey(), flight, times));
                reserved++;
                room--;
            }
        }
        return false;
    }

    private TaskState watched(HostAddress host, TaskState task, Turn turn, List<Effect> effects) {
        boolean last = isLastCall(turn);
        boolean ending = isEnding(turn);
        TaskState waited =
                ending && task instanceof TaskState.InFlight flight ? hurried(flight, turn) : task;
        TaskState looked =
                waited instanceof TaskState.InFlight flight
                                && (last || !flight.settleBy().isAfter(turn.now()))
                        ? flight.overdue()
                        : waited;
        if (!(looked instanceof TaskState.Doubtful doubtful)) {
            return looked;
        }
        // One attempt more than usual, so that an ended task's host is looked at once at least.
        int tries = turn.patience().tries() + (ending ? 1 : 0);
        if (last || rules.overdue() == PhaseRules.Overdue.SETTLE || doubtful.tries() >= tries) {
            return doubtful.giveUp();
        }
        if (turn.paused() && !ending) {
            return doubtful;
        }
        var kind = ending ? AttemptKind.CANCEL : AttemptKind.ADOPT;
        var times = turn.patience().times(turn.now(), rules, endsBy);
        var flight = doubtful.reattempt(kind, times.settleBy());
        effects.add(Effect.Dispatch.of(rules, host, flight, times));
        return flight;
    }

    /// An executor that lives ends the task at once. One that died leaves an order for which nobody
    /// gets materials any more: only an order that cancels still opens the host.
    private TaskState hurried(TaskState.InFlight flight, Turn turn) {
        return flight.kind() == AttemptKind.CANCEL || rules.overdue() == PhaseRules.Overdue.SETTLE
                ? flight
                : flight.settledBy(turn.now().plus(Patience.ENDING));
    }

    /// Whether tasks are being ended on their hosts and none is started.
    private boolean isEnding(Turn turn) {
        return turn.cancelling() || expired();
    }

    /// Whether the time after the deadline is over in which hosts may still report their end.
    private boolean isLastCall(Turn turn) {
        return expired()
                && endsBy.filter(end -> !end.plus(turn.patience().grace()).isAfter(turn.now()))
                        .isPresent();
    }

    /// Reserve, then run: how many tasks more every limit has room for, all of them failing
    /// included.
    private int room() {
        int reserved = count(PhaseState::isReserved);
        int window = rules.summary().window() - reserved;
        if (rules.tryAll()) {
            return window;
        }
        if (halt().isPresent() || haltingHost(PhaseState::isDoubted)) {
            return 0;
        }
        int burned = burned();
        int failures = rules.summary().failureLimit() - burned;
        if (subject.strict()) {
            failures -= reserved;
        } else if (failures > count(PhaseState::isDoubted)) {
            failures = Integer.MAX_VALUE;
        } else {
            failures = 0;
        }
        var budget = rules.summary().disruptionBudget();
        int disruption =
                budget.isPresent()
                        ? budget.getAsInt() - reserved - burned - rules.nodesAway()
                        : Integer.MAX_VALUE;
        return Math.min(window, Math.min(failures, disruption));
    }

    /// Why nothing more may start in this phase, ever.
    Optional<ReasonCode> halt() {
        if (rules.tryAll()) {
            return Optional.empty();
        }
        int burned = burned();
        if (haltingHost(PhaseState::isBurned)) {
            return Optional.of(ReasonCode.CONTROL_PLANE_FAILED);
        }
        if (burned >= rules.summary().failureLimit()) {
            return Optional.of(ReasonCode.FAILURE_LIMIT_REACHED);
        }
        var budget = rules.summary().disruptionBudget();
        boolean exhausted = budget.isPresent() && burned + rules.nodesAway() >= budget.getAsInt();
        return exhausted && waiting() ? Optional.of(ReasonCode.BUDGET_EXHAUSTED) : Optional.empty();
    }

    /// Whether no task can change any more.
    boolean over() {
        return count(PhaseState::isReserved) == 0 && (!waiting() || halt().isPresent());
    }

    void settle() {
        requireWhole();
        leaveOutWaiting();
        progress = Progress.SETTLED;
    }

    /// The run ends before the phase's turn comes.
    void abandon() {
        requireWhole();
        leaveOutWaiting();
    }

    /// Every task once more, those that succeeded too.
    void repeat() {
        requireWhole();
        tasks.replaceAll(
                (_, task) -> task instanceof TaskState.Finished done ? done.retry() : task);
        progress = Progress.WAITING;
        endsBy = Optional.empty();
    }

    /// The tasks that did not succeed once more.
    void retry() {
        requireWhole();
        tasks.replaceAll((_, task) ->
                task instanceof TaskState.Finished done && !(done instanceof TaskState.Succeeded)
                        ? done.retry()
                        : task);
        if (waiting()) {
            progress = Progress.WAITING;
            endsBy = Optional.empty();
        }
    }

    Set<HostAddress> burnedHosts() {
        var hosts = new HashSet<HostAddress>();
        tasks.forEach((host, task) -> {
            if (PhaseState.isBurned(task)) {
                hosts.add(host);
            }
        });
        return hosts;
    }

    private int burned() {
        var burned = burnedHosts();
        tasks.keySet().stream().filter(burnedBefore::contains).forEach(burned::add);
        return burned.size();
    }

    private int count(Predicate<TaskState> which) {
        return (int) tasks.values().stream().filter(which).count();
    }

    private boolean haltingHost(Predicate<TaskState> which) {
        return tasks.entrySet().stream()
                .anyMatch(
                        e -> rules.haltingHosts().contains(e.getKey()) && which.test(e.getValue()));
    }

    private boolean waiting() {
        return tasks.values().stream().anyMatch(TaskState.Waiting.class::isInstance);
    }

    private void leaveOutWaiting() {
        tasks.replaceAll(
                (_, task) -> task instanceof TaskState.Waiting waiting ? waiting.leaveOut() : task);
    }

    private static Failure failure(TaskResult.TaskSettled settled) {
        return new Failure(
                settled.reason().orElse(ReasonCode.INTERNAL),
                settled.message(),
                settled.outputTail());
    }
}
