package dev.slipway.status.progress;

import static dev.slipway.status.Story.JOIN;
import static dev.slipway.status.Story.PREPARE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.event.RunEvent;
import dev.slipway.status.Story;
import dev.slipway.status.stream.Missing;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhaseAccountTest {
    private final Story story = Story.of("acme", 5);

    private static RunState run(RunEvent... events) {
        RunState state = RunState.UNHEARD;
        for (RunEvent event : events) {
            state = RunState.evolve(state, event);
        }
        return state;
    }

    private static PhaseAccount prepare(int succeeded, int otherwise, int silent, int unended) {
        return new PhaseAccount("prepare", succeeded, otherwise, silent, unended);
    }

    /// Of five hosts the planner counts as it says; the rest succeeded.
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0,    5, 0, 0, 0,    0, 0, all is there",
        "0, 0, 0,    3, 0, 2, 0,    2, 0, started without result",
        "0, 0, 0,    3, 0, 0, 0,    2, 0, nothing at all was heard of two",
        "0, 0, 0,    4, 1, 0, 0,    1, 0, the failure of an earlier attempt is no success",
        "2, 0, 0,    3, 2, 0, 0,    0, 0, failures count",
        "2, 0, 0,    3, 1, 1, 0,    1, 0, the failure of one is missing",
        "1, 1, 1,    2, 1, 1, 0,    0, 0, unknown and left out bring nothing",
        "0, 1, 0,    5, 0, 0, 0,    0, 0, more than the planner waited for",
        "0, 0, 0,    5, 0, 0, 2,    0, 2, output has no end"
    })
    void knowsWhatThePlannerCountedAndNobodyHeard(
            int failed,
            int unknown,
            int leftOut,
            int succeeded,
            int otherwise,
            int silent,
            int unended,
            int results,
            int outputs,
            String why) {
        RunState run =
                run(
                        story.phaseStarted(PREPARE, 1),
                        story.phaseSettled(PREPARE, 5, failed, unknown, leftOut));

        assertThat(
                        PhaseAccount.missing(
                                run, List.of(prepare(succeeded, otherwise, silent, unended))))
                .as(why)
                .isEqualTo(new Missing(results, outputs));
    }

    @Test
    void missesAllOfAPhaseOfWhichNothingWasHeard() {
        RunState run = run(story.phaseSettled(PREPARE, 5, 1, 0, 1), story.phaseSettled(JOIN, 9));

        assertThat(PhaseAccount.missing(run, List.of(prepare(3, 1, 0, 0))))
                .isEqualTo(new Missing(5, 0));
    }

    @Test
    void takesNoSuccessOfOnePhaseForAnothers() {
        RunState run = run(story.phaseSettled(PREPARE, 5, 0, 0, 3), story.phaseSettled(JOIN, 9));

        assertThat(PhaseAccount.missing(run, List.of(prepare(5, 0, 0, 0))).results()).isEqualTo(5);
    }

    @Test
    void missesWhatStartedInAPhaseThatWasTakenUpAgain() {
        RunState run =
                run(
                        story.phaseStarted(PREPARE, 1),
                        story.phaseSettled(PREPARE, 5, 2, 0, 0),
                        story.phaseStarted(PREPARE, 7));

        assertThat(PhaseAccount.missing(run, List.of(prepare(3, 1, 1, 0))))
                .isEqualTo(new Missing(1, 0));
    }
}
