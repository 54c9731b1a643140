package dev.slipway.faults;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.event.TaskResult.TaskRef;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.planner.run.Decision;
import dev.slipway.planner.run.Effect;
import dev.slipway.planner.run.PhaseRules;
import dev.slipway.planner.run.PhaseState;
import dev.slipway.planner.run.RunDecider;
import dev.slipway.planner.run.RunInput;
import dev.slipway.planner.run.RunState;
import dev.slipway.planner.run.TaskState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/// Mistakes in deciding, made by twisting what goes into the production decider and what comes out.
final class PlannerBugs {
    private static final int UNLIMITED = Integer.MAX_VALUE;

    private PlannerBugs() {}

    static Decision decide(
            Bugs bugs, RunDecider decider, RunState state, List<RunInput> inputs, Instant now) {
        if (bugs.has(Bug.UNSEEN_COUNTS)) {
            return decider.decide(
                    state,
                    inputs.stream().filter(i -> !(i instanceof RunInput.Started)).toList(),
                    now,
                    UNLIMITED);
        }
        if (bugs.has(Bug.STALE_RESULTS)) {
            return decider.decide(state, fresh(state, inputs), now, UNLIMITED);
        }
        if (bugs.has(Bug.NOT_STARTED_IN_DOUBT_FREES)) {
            return decider.decide(undoubted(state, inputs), inputs, now, UNLIMITED);
        }
        if (bugs.has(Bug.CREDIT)) {
            return restored(
                    state,
                    decider.decide(withRules(state, PlannerBugs::wider), inputs, now, UNLIMITED));
        }
        if (bugs.has(Bug.CANCEL_WITHOUT_LOOK)
                && inputs.stream().anyMatch(RunInput.Cancel.class::isInstance)) {
            return decider.decide(
                    map(
                            state,
                            (_, task) ->
                                    task instanceof TaskState.InFlight flight
                                            ? new TaskState.Cancelled(flight.attempt())
                                            : task),
                    inputs,
                    now,
                    UNLIMITED);
        }
        if (bugs.has(Bug.FAILED_SHARE_RETURNS)) {
            return failedAgain(
                    state,
                    decider.decide(
                            map(
                                    state,
                                    (_, task) ->
                                            task instanceof TaskState.Failed failed
                                                    ? new TaskState.Succeeded(failed.attempt())
                                                    : task),
                            inputs,
                            now,
                            UNLIMITED));
        }
        Decision decision = decider.decide(state, inputs, now, UNLIMITED);
        if (bugs.has(Bug.DOUBT_FREES)) {
            return afresh(decision);
        }
        if (bugs.has(Bug.RETRY_REUSES_ATTEMPT)
                && inputs.stream().anyMatch(RunInput.Retry.class::isInstance)) {
            return after(
                    decision,
                    s ->
                            map(
                                    s,
                                    (_, task) ->
                                            task instanceof TaskState.Waiting
                                                    ? new TaskState.Waiting(0, 0, false)
                                                    : task));
        }
        return decision;
    }

    private static RunState map(
            RunState state, BiFunction<HostAddress, TaskState, TaskState> change) {
        return phases(
                state,
                phase -> {
                    Map<HostAddress, TaskState> tasks = new LinkedHashMap<>(phase.tasks());
                    tasks.replaceAll(change);
                    return new PhaseState(phase.rules(), phase.progress(), phase.endsBy(), tasks);
                });
    }

    private static RunState phases(RunState state, UnaryOperator<PhaseState> change) {
        return new RunState(
                state.subject(),
                state.stage(),
                state.paused(),
                state.cancelling(),
                state.phases().stream().map(change).toList());
    }

    private static Decision after(Decision decision, UnaryOperator<RunState> change) {
        return decision instanceof Decision.Accepted(var state, var effects, var starved)
                ? new Decision.Accepted(change.apply(state), effects, starved)
                : decision;
    }

    private static List<RunInput> fresh(RunState state, List<RunInput> inputs) {
        return inputs.stream()
                .map(input ->
                        input instanceof RunInput.Result(var settled)
                                ? new RunInput.Result(latest(state, settled))
                                : input)
                .toList();
    }

