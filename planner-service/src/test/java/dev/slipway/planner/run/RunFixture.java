package dev.slipway.planner.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/// Drives a [RunDecider] as its surroundings would, in virtual time.
final class RunFixture {
    static final Patience PATIENCE = new Patience(Duration.ofMinutes(1), 3);
    static final Duration START_BY = Duration.ofMinutes(2);
    static final Duration TIMEOUT = Duration.ofMinutes(10);
    static final PhaseName INSPECT = new PhaseName("inspect");
    static final PhaseName WORK = new PhaseName("work");

    final RunDecider decider = new RunDecider(PATIENCE);
    final List<Effect> effects = new ArrayList<>();
    final RunState.Subject subject;
    RunState state;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    int share = 1000;
    boolean starved;

    RunFixture(int hosts, boolean strict) {
        subject =
                new RunState.Subject(
                        new TenantId("acme"), new ClusterName("blue"), RunId.next(), strict);
        state = RunState.open(subject, rules("inspect", hosts, 100, OptionalInt.empty(), 1, true));
    }

    static List<HostAddress> hosts(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(RunFixture::host).toList();
    }

    static HostAddress host(int number) {
        return new HostAddress("10.0.0." + number, 22);
    }

    static PhaseRules rules(
            String name, int hosts, int window, OptionalInt budget, int limit, boolean tryAll) {
        return new PhaseRules(
                new PhaseSummary(
                        new PhaseName(name), name, hosts(hosts), !tryAll, window, budget, limit),
                TIMEOUT,
                START_BY,
                Set.of(),
                PhaseRules.Overdue.REATTEMPT,
                tryAll,
                0,
                Optional.empty());
    }

    /// The same rules with a deadline.
    static PhaseRules within(Duration deadline, PhaseRules rules) {
        return new PhaseRules(
                rules.summary(),
                rules.taskTimeout(),
                rules.startBy(),
                rules.haltingHosts(),
                rules.overdue(),
                rules.tryAll(),
                rules.nodesAway(),
                Optional.of(deadline));
    }

    /// The same rules, but the first host halts the run.
    static PhaseRules halting(PhaseRules rules) {
        return new PhaseRules(
                rules.summary(),
                rules.taskTimeout(),
                rules.startBy(),
                Set.of(host(1)),
                rules.overdue(),
                rules.tryAll(),
                rules.nodesAway(),
                rules.deadline());
    }

    /// A run that only looks, as `check` does.
    static RunFixture checking(int hosts) {
        var run = new RunFixture(hosts, false);
        run.state =
                RunState.open(
                        run.subject,
                        rules("inspect", hosts, 100, OptionalInt.empty(), 1, true).toReport());
        return run;
    }

    /// A run that was opened with its plan, as `exec` is.
    static RunFixture planned(PhaseRules... phases) {
        var run = new RunFixture(0, false);
        run.state = RunState.open(run.subject);
        run.input(new RunInput.PlanReady(new ContentDigest("a".repeat(64)), List.of(phases)));
        return run;
    }

    /// A run whose inspect is good and whose plan has these phases.
    static RunFixture running(int hosts, PhaseRules... phases) {
        return running(new RunFixture(hosts, false), phases);
    }

    static RunFixture running(RunFixture run, PhaseRules... phases) {
        run.input();
        run.succeedAll();
        run.input(new RunInput.PlanReady(new ContentDigest("a".repeat(64)), List.of(phases)));
        return run;
    }

    void input(RunInput... inputs) {
        switch (decider.decide(state, List.of(inputs), now, share)) {
            case Decision.Accepted(var next, var follows, var wantsMore) -> {
                state = next;
                effects.addAll(follows);
                starved = wantsMore;
            }
            case Decision.NeedsAll() -> throw new AssertionError("the state was whole");
            case Decision.Refused(var why) -> throw new AssertionError("refused: " + why);
        }
    }

    String refusal(RunInput input) {
        return switch (decider.decide(state, List.of(input), now, share)) {
            case Decision.Accepted accepted -> throw new AssertionError("accepted: " + accepted);
            case Decision.NeedsAll() -> throw new AssertionError("the state was whole");
            case Decision.Refused(var why) -> why;
        };
    }

    void pass(Duration time) {
        now = now.plus(time);
        input();
    }

    void passUntilOverdue() {
        pass(START_BY.plus(TIMEOUT).plus(PATIENCE.grace()));
    }

