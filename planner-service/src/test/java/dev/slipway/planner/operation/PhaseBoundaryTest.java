package dev.slipway.planner.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.event.TaskResult.StepResult;
import dev.slipway.contracts.event.TaskResult.TaskRef;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.InspectPhase;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.k0s.RunningK0s;
import dev.slipway.planner.run.Decision;
import dev.slipway.planner.run.Effect;
import dev.slipway.planner.run.Patience;
import dev.slipway.planner.run.PhaseRules;
import dev.slipway.planner.run.RunDecider;
import dev.slipway.planner.run.RunInput;
import dev.slipway.planner.run.RunStage;
import dev.slipway.planner.run.RunState;
import dev.slipway.planner.run.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every phase of an install, of growing and of shrinking, and with k0s of an upgrade and a
/// restore, meets every failure, on each of its hosts: the run stops or goes on as its limits say,
/// a retry finishes it, and nothing that was done is done again. The real state machine with real
/// plans; hosts and time are played.
class PhaseBoundaryTest {
    private static final Patience PATIENCE = new Patience(Duration.ofMinutes(1), 3);
    private static final String PROXY = "  endpoint: {mode: local-proxy}\n";

    private static final String BALANCED =
            """
            ---
            apiVersion: k0s.k0sproject.io/v1beta1
            kind: ClusterConfig
            spec: {network: {nodeLocalLoadBalancing: {enabled: true}}}
            """;

    /// What the host of a task does until it is mended.
    private enum Failure {
        /// A command of the task fails.
        COMMAND_FAILS,
        /// It is away before the task begins, and stays away.
        HOST_IS_AWAY,
        /// It dies in the middle of the task, and stays dead: nobody knows what was done.
        HOST_DIES,
        /// It dies in the middle and comes back: the next attempt adopts what is there.
        HOST_COMES_BACK,
        /// Two minutes in which whatever the phase does on any host fails.
        API_IS_AWAY;

        private static final Duration AWAY = Duration.ofMinutes(2);
    }

    enum Story {
        INSTALL,
        INSTALL_BY_CERTIFICATE,
        GROW,
        REPLACE,
        K0S_INSTALL,
        K0S_GROW,
        K0S_REPLACE,
        K0S_UPGRADE,
        K0S_RESTORE;

        private PlanInput input() {
            return switch (this) {
                case INSTALL -> PlanFixture.install(PlanFixture.several(3, 4, PROXY));
                case INSTALL_BY_CERTIFICATE ->
                        PlanFixture.install(PlanFixture.several(1, 30, "  join: certificate\n"));
                case GROW ->
                        PlanFixture.change(
                                PlanFixture.several(1, 2, PROXY), PlanFixture.several(3, 4, PROXY));
                case REPLACE ->
                        PlanFixture.change(
                                PlanFixture.several(3, 2, PROXY),
                                PlanFixture.several(List.of(2, 3, 4), List.of(2, 3), PROXY));
                case K0S_INSTALL -> k0s(Operation.APPLY, k0s(3, 4), "");
                case K0S_GROW -> RunningK0s.change(k0s(1, 2), k0s(3, 4));
                case K0S_REPLACE ->
                        RunningK0s.change(
                                k0s(3, 2),
                                RunningK0s.cluster(
                                        RunningK0s.RELEASE,
                                        "",
                                        List.of(2, 3, 4),
                                        List.of(2, 3),
                                        BALANCED));
                case K0S_UPGRADE ->
                        RunningK0s.change(
                                RunningK0s.cluster(RunningK0s.BEFORE, 3, 4, BALANCED), k0s(3, 4));
                case K0S_RESTORE ->
                        k0s(Operation.RESTORE, k0s(3, 4), "/var/backups/slipway/demo.tar.gz");
            };
        }

        private static Clusterfile k0s(int controllers, int workers) {
            return RunningK0s.cluster(RunningK0s.RELEASE, controllers, workers, BALANCED);
        }

        /// On hosts on which nothing was done yet.
        private static PlanInput k0s(Operation operation, Clusterfile clusterfile, String archive) {
            return RunningK0s.input(
                    operation,
                    clusterfile,
                    RunningK0s.fresh(clusterfile),
                    Optional.empty(),
                    archive);
        }

        private Plan plan() {
            return PlanFixture.plan(input());
        }

