package dev.slipway.status.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.status.Story;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskStateTest {
    private final Story story = Story.of("acme", 1);
    private final TaskResult started = story.started(Story.PREPARE, 0, 1);
    private final TaskResult succeeded = story.succeeded(Story.PREPARE, 0, 5, 3);
    private final TaskResult failedFirst =
            story.ended(
                    story.ref(Story.PREPARE, 0, 1),
                    TaskOutcome.FAILED,
                    ReasonCode.COMMAND_FAILED,
                    4);
    private final TaskResult secondStarted = story.started(story.ref(Story.PREPARE, 0, 2), 7);
    private final TaskResult secondSucceeded =
            story.succeeded(story.ref(Story.PREPARE, 0, 2), 9, 1);

    @Test
    void knowsStartEndAndTimeOnTheHost() {
        TaskState state = fold(List.of(started, succeeded));

        assertThat(state.started()).contains(Story.at(1));
        assertThat(state.settled()).contains(Story.at(5));
        assertThat(state.outcome()).contains(TaskOutcome.SUCCEEDED);
        assertThat(state.hostTime()).hasValueSatisfying(t -> assertThat(t).hasSeconds(3));
        assertThat(state.exitCode()).contains(0);
        assertThat(state.outputTail()).as("kept for failures only").isEmpty();
    }

    @Test
    void namesTheStepThatFailedAndKeepsTheLastWords() {
        TaskState state = fold(List.of(started, failedFirst));

        assertThat(state.step()).contains("two");
        assertThat(state.exitCode()).contains(7);
        assertThat(state.reason()).contains(ReasonCode.COMMAND_FAILED);
        assertThat(state.message()).contains("10.0.0.1:22");
        assertThat(state.outputTail()).isEqualTo("last words\n");
    }

    @Test
    void forgetsAnAttemptWhenAHigherOneIsHeard() {
        TaskState state = fold(List.of(started, failedFirst, secondStarted));

        assertThat(state.ref().attempt()).isEqualTo(2);
        assertThat(state.outcome()).isEmpty();
        assertThat(state.reason()).isEmpty();
        assertThat(state.exitCode()).isEmpty();
    }

    @Test
    void comesToTheSameInAnyOrderAndWithRepetitions() {
        List<TaskResult> told = List.of(started, failedFirst, secondStarted, secondSucceeded);
        TaskState expected = fold(told);
        for (long seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            List<TaskResult> shuffled = new ArrayList<>(told);
            told.forEach(r -> Collections.addAll(shuffled, told.get(random.nextInt(told.size()))));
            Collections.shuffle(shuffled, random);

            assertThat(fold(shuffled)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static TaskState fold(List<TaskResult> results) {
        Optional<TaskState> state = Optional.empty();
        for (TaskResult result : results) {
            state = Optional.of(TaskState.evolve(state, result));
        }
        return state.orElseThrow();
    }
}