    PhaseState phase(String name) {
        return state.phases().stream()
                .filter(p -> p.rules().name().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    TaskState task(String phase, int host) {
        var task = phase(phase).tasks().get(host(host));
        assertThat(task).isNotNull();
        return Objects.requireNonNull(task);
    }

    List<Integer> inFlight(String phase) {
        var numbers = new ArrayList<Integer>();
        int number = 0;
        for (var task : phase(phase).tasks().values()) {
            number++;
            if (task instanceof TaskState.InFlight) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    void settle(String phase, int host, TaskOutcome outcome) {
        input(new RunInput.Result(result(phase, host, task(phase, host).attempt(), outcome)));
    }

    /// Every order that is out succeeds, until none is.
    void succeedAll() {
        boolean more = true;
        while (more) {
            more = false;
            for (var phase : state.phases()) {
                String name = phase.rules().name().value();
                for (int host : inFlight(name)) {
                    settle(name, host, TaskOutcome.SUCCEEDED);
                    more = true;
                }
            }
        }
    }

    /// An executor says that it runs the task.
    void start(String phase, int host) {
        input(new RunInput.Started(ref(phase, host, task(phase, host).attempt())));
    }

    /// An executor gives the task up without a look at its host.
    void failUnseen(String phase, int host) {
        input(new RunInput.Result(unseen(phase, host, task(phase, host).attempt())));
    }

    TaskResult.TaskSettled unseen(String phase, int host, int attempt) {
        return result(
                ref(phase, host, attempt),
                TaskOutcome.FAILED,
                Optional.of(ReasonCode.HOST_UNREACHABLE),
                List.of());
    }

    TaskResult.TaskSettled result(String phase, int host, int attempt, TaskOutcome outcome) {
        List<TaskResult.StepResult> steps =
                outcome == TaskOutcome.NOT_STARTED
                        ? List.of()
                        : List.of(
                                new TaskResult.StepResult(
                                        "step",
                                        step(outcome),
                                        Optional.empty(),
                                        Optional.of(now),
                                        Duration.ofSeconds(1)));
        return result(ref(phase, host, attempt), outcome, reason(outcome), steps);
    }

    TaskResult.TaskRef ref(String phase, int host, int attempt) {
        var name = new PhaseName(phase);
        return new TaskResult.TaskRef(
                subject.tenant(),
                subject.cluster(),
                subject.run(),
                name,
                host(host),
                TaskId.of(subject.run(), name, host(host)),
                attempt);
    }

    private TaskResult.TaskSettled result(
            TaskResult.TaskRef ref,
            TaskOutcome outcome,
            Optional<ReasonCode> reason,
            List<TaskResult.StepResult> steps) {
        return new TaskResult.TaskSettled(
                ref,
                outcome,
                reason,
                outcome == TaskOutcome.SUCCEEDED ? "" : "it went wrong",
                steps,
                Map.of(),
                "",
                Optional.empty(),
                Duration.ofSeconds(1),
                "executor",
                now);
    }

    private static StepOutcome step(TaskOutcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> StepOutcome.SUCCEEDED;
            case FAILED -> StepOutcome.FAILED;
            case CANCELLED, INTERRUPTED -> StepOutcome.INTERRUPTED;
            case NOT_STARTED -> StepOutcome.NOT_RUN;
        };
    }

    private static Optional<ReasonCode> reason(TaskOutcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> Optional.empty();
            case FAILED -> Optional.of(ReasonCode.COMMAND_FAILED);
            case CANCELLED -> Optional.of(ReasonCode.RUN_CANCELLED);
            case NOT_STARTED -> Optional.of(ReasonCode.ORDER_EXPIRED);
            case INTERRUPTED -> Optional.of(ReasonCode.INTERRUPTED);
        };
    }

    Verdict verdict() {
        assertThat(state.stage()).isInstanceOf(RunStage.Settled.class);
        return ((RunStage.Settled) state.stage()).verdict();
    }

    <T extends RunEvent> List<T> events(Class<T> type) {
        return effects.stream()
                .filter(Effect.Publish.class::isInstance)
                .map(e -> ((Effect.Publish) e).event())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    List<Effect.Dispatch> dispatches() {
        return effects.stream()
                .filter(Effect.Dispatch.class::isInstance)
                .map(Effect.Dispatch.class::cast)
                .toList();
    }
}
