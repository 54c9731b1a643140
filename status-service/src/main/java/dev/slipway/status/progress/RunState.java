package dev.slipway.status.progress;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.RunEvent.CancelRequested;
import dev.slipway.contracts.event.RunEvent.PhaseSettled;
import dev.slipway.contracts.event.RunEvent.PhaseStarted;
import dev.slipway.contracts.event.RunEvent.PlanFrozen;
import dev.slipway.contracts.event.RunEvent.RunOpened;
import dev.slipway.contracts.event.RunEvent.RunPaused;
import dev.slipway.contracts.event.RunEvent.RunResumed;
import dev.slipway.contracts.event.RunEvent.RunSettled;
import dev.slipway.contracts.id.PhaseName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the planner said of a run. [#evolve] is idempotent and does not depend on the order of
/// events: of each kind the latest counts.
///
/// @param phases by name, in no order
/// @param resumed the latest of resume and retry
record RunState(
        Optional<RunOpened> opened,
        Optional<PlanFrozen> plan,
        Map<String, PhaseState> phases,
        Optional<Instant> paused,
        Optional<Instant> resumed,
        Optional<Instant> cancelRequested,
        Optional<RunSettled> settled) {
    static final RunState UNHEARD =
            new RunState(
                    Optional.empty(),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    RunState {
        phases = Map.copyOf(phases);
    }

    static RunState evolve(RunState state, RunEvent event) {
        return switch (event) {
            case RunOpened e -> state.with(Optional.of(e), state.plan, state.phases);
            case PlanFrozen e -> state.with(state.opened, latest(state.plan, e), state.phases);
            case PhaseStarted e ->
                    state.withPhase(e.phase().name(), state.phase(e.phase().name()).evolve(e));
            case PhaseSettled e -> state.withPhase(e.phase(), state.phase(e.phase()).evolve(e));
            case RunPaused e ->
                    state.with(latest(state.paused, e.at()), state.resumed, state.cancelRequested);
            case RunResumed e ->
                    state.with(state.paused, latest(state.resumed, e.at()), state.cancelRequested);
            case CancelRequested e ->
                    state.with(state.paused, state.resumed, latest(state.cancelRequested, e.at()));
            case RunSettled e -> state.withSettled(latest(state.settled, e));
        };
    }

    RunStage stage() {
        if (settlement().isPresent()) {
            return RunStage.SETTLED;
        }
        if (sinceResumed(cancelRequested)) {
            return RunStage.CANCELLING;
        }
        if (sinceResumed(paused)) {
            return RunStage.PAUSED;
        }
        if (plan.isPresent()) {
            return RunStage.RUNNING;
        }
        return phases.isEmpty() ? RunStage.OPEN : RunStage.INSPECTING;
    }

    /// How the run ended; absent while it goes on, also after a retry.
    Optional<RunSettled> settlement() {
        return settled.filter(s -> sinceResumed(Optional.of(s.at())));
    }

    PhaseState phase(PhaseName name) {
        return phases.getOrDefault(name.value(), PhaseState.UNHEARD);
    }

    /// The phases in the order they run: those before the plan by their start, then the plan's.
    List<PhaseSummary> summaries() {
        Map<PhaseName, PhaseSummary> planned = new LinkedHashMap<>();
        plan.ifPresent(p -> p.phases().forEach(s -> planned.put(s.name(), s)));
        List<PhaseSummary> ordered = new ArrayList<>();
        phases.values().stream()
                .filter(p -> p.summary().isPresent() && p.firstStart().isPresent())
                .sorted(Comparator.comparing(p -> p.firstStart().orElseThrow()))
                .map(p -> p.summary().orElseThrow())
                .filter(s -> !planned.containsKey(s.name()))
                .forEach(ordered::add);
        ordered.addAll(planned.values());
        return ordered;
    }

    private boolean sinceResumed(Optional<Instant> at) {
        return at.isPresent() && (resumed.isEmpty() || resumed.get().isBefore(at.get()));
    }

    private static Optional<Instant> latest(Optional<Instant> known, Instant heard) {
        return known.isPresent() && heard.isBefore(known.get()) ? known : Optional.of(heard);
    }

    private static <E extends RunEvent> Optional<E> latest(Optional<E> known, E heard) {
        return known.isPresent() && heard.at().isBefore(known.get().at())
                ? known
                : Optional.of(heard);
    }

    private RunState with(
            Optional<RunOpened> opened, Optional<PlanFrozen> plan, Map<String, PhaseState> phases) {
        return new RunState(opened, plan, phases, paused, resumed, cancelRequested, settled);
    }

    private RunState with(
            Optional<Instant> paused,
            Optional<Instant> resumed,
            Optional<Instant> cancelRequested) {
        return new RunState(opened, plan, phases, paused, resumed, cancelRequested, settled);
    }

    private RunState withSettled(Optional<RunSettled> settled) {
        return new RunState(opened, plan, phases, paused, resumed, cancelRequested, settled);
    }

    private RunState withPhase(PhaseName name, PhaseState phase) {
        Map<String, PhaseState> changed = new HashMap<>(phases);
        changed.put(name.value(), phase);
        return with(opened, plan, changed);
    }
}