    private static TaskSettled latest(RunState state, TaskSettled settled) {
        TaskRef ref = settled.ref();
        int attempt =
                state.phases().stream()
                        .filter(p -> p.rules().name().equals(ref.phase()))
                        .map(p -> p.tasks().get(ref.host()))
                        .map(task -> task == null ? ref.attempt() : task.attempt())
                        .findFirst()
                        .orElse(ref.attempt());
        return new TaskSettled(
                new TaskRef(
                        ref.tenant(),
                        ref.cluster(),
                        ref.run(),
                        ref.phase(),
                        ref.host(),
                        ref.task(),
                        Math.max(1, attempt)),
                settled.outcome(),
                settled.reason(),
                settled.message(),
                settled.steps(),
                settled.facts(),
                settled.outputTail(),
                settled.presentedHostKey(),
                settled.hostTime(),
                settled.executor(),
                settled.at());
    }

    private static RunState undoubted(RunState state, List<RunInput> inputs) {
        boolean concerned =
                inputs.stream()
                        .anyMatch(i ->
                                i instanceof RunInput.Result(var settled)
                                        && settled.outcome() == TaskOutcome.NOT_STARTED);
        return concerned ? map(state, (_, task) -> certain(task)) : state;
    }

    private static TaskState certain(TaskState task) {
        return task instanceof TaskState.InFlight flight && flight.doubted()
                ? new TaskState.InFlight(
                        flight.attempt(),
                        1,
                        flight.kind(),
                        flight.settleBy(),
                        false,
                        flight.started())
                : task;
    }

    private static RunState withRules(RunState state, UnaryOperator<PhaseRules> change) {
        return phases(
                state,
                phase ->
                        new PhaseState(
                                change.apply(phase.rules()),
                                phase.progress(),
                                phase.endsBy(),
                                phase.tasks()));
    }

    private static PhaseRules wider(PhaseRules rules) {
        PhaseSummary summary = rules.summary();
        return new PhaseRules(
                new PhaseSummary(
                        summary.name(),
                        summary.title(),
                        summary.hosts(),
                        summary.mutating(),
                        summary.window() + 1,
                        summary.disruptionBudget(),
                        summary.failureLimit()),
                rules.taskTimeout(),
                rules.startBy(),
                rules.haltingHosts(),
                rules.overdue(),
                rules.tryAll(),
                rules.nodesAway(),
                rules.deadline());
    }

    private static Decision restored(RunState before, Decision decision) {
        return after(
                decision,
                state -> {
                    var rules = new LinkedHashMap<Object, PhaseRules>();
                    before.phases().forEach(p -> rules.put(p.rules().name(), p.rules()));
                    return withRules(state, r -> rules.getOrDefault(r.name(), r));
                });
    }

    private static Decision failedAgain(RunState before, Decision decision) {
        return after(
                decision,
                state ->
                        phases(
                                state,
                                phase -> {
                                    Map<HostAddress, TaskState> tasks =
                                            new LinkedHashMap<>(phase.tasks());
                                    before.phases().stream()
                                            .filter(p ->
                                                    p.rules().name().equals(phase.rules().name()))
                                            .flatMap(p -> p.tasks().entrySet().stream())
                                            .filter(e -> e.getValue() instanceof TaskState.Failed)
                                            .forEach(e -> tasks.put(e.getKey(), e.getValue()));
                                    return new PhaseState(
                                            phase.rules(), phase.progress(), phase.endsBy(), tasks);
                                }));
    }

    private static Decision afresh(Decision decision) {
        if (!(decision instanceof Decision.Accepted(var state, var effects, var starved))) {
            return decision;
        }
        return new Decision.Accepted(
                map(state, (_, task) -> certain(task)),
                effects.stream()
                        .map(effect ->
                                effect instanceof Effect.Dispatch d && d.kind() == AttemptKind.ADOPT
                                        ? new Effect.Dispatch(
                                                d.phase(),
                                                d.host(),
                                                d.attempt(),
                                                AttemptKind.FRESH,
                                                d.firstAttempt(),
                                                d.times())
                                        : effect)
                        .toList(),
                starved);
    }
}
