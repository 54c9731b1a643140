package dev.slipway.planner.run;

import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// One decision in the making: applies inputs, then lets the run go as far as it can.
final class RunTransition {
    /// Who ends the tasks that are in flight when their phase's deadline passes.
    private static final String DEADLINE = "slipway (deadline)";

    private final RunState.Subject subject;
    private final Patience patience;
    private final Instant now;
    private final List<Effect> effects = new ArrayList<>();
    private final List<PhaseTransition> phases = new ArrayList<>();
    private RunStage stage;
    private boolean paused;
    private boolean cancelling;
    private boolean starved;

    RunTransition(RunState state, Patience patience, Instant now) {
        this.subject = state.subject();
        this.patience = patience;
        this.now = now;
        this.stage = state.stage();
        this.paused = state.paused();
        this.cancelling = state.cancelling();
        state.phases().forEach(p -> phases.add(new PhaseTransition(p, subject)));
    }

    RunState state() {
        return new RunState(
                subject,
                stage,
                paused,
                cancelling,
                phases.stream().map(PhaseTransition::state).toList());
    }

    List<Effect> effects() {
        return effects;
    }

    /// Whether an outline was not enough.
    boolean needsAll() {
        return phases.stream().anyMatch(PhaseTransition::needsAll);
    }

    boolean starved() {
        return starved;
    }

    /// @return why the input is refused
    Optional<String> apply(RunInput input) {
        return switch (input) {
            case RunInput.Result(var settled) -> {
                learn(settled);
                yield Optional.empty();
            }
            case RunInput.Started(var ref) -> {
                running(ref).ifPresent(p -> p.begun(ref));
                yield Optional.empty();
            }
            case RunInput.PlanReady ready -> {
                freeze(ready);
                yield Optional.empty();
            }
            case RunInput.PlanningOver(var verdict) -> {
                if (stage instanceof RunStage.Planning || stage instanceof RunStage.Reopening) {
                    settle(verdict);
                }
                yield Optional.empty();
            }
            case RunInput.AuthorityReopened() -> {
                if (stage instanceof RunStage.Reopening) {
                    stage = new RunStage.Running();
                }
                yield Optional.empty();
            }
            case RunInput.Pause(var actor) -> pause(actor);
            case RunInput.Resume(var actor) -> resume(actor);
            case RunInput.Cancel(var actor) -> cancel(actor);
            case RunInput.Retry(var actor) -> retry(actor);
        };
    }

    /// Goes on phase by phase until something must be waited for.
    void advance(int share) {
        while (stage instanceof RunStage.Inspecting || stage instanceof RunStage.Running) {
            var open = phases.stream().filter(p -> !p.settled()).findFirst();
            if (open.isEmpty()) {
                settle(finalVerdict());
                return;
            }
            var phase = open.get();
            if (!phase.started()) {
                if (paused || cancelling) {
                    if (cancelling) {
                        settle(Verdicts.cancelled());
                    }
                    return;
                }
                phase.start(now);
                publish(
                        new RunEvent.PhaseStarted(
                                subject.tenant(),
                                subject.cluster(),
                                subject.run(),
                                phase.rules().summary(),
                                now));
            }
            expire(phase);
            phase.exclude(burnedBefore(phase));
            starved =
                    phase.work(
                            new PhaseTransition.Turn(patience, now, paused, cancelling, share),
                            effects);
            if (!phase.over()) {
                return;
            }
            close(phase);
        }
        if (cancelling
                && (stage instanceof RunStage.Planning || stage instanceof RunStage.Reopening)) {
            settle(Verdicts.cancelled());
        }
    }

    /// What is in flight when the deadline passes is ended as if somebody had cancelled the run.
    private void expire(PhaseTransition phase) {
        if (phase.expire(now) && !cancelling) {
            paused = false;
            publish(
                    new RunEvent.CancelRequested(
                            subject.tenant(), subject.cluster(), subject.run(), DEADLINE, now));
        }
    }

    private void close(PhaseTransition phase) {
        boolean expired = phase.expired();
        Optional<ReasonCode> halt = phase.halt();
        phase.settle();
        PhaseState state = phase.state();
        publish(
                new RunEvent.PhaseSettled(
                        subject.tenant(),
                        subject.cluster(),
                        subject.run(),
                        phase.rules().name(),
                        state.succeeded(),
                        state.failed(),
                        state.unknown(),
                        state.leftOut(),
                        now));
        boolean last = phases.getLast() == phase;
        boolean good = state.succeeded() == state.tasks().size();
        if (cancelling && !(last && good && stage instanceof RunStage.Running)) {
            settle(Verdicts.cancelled());
        } else if (expired && !good) {
            settle(Verdicts.expired(state));
        } else if (halt.isPresent()) {
            settle(Verdicts.halted(state, halt.get()));
        } else if (phase.rules().tryAll() && !good && !phase.rules().reporting()) {
            settle(Verdicts.refused(state));
        } else if (stage instanceof RunStage.Inspecting) {
            stage = new RunStage.Planning();
            effects.add(new Effect.Prepare());
        }
    }

    private void learn(TaskResult.TaskSettled settled) {
        running(settled.ref())
                .filter(p -> p.result(settled, patience.tries(), cancelling))
                .ifPresent(_ -> effects.add(new Effect.Learn(settled)));
    }

