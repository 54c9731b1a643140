package dev.slipway.status.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.status.Story;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunProgressTest {
    private final Story story = Story.of("acme", 4);

    @Test
    void showsWaitingQueuedRunningAndSucceededHosts() {
        RunProgress progress =
                told(
                        story.opened(),
                        story.frozen(1, Story.PREPARE, Story.JOIN),
                        story.phaseStarted(Story.PREPARE, 2),
                        story.started(Story.PREPARE, 0, 3),
                        story.started(Story.PREPARE, 1, 3),
                        story.succeeded(Story.PREPARE, 1, 5, 2));

        assertThat(states(progress, Story.PREPARE))
                .containsExactly(
                        HostState.RUNNING, HostState.SUCCEEDED, HostState.QUEUED, HostState.QUEUED);
        assertThat(states(progress, Story.JOIN)).containsOnly(HostState.WAITING).hasSize(4);
    }

    @Test
    void leavesAFailedHostOutOfLaterPhases() {
        RunProgress progress =
                told(
                        story.opened(),
                        story.frozen(1, Story.PREPARE, Story.JOIN),
                        story.phaseStarted(Story.PREPARE, 2),
                        story.ended(
                                story.ref(Story.PREPARE, 0, 1),
                                TaskOutcome.FAILED,
                                ReasonCode.DISK_FULL,
                                3),
                        story.phaseSettled(Story.PREPARE, 4, 1, 0, 0),
                        story.phaseStarted(Story.JOIN, 5),
                        story.phaseSettled(Story.JOIN, 9, 0, 1, 3));

        HostProgress failed = progress.phases().getFirst().hosts().get("10.0.0.1:22");
        assertThat(failed).isNotNull();
        assertThat(failed.state()).isEqualTo(HostState.FAILED);
        assertThat(failed.reason()).contains(ReasonCode.DISK_FULL);
        assertThat(failed.outputTail()).contains("last words\n");
        assertThat(states(progress, Story.JOIN))
                .as("the unknown one is the first that may have been sent")
                .containsExactly(
                        HostState.LEFT_OUT,
                        HostState.UNKNOWN,
                        HostState.LEFT_OUT,
                        HostState.LEFT_OUT);
    }

    @Test
    void callsAStartedTaskUnknownWhenItsPhaseDidNotWaitForIt() {
        RunProgress progress =
                told(
                        story.opened(),
                        story.phaseStarted(Story.PREPARE, 2),
                        story.started(Story.PREPARE, 2, 3),
                        story.phaseSettled(Story.PREPARE, 9, 0, 1, 3));

        assertThat(states(progress, Story.PREPARE))
                .containsExactly(
                        HostState.LEFT_OUT,
                        HostState.LEFT_OUT,
                        HostState.UNKNOWN,
                        HostState.LEFT_OUT);
    }

    @Test
    void leavesOutWhatAHaltedRunDidNotReachUntilItIsRetried() {
        List<Object> halted =
                List.of(
                        story.opened(),
                        story.frozen(1, Story.PREPARE, Story.JOIN),
                        story.phaseStarted(Story.PREPARE, 2),
                        story.ended(
                                story.ref(Story.PREPARE, 0, 1),
                                TaskOutcome.FAILED,
                                ReasonCode.DISK_FULL,
                                3),
                        story.phaseSettled(Story.PREPARE, 4, 1, 0, 3),
                        story.settled(RunOutcome.FAILED, 4));
        RunProgress progress = told(halted.toArray());
        assertThat(progress.state()).isEqualTo(RunStage.SETTLED);
        assertThat(progress.outcome()).contains(RunOutcome.FAILED);
        assertThat(states(progress, Story.JOIN)).containsOnly(HostState.LEFT_OUT);

        List<Object> retried = new ArrayList<>(halted);
        retried.add(story.resumed(60, true));
        retried.add(story.phaseStarted(Story.PREPARE, 61));
        progress = told(retried.toArray());

        assertThat(progress.outcome()).isEmpty();
        assertThat(states(progress, Story.PREPARE)).containsOnly(HostState.QUEUED);
        assertThat(states(progress, Story.JOIN)).containsOnly(HostState.WAITING);
    }

    @Test
    void tellsTheSuitesOverheadFromTheTimeOnHosts() {
        RunProgress progress =
                told(
                        story.opened(),
                        story.phaseStarted(Story.PREPARE, 0),
                        story.succeeded(Story.PREPARE, 0, 4, 3),
                        story.succeeded(Story.PREPARE, 1, 9, 8),
                        story.phaseSettled(Story.PREPARE, 10));

        PhaseProgress phase = progress.phases().getFirst();
        assertThat(phase.wallTime()).contains(Duration.ofSeconds(10));
        assertThat(phase.hostTimeMax()).contains(Duration.ofSeconds(8));
        assertThat(phase.hostTimeSum()).contains(Duration.ofSeconds(11));
        assertThat(phase.overhead()).contains(Duration.ofSeconds(2));
        assertThat(progress.times().overhead()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void doesNotCallANarrowWindowOverhead() {
        var narrow = new Story(story.tenant(), story.cluster(), story.run(), 4, 1);

        RunProgress progress =
                told(
                        narrow.opened(),
                        narrow.phaseStarted(Story.PREPARE, 0),
                        narrow.succeeded(Story.PREPARE, 0, 2, 2),
                        narrow.succeeded(Story.PREPARE, 1, 4, 2),
                        narrow.succeeded(Story.PREPARE, 2, 6, 2),
                        narrow.succeeded(Story.PREPARE, 3, 8, 2),
                        narrow.phaseSettled(Story.PREPARE, 9));

        assertThat(progress.phases().getFirst().overhead()).contains(Duration.ofSeconds(1));
    }

    @Test
    void countsOnlyTheLastStartOfARetriedPhase() {
        RunProgress progress =
                told(
                        story.opened(),
                        story.phaseStarted(Story.PREPARE, 0),
                        story.succeeded(Story.PREPARE, 0, 30, 30),
                        story.phaseSettled(Story.PREPARE, 31, 3, 0, 0),
                        story.resumed(100, true),
                        story.phaseStarted(Story.PREPARE, 100),
                        story.succeeded(story.ref(Story.PREPARE, 1, 2), 104, 3),
                        story.phaseSettled(Story.PREPARE, 105));

        PhaseProgress phase = progress.phases().getFirst();
        assertThat(phase.wallTime()).contains(Duration.ofSeconds(5));
        assertThat(phase.hostTimeMax()).contains(Duration.ofSeconds(3));
        assertThat(phase.overhead()).contains(Duration.ofSeconds(2));
    }

    private static RunProgress told(Object... events) {
        RunState run = RunState.UNHEARD;
        Map<TaskId, TaskState> tasks = new HashMap<>();
        for (Object event : events) {
            if (event instanceof RunEvent e) {
                run = RunState.evolve(run, e);
            } else if (event instanceof TaskResult r) {
                TaskId id = r.ref().task();
                tasks.put(id, TaskState.evolve(Optional.ofNullable(tasks.get(id)), r));
            }
        }
        return RunProgress.of(
                run.opened().orElseThrow(), run, tasks.values(), List.of(), events.length);
    }

    private static List<HostState> states(RunProgress progress, PhaseName phase) {
        return progress.phases().stream()
                .filter(p -> p.phase().name().equals(phase))
                .flatMap(p -> p.hosts().values().stream())
                .map(HostProgress::state)
                .toList();
    }
}
