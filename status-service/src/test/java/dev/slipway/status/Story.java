package dev.slipway.status;

import dev.slipway.contracts.event.HostRef;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.event.RunEvent.CancelRequested;
import dev.slipway.contracts.event.RunEvent.PhaseSettled;
import dev.slipway.contracts.event.RunEvent.PhaseStarted;
import dev.slipway.contracts.event.RunEvent.PlanFrozen;
import dev.slipway.contracts.event.RunEvent.RunOpened;
import dev.slipway.contracts.event.RunEvent.RunPaused;
import dev.slipway.contracts.event.RunEvent.RunResumed;
import dev.slipway.contracts.event.RunEvent.RunSettled;
import dev.slipway.contracts.event.TaskResult.StepResult;
import dev.slipway.contracts.event.TaskResult.TaskRef;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Makes the events of one run. Times are seconds after its opening.
public record Story(TenantId tenant, ClusterName cluster, RunId run, int hostCount, int window) {
    public static final Instant OPENED = Instant.parse("2026-03-01T10:00:00Z");
    public static final PhaseName INSPECT = PhaseName.of("inspect");
    public static final PhaseName PREPARE = PhaseName.of("prepare");
    public static final PhaseName JOIN = PhaseName.of("join-workers");

    public static Story of(String tenant, int hostCount) {
        return new Story(
                TenantId.of(tenant), ClusterName.of("demo"), RunId.next(), hostCount, hostCount);
    }

    public static Instant at(double second) {
        return OPENED.plusMillis((long) (second * 1000));
    }

    public HostAddress host(int index) {
        return new HostAddress("10.0.%d.%d".formatted(index / 250, index % 250 + 1), 22);
    }

    public List<HostAddress> hosts() {
        return IntStream.range(0, hostCount).mapToObj(this::host).toList();
    }

    public PhaseSummary phase(PhaseName name) {
        return new PhaseSummary(
                name, "phase " + name, hosts(), true, window, OptionalInt.empty(), 1);
    }

    public RunOpened opened() {
        List<HostRef> refs =
                hosts().stream().map(h -> new HostRef(h, h.address(), List.of("worker"))).toList();
        return new RunOpened(tenant, cluster, run, "apply", 1, "ada", false, refs, OPENED);
    }

    public PlanFrozen frozen(double second, PhaseName... phases) {
        var digest = ContentDigest.ofBytes("plan".getBytes(StandardCharsets.UTF_8));
        return new PlanFrozen(
                tenant,
                cluster,
                run,
                digest,
                List.of(phases).stream().map(this::phase).toList(),
                at(second));
    }

    public PhaseStarted phaseStarted(PhaseName phase, double second) {
        return new PhaseStarted(tenant, cluster, run, phase(phase), at(second));
    }

    public PhaseSettled phaseSettled(PhaseName phase, double second) {
        return phaseSettled(phase, second, 0, 0, 0);
    }

    public PhaseSettled phaseSettled(
            PhaseName phase, double second, int failed, int unknown, int leftOut) {
        int succeeded = hostCount - failed - unknown - leftOut;
        return new PhaseSettled(
                tenant, cluster, run, phase, succeeded, failed, unknown, leftOut, at(second));
    }

    public RunPaused paused(double second) {
        return new RunPaused(tenant, cluster, run, "ada", at(second));
    }

    public RunResumed resumed(double second, boolean retry) {
        return new RunResumed(tenant, cluster, run, "bob", retry, at(second));
    }

    public CancelRequested cancelRequested(double second) {
        return new CancelRequested(tenant, cluster, run, "bob", at(second));
    }

    public RunSettled settled(RunOutcome outcome, double second) {
        Optional<ReasonCode> reason =
                outcome == RunOutcome.FAILED
                        ? Optional.of(ReasonCode.FAILURE_LIMIT_REACHED)
                        : Optional.empty();
        return new RunSettled(
                tenant, cluster, run, outcome, reason, "said the planner", at(second));
    }

    public TaskRef ref(PhaseName phase, int host, int attempt) {
        return new TaskRef(
                tenant,
                cluster,
                run,
                phase,
                host(host),
                TaskId.of(run, phase, host(host)),
                attempt);
    }

    public TaskStarted started(PhaseName phase, int host, double second) {
        return started(ref(phase, host, 1), second);
    }

    public TaskStarted started(TaskRef ref, double second) {
        return new TaskStarted(ref, "executor-1", false, at(second));
    }

    public TaskSettled succeeded(PhaseName phase, int host, double second, double hostSeconds) {
        return succeeded(ref(phase, host, 1), second, hostSeconds);
    }

    public TaskSettled succeeded(TaskRef ref, double second, double hostSeconds) {
        return new TaskSettled(
                ref,
                TaskOutcome.SUCCEEDED,
                Optional.empty(),
                "",
                List.of(step("one", StepOutcome.SUCCEEDED)),
                Map.of(),
                "all is well\n",
                Optional.empty(),
                Duration.ofMillis((long) (hostSeconds * 1000)),
                "executor-1",
                at(second));
    }

    public TaskSettled ended(TaskRef ref, TaskOutcome outcome, ReasonCode reason, double second) {
        return new TaskSettled(
                ref,
                outcome,
                Optional.of(reason),
                "cannot do it on %s: mend it".formatted(ref.host()),
                List.of(step("one", StepOutcome.SUCCEEDED), step("two", StepOutcome.FAILED)),
                Map.of(),
                "last words\n",
                Optional.empty(),
                Duration.ofSeconds(1),
                "executor-1",
                at(second));
    }

    public OutputChunk output(TaskRef ref, long offset, String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return new OutputChunk(ref, offset, length, "one", text, false);
    }

    /// The last piece of an attempt's output.
    public OutputChunk lastOutput(TaskRef ref, long offset) {
        return new OutputChunk(ref, offset, 0, "one", "", true);
    }

    private static StepResult step(String name, StepOutcome outcome) {
        int exitCode = outcome == StepOutcome.SUCCEEDED ? 0 : 7;
        return new StepResult(
                name, outcome, Optional.of(exitCode), Optional.of(OPENED), Duration.ofMillis(200));
    }
}