    /// The phase that a report is about, if that still goes on.
    private Optional<PhaseTransition> running(TaskResult.TaskRef ref) {
        boolean running = stage instanceof RunStage.Inspecting || stage instanceof RunStage.Running;
        return phases.stream()
                .filter(p -> running && p.rules().name().equals(ref.phase()))
                .filter(p -> p.started() && !p.settled())
                .findFirst();
    }

    private void freeze(RunInput.PlanReady ready) {
        if (!(stage instanceof RunStage.Planning)) {
            return;
        }
        ready.phases().stream()
                .map(rules -> new PhaseTransition(PhaseState.waiting(rules), subject))
                .forEach(phases::add);
        stage = new RunStage.Running();
        publish(
                new RunEvent.PlanFrozen(
                        subject.tenant(),
                        subject.cluster(),
                        subject.run(),
                        ready.digest(),
                        ready.phases().stream().map(PhaseRules::summary).toList(),
                        now));
    }

    private Optional<String> pause(String actor) {
        if (stage instanceof RunStage.Settled || paused || cancelling) {
            return Optional.of("only a run that goes on can be paused, this one " + condition());
        }
        paused = true;
        publish(
                new RunEvent.RunPaused(
                        subject.tenant(), subject.cluster(), subject.run(), actor, now));
        return Optional.empty();
    }

    private Optional<String> resume(String actor) {
        if (stage instanceof RunStage.Settled || !paused) {
            return Optional.of("only a paused run can be resumed, this one " + condition());
        }
        paused = false;
        publish(
                new RunEvent.RunResumed(
                        subject.tenant(), subject.cluster(), subject.run(), actor, false, now));
        return Optional.empty();
    }

    private Optional<String> cancel(String actor) {
        if (stage instanceof RunStage.Settled) {
            return Optional.of("only an open run can be cancelled, this one " + condition());
        }
        if (!cancelling) {
            cancelling = true;
            paused = false;
            publish(
                    new RunEvent.CancelRequested(
                            subject.tenant(), subject.cluster(), subject.run(), actor, now));
        }
        return Optional.empty();
    }

    private Optional<String> retry(String actor) {
        if (!(stage instanceof RunStage.Settled(var verdict)) || !verdict.retryable()) {
            return Optional.of(
                    "only a failed or cancelled run can be retried, this one " + condition());
        }
        if (phases.isEmpty()) {
            return Optional.of("this one has no plan to take up again");
        }
        cancelling = false;
        paused = false;
        boolean inspected = phases.getFirst().rules().tryAll();
        if (inspected && phases.size() == 1) {
            phases.getFirst().repeat();
            stage = new RunStage.Inspecting();
        } else if (inspected) {
            retryPhases();
            stage = new RunStage.Reopening();
            effects.add(new Effect.Prepare());
        } else {
            // What needs no facts of its hosts needs no authority either.
            retryPhases();
            stage = new RunStage.Running();
        }
        publish(
                new RunEvent.RunResumed(
                        subject.tenant(), subject.cluster(), subject.run(), actor, true, now));
        return Optional.empty();
    }

    /// What ends by itself may have ended since: it is brought about again for what is left.
    private void retryPhases() {
        phases.forEach(PhaseTransition::retry);
        var unfinished =
                phases.stream()
                        .filter(p -> !p.started())
                        .map(p -> p.rules().name())
                        .collect(Collectors.toSet());
        phases.stream()
                .filter(p -> !Collections.disjoint(p.rules().renewedFor(), unfinished))
                .forEach(PhaseTransition::repeat);
    }

    private String condition() {
        return switch (stage) {
            case RunStage.Settled(var verdict) -> "is over (" + verdict.outcome() + ")";
            case RunStage.Inspecting _,
                    RunStage.Planning _,
                    RunStage.Reopening _,
                    RunStage.Running _ ->
                    cancelling ? "is being cancelled" : paused ? "is paused" : "goes on";
        };
    }

    private Set<HostAddress> burnedBefore(PhaseTransition phase) {
        var burned = new HashSet<HostAddress>();
        for (var earlier : phases) {
            if (earlier == phase) {
                break;
            }
            burned.addAll(earlier.burnedHosts());
        }
        return burned;
    }

    private Verdict finalVerdict() {
        boolean good =
                phases.stream()
                        .map(PhaseTransition::state)
                        .allMatch(p -> p.succeeded() == p.tasks().size());
        return good
                ? new Verdict(
                        RunOutcome.SUCCEEDED,
                        Optional.empty(),
                        "every phase succeeded on every host")
                : Verdicts.partial(phases.stream().map(PhaseTransition::state).toList());
    }

    private void settle(Verdict verdict) {
        phases.forEach(PhaseTransition::abandon);
        stage = new RunStage.Settled(verdict);
        paused = false;
        publish(
                new RunEvent.RunSettled(
                        subject.tenant(),
                        subject.cluster(),
                        subject.run(),
                        verdict.outcome(),
                        verdict.reason(),
                        verdict.message(),
                        now));
    }

    private void publish(RunEvent event) {
        effects.add(new Effect.Publish(event));
    }
}
