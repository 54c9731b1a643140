package dev.slipway.planner.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.outcome.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Thousands of random runs in virtual time, with lost, late, doubled and reordered results and
/// users who pause, cancel and retry. A failing seed is in the assertion's text.
class RunModelTest {
    private static final int SEEDS = 3000;

    @Test
    void keepsItsPromisesInRandomRuns() {
        var outlined = new Outlined();
        for (int seed = 0; seed < SEEDS; seed++) {
            new Simulation(seed, outlined).run();
        }
        assertThat(outlined.enough)
                .as("decisions that an outline was enough for, of %d", outlined.decisions)
                .isGreaterThan(outlined.decisions / 4);
    }

    private static final class Outlined {
        private int decisions;
        private int enough;
    }

    private static final class Simulation {
        private record Arrival(Instant at, int order, RunInput report) {}

        private final int seed;
        private final Outlined outlined;
        private final Random random;
        private final RunFixture run;
        private final int hosts;
        private final boolean strict;
        private final PriorityQueue<Arrival> arrivals =
                new PriorityQueue<>(
                        Comparator.comparing(Arrival::at).thenComparingInt(Arrival::order));
        private final Map<String, Set<Integer>> attempts = new HashMap<>();
        private final Map<String, Set<Integer>> unresolved = new HashMap<>();
        private final Set<TaskResult.TaskRef> started = new HashSet<>();
        private int seen;
        private int order;
        private int retries;

        Simulation(int seed, Outlined outlined) {
            this.seed = seed;
            this.outlined = outlined;
            this.random = new Random(seed);
            this.hosts = 1 + random.nextInt(9);
            this.strict = random.nextInt(4) == 0;
            this.run = new RunFixture(hosts, strict);
            if (random.nextInt(4) == 0) {
                run.state = RunState.open(run.subject);
            }
        }

        void run() {
            int steps = 0;
            step();
            while (!over()) {
                assertThat(steps++).as("seed %d: the run settles", seed).isLessThan(5000);
                if (run.state.stage() instanceof RunStage.Planning) {
                    step(new RunInput.PlanReady(digest(), plan()));
                } else if (run.state.stage() instanceof RunStage.Reopening) {
                    step(new RunInput.AuthorityReopened());
                } else if (run.state.settled()) {
                    retries++;
                    step(new RunInput.Retry("ann"));
                } else {
                    live();
                }
            }
            assertThat(run.state.phases())
                    .as("seed %d: nothing is in flight after the end", seed)
                    .allMatch(p -> p.reserved() == 0);
        }

        private boolean over() {
            return run.state.stage() instanceof RunStage.Settled(var verdict)
                    && (!verdict.retryable() || retries >= 2);
        }

        private void live() {
            run.share = random.nextInt(4) == 0 ? random.nextInt(3) : 1000;
            int dice = random.nextInt(100);
            if (dice < 2 && !run.state.paused() && !run.state.cancelling()) {
                step(new RunInput.Pause("ann"));
            } else if (run.state.paused() && dice < 40) {
                step(new RunInput.Resume("ann"));
            } else if (dice == 99) {
                step(new RunInput.Cancel("ann"));
            } else {
                next();
            }
        }

        private void next() {
            Instant tick = run.now.plus(Duration.ofSeconds(30));
            var batch = new ArrayList<RunInput>();
            while (!arrivals.isEmpty()
                    && Objects.requireNonNull(arrivals.peek()).at().isBefore(tick)
                    && batch.size() < 4) {
                var report = Objects.requireNonNull(arrivals.poll()).report();
                if (report instanceof RunInput.Result result) {
                    resolve(result);
                } else if (report instanceof RunInput.Started(var ref)) {
                    started.add(ref);
                }
                batch.add(report);
            }
            run.now = batch.isEmpty() ? tick : run.now.plusMillis(1 + random.nextInt(5000));
            step(batch.toArray(RunInput[]::new));
        }

