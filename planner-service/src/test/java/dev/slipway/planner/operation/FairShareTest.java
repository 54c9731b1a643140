package dev.slipway.planner.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairShareTest {
    @ParameterizedTest
    @CsvSource({
        "10, 0, 0, 10",
        "10, 4, 0, 6",
        "10, 12, 0, 0",
        "10, 0, 1, 5",
        "10, 7, 1, 3",
        "10, 0, 2, 4",
        "2, 0, 5, 1",
        "1, 1, 3, 0",
    })
    void givesWhatIsFreeButAnEqualPartWhileOthersWait(
            int cap, int others, int starving, int tasks) {
        assertThat(new FairShare(cap, others, starving).tasks()).isEqualTo(tasks);
    }

    @Test
    void endsWithEveryRunServedAndTheCapKept() {
        int cap = 7;
        int[] inFlight = {7, 0, 0};
        for (int turn = 0; turn < 60; turn++) {
            int run = turn % inFlight.length;
            inFlight[run] = Math.max(0, inFlight[run] - 1);
            int others = Arrays.stream(inFlight).sum() - inFlight[run];
            int share = new FairShare(cap, others, inFlight.length - 1).tasks();
            inFlight[run] = Math.max(inFlight[run], share);
            assertThat(Arrays.stream(inFlight).sum()).isLessThanOrEqualTo(cap);
        }
        assertThat(inFlight).doesNotContain(0);
    }
}