        private PlannedPhase inspect() {
            PlanInput input = input();
            return InspectPhase.of(
                    input.clusterfile(), input.recorded().leaving(input.clusterfile()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFailureAtEveryBoundaryIsFinishedByRetryAndRepeatsNothing(Story story) {
        Plan plan = story.plan();
        int cases = 0;
        for (PlannedPhase phase :
                Stream.concat(Stream.of(story.inspect()), plan.phases().stream()).toList()) {
            for (HostAddress host : some(phase.summary().hosts())) {
                for (Failure failure : Failure.values()) {
                    new Case(story, plan, phase, host, failure).holds();
                    cases++;
                }
            }
        }
        assertThat(cases).isGreaterThan(30);
    }

    /// The first and the last: a control plane and a worker where a phase has both.
    private static List<HostAddress> some(List<HostAddress> hosts) {
        return hosts.size() == 1 ? hosts : List.of(hosts.getFirst(), hosts.getLast());
    }

    private record Task(PhaseName phase, HostAddress host) {}

    /// One failure of one run.
    private static final class Case {
        private final RunDecider decider = new RunDecider(PATIENCE);
        private final RunState.Subject subject =
                new RunState.Subject(
                        new TenantId("acme"), new ClusterName("demo"), RunId.next(), false);
        private final Plan plan;
        private final PlannedPhase phase;
        private final HostAddress victim;
        private final Failure failure;
        private final String name;
        private final Queue<Effect.Dispatch> orders = new ArrayDeque<>();
        private final Map<Task, Integer> done = new HashMap<>();
        private final Map<Task, Integer> dispatched = new HashMap<>();
        private RunState state;
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");
        private Optional<Instant> awayUntil = Optional.empty();
        private boolean mended;

        Case(Story story, Plan plan, PlannedPhase phase, HostAddress victim, Failure failure) {
            this.plan = plan;
            this.phase = phase;
            this.victim = victim;
            this.failure = failure;
            this.name =
                    "%s, %s, %s on %s".formatted(story, phase.summary().name(), failure, victim);
            this.state = RunState.open(subject, Rules.ofInspect(story.inspect()));
        }

        void holds() {
            input();
            drive();
            if (failure == Failure.HOST_COMES_BACK
                    && rules(phase).overdue() == PhaseRules.Overdue.REATTEMPT) {
                assertThat(verdict().outcome()).as(name).isEqualTo(RunOutcome.SUCCEEDED);
            } else {
                assertThat(verdict().outcome()).as(name).isEqualTo(RunOutcome.FAILED);
                assertThat(laterWork()).as(name + " goes on").isEqualTo(goesOn());
                mended = true;
                input(new RunInput.Retry("ann"));
                drive();
                assertThat(verdict().outcome()).as(name).isEqualTo(RunOutcome.SUCCEEDED);
            }
            assertThat(done)
                    .as(name + ": done once")
                    .allSatisfy((task, times) ->
                            assertThat(times)
                                    .isBetween(1, mended && isRenewed(task.phase()) ? 2 : 1));
            // Inspect changes nothing: where no plan was made of it, it looks at all hosts again.
            dispatched.keySet().removeIf(task -> isInspect(task.phase()));
            dispatched.forEach((task, times) ->
                    assertThat(times)
                            .as("%s: orders of %s", name, task)
                            .isLessThanOrEqualTo(
                                    (isTroubled(task) ? PATIENCE.tries() + 1 : 1)
                                            + (mended && isRenewed(task.phase()) ? 1 : 0)));
            assertThat(done)
                    .as(name + ": all is done")
                    .hasSize(plan.phases().stream().mapToInt(p -> p.tasks().size()).sum());
        }

        private static boolean isInspect(PhaseName phase) {
            return phase.value().equals("inspect");
        }

        /// Whether a retry needs it again: a token that was good until then.
        private boolean isRenewed(PhaseName name) {
            return plan.phases().stream()
                    .anyMatch(p -> p.name().equals(name) && !p.renewedFor().isEmpty());
        }

        /// Whether the phase's own limits let the run go on without the host.
        private boolean goesOn() {
            PhaseRules rules = rules(phase);
            long failed = failure == Failure.API_IS_AWAY ? rules.summary().hosts().size() : 1;
            boolean halting =
                    failure == Failure.API_IS_AWAY
                            ? !rules.haltingHosts().isEmpty()
                            : rules.haltingHosts().contains(victim);
            // A host that failed keeps its share of the budget: no other one may be taken away.
            boolean spent =
                    rules.summary().disruptionBudget().orElse(Integer.MAX_VALUE) <= failed
                            && !rules.summary().hosts().getLast().equals(victim);
            return !rules.tryAll() && !halting && !spent && failed < rules.summary().failureLimit();
        }

        private PhaseRules rules(PlannedPhase planned) {
            return isInspect(planned.summary().name())
                    ? Rules.ofInspect(planned)
                    : Rules.of(planned);
        }

        /// Whether anything was done in a phase after the one that met the failure.
        private boolean laterWork() {
            List<PhaseName> after = new ArrayList<>();
            boolean passed = isInspect(phase.summary().name());
            for (PlannedPhase planned : plan.phases()) {
                if (passed) {
                    after.add(planned.summary().name());
                }
                passed |= planned.summary().name().equals(phase.summary().name());
            }
            // Where it was the last, going on is to have come to the end.
            return after.isEmpty()
                    ? goesOn()
                    : dispatched.keySet().stream().anyMatch(t -> after.contains(t.phase()));
        }

        private boolean isTroubled(Task task) {
            return task.phase().equals(phase.summary().name())
                    && (failure == Failure.API_IS_AWAY || task.host().equals(victim));
        }

        /// Answers every order as its host would, until the run is settled.
        private void drive() {
            for (int turn = 0; !state.settled(); turn++) {
                assertThat(turn).as(name + " comes to an end").isLessThan(10_000);
                switch (state.stage()) {
                    case RunStage.Planning() ->
                            input(
                                    new RunInput.PlanReady(
                                            new ContentDigest("a".repeat(64)),
                                            plan.phases().stream().map(Rules::of).toList()));
                    case RunStage.Reopening() -> input(new RunInput.AuthorityReopened());
                    case RunStage.Inspecting(), RunStage.Running() -> next();
                    case RunStage.Settled(_) -> {}
                }
            }
        }

        private void next() {
            Effect.Dispatch order = orders.poll();
            if (order == null) {
                now = now.plus(Duration.ofMinutes(5));
                input();
                return;
            }
            var task = new Task(order.phase(), order.host());
            dispatched.merge(task, 1, Integer::sum);
            if (mended || !isTroubled(task)) {
                succeed(task, order);
                return;
            }
            switch (failure) {
                case COMMAND_FAILS -> fail(order, ReasonCode.COMMAND_FAILED, true);
                case HOST_IS_AWAY -> fail(order, ReasonCode.HOST_UNREACHABLE, false);
                case HOST_DIES -> {}
                case HOST_COMES_BACK -> {
                    if (order.kind() == AttemptKind.ADOPT) {
                        succeed(task, order);
                    }
                }
                case API_IS_AWAY -> {
                    Instant end = awayUntil.orElse(now.plus(Failure.AWAY));
                    awayUntil = Optional.of(end);
                    if (now.isBefore(end)) {
                        fail(order, ReasonCode.API_UNREACHABLE, true);
                    } else {
                        succeed(task, order);
                    }
                }
            }
        }

        private void succeed(Task task, Effect.Dispatch order) {
            if (!isInspect(task.phase())) {
                done.merge(task, 1, Integer::sum);
            }
            report(order, TaskOutcome.SUCCEEDED, Optional.empty(), true);
        }

        private void fail(Effect.Dispatch order, ReasonCode reason, boolean looked) {
            report(order, TaskOutcome.FAILED, Optional.of(reason), looked);
        }

        private void report(
                Effect.Dispatch order,
                TaskOutcome outcome,
                Optional<ReasonCode> reason,
                boolean looked) {
            now = now.plusSeconds(1);
            List<StepResult> steps =
                    looked
                            ? List.of(
                                    new StepResult(
                                            "step",
                                            reason.isEmpty()
                                                    ? StepOutcome.SUCCEEDED
                                                    : StepOutcome.FAILED,
                                            Optional.empty(),
                                            Optional.of(now),
                                            Duration.ofSeconds(1)))
                            : List.of();
            input(
                    new RunInput.Result(
                            new TaskSettled(
                                    new TaskRef(
                                            subject.tenant(),
                                            subject.cluster(),
                                            subject.run(),
                                            order.phase(),
                                            order.host(),
                                            TaskId.of(subject.run(), order.phase(), order.host()),
                                            order.attempt()),
                                    outcome,
                                    reason,
                                    reason.isEmpty() ? "" : "it went wrong",
                                    steps,
                                    Map.of(),
                                    "",
                                    Optional.empty(),
                                    Duration.ofSeconds(1),
                                    "executor",
                                    now)));
        }

        private void input(RunInput... inputs) {
            switch (decider.decide(state, List.of(inputs), now, 1000)) {
                case Decision.Accepted(var next, var effects, _) -> {
                    state = next;
                    effects.stream()
                            .filter(Effect.Dispatch.class::isInstance)
                            .map(Effect.Dispatch.class::cast)
                            .forEach(orders::add);
                }
                case Decision.NeedsAll() -> throw new AssertionError(name + ": it was whole");
                case Decision.Refused(var why) -> throw new AssertionError(name + ": " + why);
            }
        }

        private Verdict verdict() {
            return ((RunStage.Settled) state.stage()).verdict();
        }
    }
}