        private void step(RunInput... inputs) {
            RunState before = run.state;
            run.input(inputs);
            assertOutlineDecidesTheSame(before, inputs);
            var effects = run.effects.subList(seen, run.effects.size());
            for (var effect : List.copyOf(effects)) {
                if (effect instanceof Effect.Dispatch dispatch) {
                    assertFreshOnce(dispatch);
                    assertInTime(dispatch);
                    execute(dispatch);
                }
            }
            seen = run.effects.size();
            run.state.phases().forEach(this::assertLimits);
            run.state.phases().forEach(this::assertDeadline);
        }

        /// What an outline is enough for is decided as if all of the run were known.
        private void assertOutlineDecidesTheSame(RunState before, RunInput... inputs) {
            outlined.decisions++;
            var decision =
                    run.decider.decide(Outlines.of(before), List.of(inputs), run.now, run.share);
            if (decision instanceof Decision.NeedsAll) {
                return;
            }
            outlined.enough++;
            assertThat(decision)
                    .as("seed %d", seed)
                    .isInstanceOfSatisfying(
                            Decision.Accepted.class,
                            accepted -> {
                                assertThat(accepted.effects())
                                        .as("seed %d: effects", seed)
                                        .isEqualTo(run.effects.subList(seen, run.effects.size()));
                                assertThat(accepted.starved()).isEqualTo(run.starved);
                                assertThat(Outlines.merged(before, accepted.state()))
                                        .as("seed %d: state", seed)
                                        .isEqualTo(run.state);
                            });
        }

        /// No attempt number is given twice, and none is fresh while one is out whose fate is not
        /// known.
        private void assertFreshOnce(Effect.Dispatch dispatch) {
            String task = key(dispatch.phase(), dispatch.host());
            assertThat(attempts.computeIfAbsent(task, _ -> new HashSet<>()).add(dispatch.attempt()))
                    .as("seed %d: %s", seed, dispatch)
                    .isTrue();
            var out = unresolved.computeIfAbsent(task, _ -> new HashSet<>());
            if (dispatch.kind() == AttemptKind.FRESH) {
                assertThat(out).as("seed %d: %s", seed, dispatch).isEmpty();
            }
            out.add(dispatch.attempt());
        }

        private void assertInTime(Effect.Dispatch dispatch) {
            if (dispatch.kind() == AttemptKind.FRESH) {
                run.phase(dispatch.phase().value())
                        .endsBy()
                        .ifPresent(end ->
                                assertThat(dispatch.times().startBy())
                                        .as("seed %d: %s", seed, dispatch)
                                        .isBeforeOrEqualTo(end));
            }
        }

        /// A result tells the fate of its attempt, and of all lower ones unless it never started.
        /// Who did not look at the host tells the fate of an attempt that nobody started.
        private void resolve(RunInput.Result result) {
            var settled = result.settled();
            int attempt = settled.ref().attempt();
            boolean seen = !settled.steps().isEmpty();
            boolean own =
                    seen
                            || settled.outcome() == TaskOutcome.NOT_STARTED
                            || !started.contains(settled.ref());
            unresolved
                    .getOrDefault(key(settled.ref().phase(), settled.ref().host()), new HashSet<>())
                    .removeIf(n -> (n == attempt && own) || (n < attempt && seen));
        }

        /// Nothing starts after a deadline, and nothing is waited for beyond its grace.
        private void assertDeadline(PhaseState phase) {
            Optional<Instant> endsBy =
                    phase.endsBy().filter(_ -> phase.progress() != PhaseState.Progress.SETTLED);
            endsBy.ifPresent(end -> {
                assertThat(run.now)
                        .as("seed %d: deadline of %s", seed, phase.rules().name())
                        .isBefore(end.plus(RunFixture.PATIENCE.grace()));
                if (!run.now.isBefore(end)) {
                    assertThat(phase.progress())
                            .as("seed %d: %s", seed, phase.rules().name())
                            .isEqualTo(PhaseState.Progress.EXPIRED);
                }
            });
        }

        private static String key(PhaseName phase, HostAddress host) {
            return phase + "/" + host;
        }

