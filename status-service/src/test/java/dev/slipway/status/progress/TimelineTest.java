package dev.slipway.status.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.status.Story;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final Story story = Story.of("acme", 3);
    private final Timeline timeline = new Timeline(Story.OPENED);

    @Test
    void tellsARunInWords() {
        assertThat(timeline.entry(story.opened()).text()).isEqualTo("apply of demo asked by ada");
        assertThat(timeline.entry(story.frozen(1, Story.PREPARE)).text())
                .isEqualTo("plan frozen: 1 phase");
        assertThat(timeline.entry(story.phaseStarted(Story.PREPARE, 2)).text())
                .isEqualTo("phase prepare (3 hosts)");
        assertThat(timeline.entry(story.phaseSettled(Story.PREPARE, 3, 1, 0, 1)).text())
                .isEqualTo("1 succeeded, 1 failed, 1 left out");
        assertThat(timeline.entry(story.resumed(3, true)).text()).isEqualTo("retried by bob");
        assertThat(timeline.entry(story.settled(RunOutcome.SUCCEEDED, 4)).text())
                .isEqualTo("SUCCEEDED: said the planner");
    }

    @Test
    void countsTimeFromTheOpeningAndNamesThePlace() {
        TimelineEntry entry =
                timeline.entry(
                        story.ended(
                                story.ref(Story.JOIN, 1, 1),
                                TaskOutcome.FAILED,
                                ReasonCode.DISK_FULL,
                                7.5));

        assertThat(entry.since()).isEqualTo(Duration.ofMillis(7500));
        assertThat(entry.phase()).contains("join-workers");
        assertThat(entry.host()).contains("10.0.0.2:22");
        assertThat(entry.text()).startsWith("DISK_FULL: cannot do it on 10.0.0.2:22");
    }
}
