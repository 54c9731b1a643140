package dev.slipway.status.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.status.Story;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RunStateTest {
    private static final Story STORY = Story.of("acme", 2);

    static Stream<Arguments> stages() {
        RunEvent opened = STORY.opened();
        RunEvent inspect = STORY.phaseStarted(Story.INSPECT, 1);
        RunEvent frozen = STORY.frozen(3, Story.PREPARE, Story.JOIN);
        RunEvent failed = STORY.settled(RunOutcome.FAILED, 9);
        return Stream.of(
                arguments(RunStage.OPEN, List.of(opened)),
                arguments(RunStage.INSPECTING, List.of(opened, inspect)),
                arguments(RunStage.RUNNING, List.of(opened, inspect, frozen)),
                arguments(RunStage.PAUSED, List.of(opened, frozen, STORY.paused(5))),
                arguments(
                        RunStage.RUNNING,
                        List.of(opened, frozen, STORY.paused(5), STORY.resumed(6, false))),
                arguments(
                        RunStage.PAUSED,
                        List.of(
                                opened,
                                frozen,
                                STORY.paused(5),
                                STORY.resumed(6, false),
                                STORY.paused(7))),
                arguments(RunStage.CANCELLING, List.of(opened, frozen, STORY.cancelRequested(6))),
                arguments(
                        RunStage.CANCELLING,
                        List.of(opened, frozen, STORY.paused(5), STORY.cancelRequested(6))),
                arguments(RunStage.SETTLED, List.of(opened, frozen, failed)),
                arguments(
                        RunStage.SETTLED,
                        List.of(
                                opened,
                                frozen,
                                STORY.cancelRequested(6),
                                STORY.settled(RunOutcome.CANCELLED, 8))),
                arguments(
                        RunStage.RUNNING, List.of(opened, frozen, failed, STORY.resumed(20, true))),
                arguments(
                        RunStage.SETTLED,
                        List.of(
                                opened,
                                frozen,
                                failed,
                                STORY.resumed(20, true),
                                STORY.settled(RunOutcome.SUCCEEDED, 30))));
    }

    @ParameterizedTest
    @MethodSource("stages")
    void standsWhereTheLatestEventsPutIt(RunStage stage, List<RunEvent> events) {
        assertThat(fold(events).stage()).isEqualTo(stage);
    }

    @ParameterizedTest
    @MethodSource("stages")
    void comesToTheSameInAnyOrderWithRepetitionsAndThroughJson(
            RunStage stage, List<RunEvent> events) {
        RunState expected = fold(events);
        for (long seed = 0; seed < 30; seed++) {
            List<RunEvent> shuffled = new ArrayList<>(events);
            shuffled.addAll(events);
            Collections.shuffle(shuffled, new Random(seed));

            RunState state = fold(shuffled);

            assertThat(state).as("seed %d", seed).isEqualTo(expected);
            assertThat(Wire.read(Wire.bytes(state), RunState.class)).isEqualTo(expected);
        }
    }

    @Test
    void listsPhasesBeforeThePlanFirstAndThenInThePlansOrder() {
        RunState state =
                fold(
                        List.of(
                                STORY.phaseStarted(Story.PREPARE, 5),
                                STORY.frozen(3, Story.PREPARE, Story.JOIN),
                                STORY.phaseStarted(Story.INSPECT, 1)));

        assertThat(state.summaries())
                .extracting(PhaseSummary::name)
                .containsExactly(Story.INSPECT, Story.PREPARE, Story.JOIN);
    }

    @Test
    void takesAPhaseUpAgainAfterARetry() {
        RunState settled =
                fold(
                        List.of(
                                STORY.phaseStarted(Story.PREPARE, 1),
                                STORY.phaseSettled(Story.PREPARE, 5)));
        assertThat(stage(settled, Story.PREPARE)).isEqualTo(PhaseStage.SETTLED);

        RunState again = RunState.evolve(settled, STORY.phaseStarted(Story.PREPARE, 20));

        assertThat(stage(again, Story.PREPARE)).isEqualTo(PhaseStage.RUNNING);
        assertThat(stage(again, Story.JOIN)).isEqualTo(PhaseStage.WAITING);
    }

    private static PhaseStage stage(RunState state, PhaseName phase) {
        return state.phase(phase).stage();
    }

    private static RunState fold(List<RunEvent> events) {
        RunState state = RunState.UNHEARD;
        for (RunEvent event : events) {
            state = RunState.evolve(state, event);
        }
        return state;
    }
}