        private void execute(Effect.Dispatch dispatch) {
            int dice = random.nextInt(100);
            if (dice < 8) {
                return; // the executor dies and nobody takes over
            }
            TaskOutcome outcome =
                    dice < 70
                            ? TaskOutcome.SUCCEEDED
                            : dice < 85
                                    ? TaskOutcome.FAILED
                                    : dice < 93
                                            ? TaskOutcome.NOT_STARTED
                                            : dice < 96
                                                    ? TaskOutcome.INTERRUPTED
                                                    : TaskOutcome.CANCELLED;
            String phase = dispatch.phase().value();
            int host = RunFixture.hosts(hosts).indexOf(dispatch.host()) + 1;
            int attempt = dispatch.attempt();
            boolean starts = outcome != TaskOutcome.NOT_STARTED && random.nextInt(10) > 0;
            int delay = random.nextInt(random.nextInt(10) == 0 ? 2000 : 400);
            if (starts) {
                arrive(delay / 2, new RunInput.Started(run.ref(phase, host, attempt)));
            }
            if (random.nextInt(8) == 0) {
                // Another executor had the order before and did not get to the host.
                int later = starts ? delay / 2 + random.nextInt(100) : delay;
                arrive(later, new RunInput.Result(run.unseen(phase, host, attempt)));
            }
            var result = new RunInput.Result(run.result(phase, host, attempt, outcome));
            arrive(delay, result);
            if (random.nextInt(5) == 0) {
                arrive(delay + random.nextInt(400), result);
            }
        }

        private void arrive(int seconds, RunInput report) {
            arrivals.add(new Arrival(run.now.plusSeconds(seconds), order++, report));
        }

        private void assertLimits(PhaseState phase) {
            phase.tasks()
                    .forEach((host, task) -> {
                        if (task instanceof TaskState.Finished) {
                            unresolved.remove(key(phase.rules().name(), host));
                        }
                    });
            var rules = phase.rules();
            int bad = phase.failed() + phase.unknown();
            assertThat(phase.reserved())
                    .as("seed %d: window of %s", seed, rules.name())
                    .isLessThanOrEqualTo(rules.summary().window());
            if (rules.tryAll()) {
                return;
            }
            rules.summary()
                    .disruptionBudget()
                    .ifPresent(budget ->
                            assertThat(phase.reserved() + bad + rules.nodesAway())
                                    .as("seed %d: budget of %s", seed, rules.name())
                                    .isLessThanOrEqualTo(Math.max(budget, rules.nodesAway())));
            int limit = rules.summary().failureLimit();
            assertThat(bad + (strict ? phase.reserved() : 0))
                    .as("seed %d: failures of %s", seed, rules.name())
                    .isLessThanOrEqualTo(strict ? limit : limit + rules.summary().window() - 1);
        }

        private List<PhaseRules> plan() {
            var phases = new ArrayList<PhaseRules>();
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                var plain =
                        RunFixture.rules(
                                "phase-" + i,
                                1 + random.nextInt(hosts),
                                1 + random.nextInt(4),
                                random.nextInt(3) == 0
                                        ? OptionalInt.of(1 + random.nextInt(3))
                                        : OptionalInt.empty(),
                                1 + random.nextInt(3),
                                false);
                phases.add(
                        new PhaseRules(
                                plain.summary(),
                                plain.taskTimeout(),
                                plain.startBy(),
                                random.nextInt(3) == 0 ? Set.of(RunFixture.host(1)) : Set.of(),
                                random.nextInt(4) == 0
                                        ? PhaseRules.Overdue.SETTLE
                                        : PhaseRules.Overdue.REATTEMPT,
                                false,
                                random.nextInt(4) == 0 ? 1 : 0,
                                random.nextInt(3) == 0
                                        ? Optional.of(Duration.ofSeconds(1 + random.nextInt(3000)))
                                        : Optional.empty()));
            }
            return phases;
        }

        private static ContentDigest digest() {
            return new ContentDigest("b".repeat(64));
        }
    }
}
