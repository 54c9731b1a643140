package dev.slipway.planner.run;

import static dev.slipway.planner.run.RunFixture.PATIENCE;
import static dev.slipway.planner.run.RunFixture.checking;
import static dev.slipway.planner.run.RunFixture.host;
import static dev.slipway.planner.run.RunFixture.planned;
import static dev.slipway.planner.run.RunFixture.rules;
import static dev.slipway.planner.run.RunFixture.running;
import static dev.slipway.planner.run.RunFixture.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunDeciderTest {
    private static final OptionalInt NO_BUDGET = OptionalInt.empty();
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private static PhaseRules work(int hosts, int window, int limit) {
        return rules("work", hosts, window, NO_BUDGET, limit, false);
    }

    @Test
    void inspectsEveryHostThenAsksForThePlan() {
        var run = new RunFixture(3, false);
        run.input();
        assertThat(run.inFlight("inspect")).containsExactly(1, 2, 3);
        run.succeedAll();
        assertThat(run.state.stage()).isInstanceOf(RunStage.Planning.class);
        assertThat(run.effects).contains(new Effect.Prepare());
    }

    @Test
    void reportsEveryHostThatInspectFailsOnAndChangesNothing() {
        var run = new RunFixture(3, false);
        run.input();
        run.settle("inspect", 1, TaskOutcome.FAILED);
        run.settle("inspect", 3, TaskOutcome.FAILED);
        assertThat(run.state.settled()).isFalse();
        run.settle("inspect", 2, TaskOutcome.SUCCEEDED);
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.FAILED);
        assertThat(run.verdict().message())
                .contains("2 of 3 hosts", "10.0.0.1:22, 10.0.0.3:22", "nothing was changed");
    }

    @Test
    void aCheckGoesOnToItsVerdictWhateverCouldNotBeInspected() {
        var run = checking(3);
        run.input();
        run.settle("inspect", 1, TaskOutcome.FAILED);
        run.settle("inspect", 2, TaskOutcome.SUCCEEDED);
        run.settle("inspect", 3, TaskOutcome.FAILED);
        assertThat(run.effects).contains(new Effect.Prepare());
        assertThat(run.state.settled()).isFalse();

        run.input(
                new RunInput.PlanningOver(
                        new Verdict(RunOutcome.SUCCEEDED, Optional.empty(), "all is well")));

        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
    }

    @Test
    void goesThroughThePhasesInOrderAndSucceeds() {
        var run = running(2, work(2, 10, 1), rules("later", 1, 1, NO_BUDGET, 1, false));
        run.succeedAll();
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(run.events(RunEvent.PhaseStarted.class))
                .extracting(e -> e.phase().name().value())
                .containsExactly("inspect", "work", "later");
        assertThat(run.events(RunEvent.PhaseSettled.class))
                .extracting(RunEvent.PhaseSettled::succeeded)
                .containsExactly(2, 2, 1);
        assertThat(run.events(RunEvent.RunSettled.class)).hasSize(1);
    }

    @Test
    void slidesTheWindowWithoutBarriers() {
        var run = running(5, work(5, 2, 5));
        assertThat(run.inFlight("work")).containsExactly(1, 2);
        run.settle("work", 1, TaskOutcome.SUCCEEDED);
        assertThat(run.inFlight("work")).containsExactly(2, 3);
    }

    @Test
    void dispatchesNoMoreThanTheTenantsShareAllows() {
        var run = new RunFixture(5, false);
        run.share = 2;
        run.input();
        assertThat(run.inFlight("inspect")).containsExactly(1, 2);
        run.share = 1;
        run.settle("inspect", 1, TaskOutcome.SUCCEEDED);
        assertThat(run.inFlight("inspect")).containsExactly(2);
    }

    @Test
    void haltsWhenTheFailureLimitIsReachedAndWaitsForWhatIsInFlight() {
        var run = running(6, work(6, 3, 2));
        run.settle("work", 1, TaskOutcome.FAILED);
        run.settle("work", 2, TaskOutcome.FAILED);
        assertThat(run.inFlight("work")).containsExactly(3, 4);
        run.settle("work", 3, TaskOutcome.SUCCEEDED);
        assertThat(run.state.settled()).isFalse();
        run.settle("work", 4, TaskOutcome.FAILED);
        assertThat(run.verdict().reason()).contains(ReasonCode.FAILURE_LIMIT_REACHED);
        assertThat(run.phase("work").leftOut()).isEqualTo(2);
    }

    @Test
    void reservesTheFailureLimitWhenStrict() {
        var run = running(new RunFixture(6, true), work(6, 5, 2));
        assertThat(run.inFlight("work")).containsExactly(1, 2);
        run.settle("work", 1, TaskOutcome.FAILED);
        assertThat(run.inFlight("work")).containsExactly(2);
        run.settle("work", 2, TaskOutcome.SUCCEEDED);
        assertThat(run.inFlight("work")).containsExactly(3);
        run.settle("work", 3, TaskOutcome.FAILED);
        assertThat(run.phase("work").failed()).isEqualTo(2);
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.FAILED);
    }

    @Test
    void neverTakesMoreNodesAwayThanTheBudgetAllows() {
        var run = running(5, rules("work", 5, 5, OptionalInt.of(2), 5, false));
        assertThat(run.inFlight("work")).containsExactly(1, 2);
        run.settle("work", 1, TaskOutcome.FAILED);
        assertThat(run.inFlight("work")).containsExactly(2);
        run.settle("work", 2, TaskOutcome.FAILED);
        assertThat(run.verdict().reason()).contains(ReasonCode.BUDGET_EXHAUSTED);
        assertThat(run.phase("work").leftOut()).isEqualTo(3);
    }

    @Test
    void leavesAFailedHostOutOfLaterPhasesWhereItKeepsCounting() {
        var run = running(3, work(3, 3, 2), rules("later", 3, 1, NO_BUDGET, 2, false));
        run.settle("work", 2, TaskOutcome.FAILED);
        run.settle("work", 1, TaskOutcome.SUCCEEDED);
        run.settle("work", 3, TaskOutcome.SUCCEEDED);
        assertThat(run.inFlight("later")).containsExactly(1);
        assertThat(run.task("later", 2)).isInstanceOf(TaskState.LeftOut.class);
        run.settle("later", 1, TaskOutcome.FAILED);
        assertThat(run.verdict().reason()).contains(ReasonCode.FAILURE_LIMIT_REACHED);
        assertThat(run.task("later", 3)).isInstanceOf(TaskState.LeftOut.class);
    }

    @Test
    void finishesOnTheOthersWhenFailuresStayBelowTheLimitAndSaysSo() {
        var run = running(3, work(3, 3, 2));
        run.settle("work", 1, TaskOutcome.FAILED);
        run.succeedAll();
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.FAILED);
        assertThat(run.verdict().reason()).contains(ReasonCode.COMMAND_FAILED);
        assertThat(run.verdict().message()).contains("work: 1 of 3 hosts", "10.0.0.1:22");
    }

    @Test
    void haltsWhenAControlPlaneFails() {
        var run = running(3, RunFixture.halting(work(3, 1, 3)));
        run.settle("work", 1, TaskOutcome.FAILED);
        assertThat(run.verdict().reason()).contains(ReasonCode.CONTROL_PLANE_FAILED);
    }

    @Test
    void attemptsAnOverdueTaskAgainAdoptingAndKeepsItsShare() {
        var run = running(3, work(3, 1, 2));
        run.passUntilOverdue();
        assertThat(run.task("work", 1))
                .isInstanceOfSatisfying(
                        TaskState.InFlight.class,
                        flight -> {
                            assertThat(flight.kind()).isEqualTo(AttemptKind.ADOPT);
                            assertThat(flight.attempt()).isEqualTo(2);
                            assertThat(flight.doubted()).isTrue();
                        });
        assertThat(run.inFlight("work")).containsExactly(1);
        run.settle("work", 1, TaskOutcome.SUCCEEDED);
        assertThat(run.inFlight("work")).containsExactly(2);
    }

    @Test
    void ignoresTheLateResultOfAFencedAttempt() {
        var run = running(1, work(1, 1, 1));
        run.passUntilOverdue();
        run.input(new RunInput.Result(run.result("work", 1, 1, TaskOutcome.FAILED)));
        assertThat(run.inFlight("work")).containsExactly(1);
        assertThat(run.effects).filteredOn(Effect.Learn.class::isInstance).hasSize(1);
    }

    @Test
    void settlesATaskAsUnknownWhenItsTriesAreUsedUp() {
        var run = running(2, work(2, 1, 1));
        for (int i = 0; i < PATIENCE.tries(); i++) {
            run.passUntilOverdue();
        }
        assertThat(run.task("work", 1)).isEqualTo(new TaskState.Unknown(3));
        assertThat(run.verdict().reason()).contains(ReasonCode.FAILURE_LIMIT_REACHED);
        assertThat(run.events(RunEvent.PhaseSettled.class).getLast().unknown()).isEqualTo(1);
    }

    @Test
    void remembersThatNobodyKnowsWhereARetryIsCancelledBeforeItLooked() {
        var run = running(2, work(2, 1, 1));
        for (int i = 0; i < PATIENCE.tries(); i++) {
            run.passUntilOverdue();
        }
        run.input(new RunInput.Retry("ann"));
        run.input(new RunInput.Cancel("ann"));
        assertThat(run.task("work", 1)).isEqualTo(new TaskState.Unknown(3));
        assertThat(run.task("work", 2)).isInstanceOf(TaskState.LeftOut.class);
    }

    @Test
    void looksAgainWhereARetryOfAnUnknownTaskNeverStarted() {
        var run = running(2, work(2, 1, 1));
        for (int i = 0; i < PATIENCE.tries(); i++) {
            run.passUntilOverdue();
        }
        run.input(new RunInput.Retry("ann"));
        run.input(new RunInput.AuthorityReopened());
        run.input(new RunInput.Result(run.result("work", 1, 4, TaskOutcome.NOT_STARTED)));
        assertThat(run.dispatches().getLast().kind()).isEqualTo(AttemptKind.ADOPT);
        assertThat(run.dispatches().getLast().firstAttempt()).isEqualTo(4);
        assertThat(run.inFlight("work")).containsExactly(1);
    }

    @Test
    void settlesAnOverdueTaskAtOnceWhereThePhaseSaysSo() {
        var settle =
                new PhaseRules(
                        work(2, 1, 5).summary(),
                        RunFixture.TIMEOUT,
                        RunFixture.START_BY,
                        java.util.Set.of(),
                        PhaseRules.Overdue.SETTLE,
                        false,
                        0,
                        Optional.empty());
        var run = running(2, settle);
        run.passUntilOverdue();
        assertThat(run.task("work", 1)).isEqualTo(new TaskState.Unknown(1));
        assertThat(run.inFlight("work")).containsExactly(2);
        run.input(new RunInput.Result(run.result("work", 1, 1, TaskOutcome.SUCCEEDED)));
        run.succeedAll();
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
    }

    @Test
    void dispatchesATaskAgainThatNeverStartedButNotForEver() {
        var run = running(1, work(1, 1, 1));
        run.settle("work", 1, TaskOutcome.NOT_STARTED);
        assertThat(run.dispatches().getLast().kind()).isEqualTo(AttemptKind.FRESH);
        assertThat(run.task("work", 1).attempt()).isEqualTo(2);
        run.settle("work", 1, TaskOutcome.NOT_STARTED);
        run.settle("work", 1, TaskOutcome.NOT_STARTED);
        assertThat(run.task("work", 1)).isInstanceOf(TaskState.Failed.class);
        assertThat(run.state.settled()).isTrue();
    }

    @Test
    void keepsDoubtingWhenOnlyTheAdoptingAttemptNeverStarted() {
        var run = running(1, work(1, 1, 1));
        run.passUntilOverdue();
        run.settle("work", 1, TaskOutcome.NOT_STARTED);
        assertThat(run.dispatches().getLast().kind()).isEqualTo(AttemptKind.ADOPT);
        assertThat(run.task("work", 1).attempt()).isEqualTo(3);
    }

    @Test
    void startsNothingWhilePausedAndGoesOnWhenResumed() {
        var run = running(3, work(3, 1, 3));
        run.input(new RunInput.Pause("ann"));
        run.settle("work", 1, TaskOutcome.SUCCEEDED);
        assertThat(run.inFlight("work")).isEmpty();
        assertThat(run.refusal(new RunInput.Pause("ann"))).contains("is paused");
        run.input(new RunInput.Resume("ann"));
        run.succeedAll();
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(run.events(RunEvent.RunResumed.class))
                .extracting(RunEvent.RunResumed::retry)
                .containsExactly(false);
    }

    @Test
    void doesNotReattemptAnOverdueTaskWhilePaused() {
        var run = running(1, work(1, 1, 1));
        run.input(new RunInput.Pause("ann"));
        run.passUntilOverdue();
        assertThat(run.task("work", 1)).isInstanceOf(TaskState.Doubtful.class);
        assertThat(run.phase("work").reserved()).isEqualTo(1);
        run.settle("work", 1, TaskOutcome.SUCCEEDED);
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
    }

    @Test
    void cancelsTasksInFlightOnlyAfterALookAtTheirHosts() {
        var run = running(3, work(3, 2, 3));
        run.input(new RunInput.Cancel("ann"));
        assertThat(run.events(RunEvent.CancelRequested.class)).hasSize(1);
        assertThat(run.state.settled()).isFalse();
        run.settle("work", 1, TaskOutcome.CANCELLED);
        run.passUntilOverdue();
        assertThat(run.dispatches().getLast().kind()).isEqualTo(AttemptKind.CANCEL);
        run.settle("work", 2, TaskOutcome.SUCCEEDED);
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.CANCELLED);
        assertThat(run.task("work", 3)).isInstanceOf(TaskState.LeftOut.class);
    }

    @Test
    void asksTheHostOfACancelledTaskAgainWhenNobodyReportsItsEnd() {
        var run = running(1, work(1, 1, 1));
        run.input(new RunInput.Cancel("ann"));
        run.pass(Patience.ENDING.minusMillis(1));
        assertThat(run.dispatches().getLast().kind()).isEqualTo(AttemptKind.FRESH);

        run.pass(Duration.ofMillis(1));

        assertThat(run.dispatches().getLast().kind()).isEqualTo(AttemptKind.CANCEL);
        assertThat(run.inFlight("work")).containsExactly(1);
        run.pass(Patience.ENDING);
        assertThat(run.dispatches()).hasSize(3);
        run.settle("work", 1, TaskOutcome.CANCELLED);
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.CANCELLED);
    }

    @Test
    void leavesACancelledTaskOutThatProvablyNeverStarted() {
        var run = running(1, work(1, 1, 1));
        run.input(new RunInput.Cancel("ann"));
        run.pass(Patience.ENDING);

        run.settle("work", 1, TaskOutcome.NOT_STARTED);

        assertThat(run.task("work", 1)).isInstanceOf(TaskState.LeftOut.class);
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.CANCELLED);
    }

    @Test
    void asksAgainAfterTheDeadlineToo() {
        var run = planned(within(DEADLINE, work(1, 1, 1)));
        run.pass(DEADLINE);

        run.pass(Patience.ENDING);

        assertThat(run.dispatches().getLast().kind()).isEqualTo(AttemptKind.CANCEL);
        run.settle("work", 1, TaskOutcome.CANCELLED);
        assertThat(run.verdict().reason()).contains(ReasonCode.DEADLINE_REACHED);
    }

    @Test
    void looksAtTheHostOfACancelledTaskThatFailedWithoutALook() {
        var run = running(1, work(1, 1, 1));
        run.input(new RunInput.Cancel("ann"));
        run.failUnseen("work", 1);
        assertThat(run.dispatches().getLast().kind()).isEqualTo(AttemptKind.CANCEL);
        assertThat(run.state.settled()).isFalse();
        run.settle("work", 1, TaskOutcome.CANCELLED);
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.CANCELLED);
    }

    @Test
    void leavesOutATaskWhoseCancellingAttemptFoundThatNothingOfItRan() {
        var run = running(1, work(1, 1, 1));
        run.passUntilOverdue();
        run.input(new RunInput.Cancel("ann"));
        run.passUntilOverdue();
        assertThat(run.dispatches().getLast().kind()).isEqualTo(AttemptKind.CANCEL);
        run.settle("work", 1, TaskOutcome.NOT_STARTED);
        assertThat(run.task("work", 1)).isEqualTo(new TaskState.LeftOut(3));
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.CANCELLED);
    }

    /// What becomes of a task of which somebody reports that it failed without having been at its
    /// host.
    enum Unseen {
        IS_BELIEVED_WHERE_NOBODY_STARTED_IT(TaskState.Failed.class) {
            @Override
            void tell(RunFixture run) {
                run.failUnseen("work", 1);
            }
        },
        IS_BELIEVED_OF_A_LATER_ATTEMPT_THAN_THE_ONE_THAT_STARTED(TaskState.Failed.class) {
            @Override
            void tell(RunFixture run) {
                run.settle("work", 1, TaskOutcome.NOT_STARTED);
                run.input(new RunInput.Started(run.ref("work", 1, 1)));
                run.failUnseen("work", 1);
            }
        },
        IS_TAKEN_BACK_BY_THE_END_OF_A_PROGRAM_THAT_WAS_STARTED_LATER(TaskState.Succeeded.class) {
            @Override
            void tell(RunFixture run) {
                run.failUnseen("work", 1);
                run.start("work", 1);
                run.settle("work", 1, TaskOutcome.SUCCEEDED);
            }
        },
        IS_NOT_TAKEN_BACK_BY_A_DELIVERY_THAT_CAME_TOO_LATE(TaskState.Failed.class) {
            @Override
            void tell(RunFixture run) {
                run.failUnseen("work", 1);
                run.settle("work", 1, TaskOutcome.NOT_STARTED);
            }
        },
        LOSES_AGAINST_A_START(TaskState.InFlight.class) {
            @Override
            void tell(RunFixture run) {
                run.start("work", 1);
                run.failUnseen("work", 1);
            }
        },
        LOSES_AGAINST_A_START_IN_THE_SAME_BATCH(TaskState.InFlight.class) {
            @Override
            void tell(RunFixture run) {
                run.input(
                        new RunInput.Started(run.ref("work", 1, 1)),
                        new RunInput.Result(run.unseen("work", 1, 1)));
            }
        },
        LEAVES_THE_END_TO_WHOEVER_STARTED_IT(TaskState.Succeeded.class) {
            @Override
            void tell(RunFixture run) {
                run.start("work", 1);
                run.failUnseen("work", 1);
                run.settle("work", 1, TaskOutcome.SUCCEEDED);
            }
        },
        LEAVES_THE_END_TO_AN_ATTEMPT_THAT_LOOKS(TaskState.Failed.class) {
            @Override
            void tell(RunFixture run) {
                run.start("work", 1);
                run.failUnseen("work", 1);
                run.passUntilOverdue();
                assertThat(run.dispatches().getLast().kind()).isEqualTo(AttemptKind.ADOPT);
                run.settle("work", 1, TaskOutcome.FAILED);
            }
        },
        SETTLES_NOTHING_IN_DOUBT(TaskState.InFlight.class) {
            @Override
            void tell(RunFixture run) {
                run.passUntilOverdue();
                run.failUnseen("work", 1);
                assertThat(run.dispatches().getLast().kind()).isEqualTo(AttemptKind.ADOPT);
                assertThat(run.task("work", 1).attempt()).isEqualTo(3);
            }
        },
        IS_UNKNOWN_WHEN_THE_TRIES_IN_DOUBT_ARE_USED_UP(TaskState.Unknown.class) {
            @Override
            void tell(RunFixture run) {
                run.passUntilOverdue();
                run.failUnseen("work", 1);
                run.failUnseen("work", 1);
            }
        },
        SETTLES_NOTHING_OF_AN_OVERDUE_TASK_OF_A_PAUSED_RUN(TaskState.Doubtful.class) {
            @Override
            void tell(RunFixture run) {
                run.input(new RunInput.Pause("ann"));
                run.passUntilOverdue();
                run.failUnseen("work", 1);
            }
        };

        private final Class<? extends TaskState> leavesItAs;

        Unseen(Class<? extends TaskState> leavesItAs) {
            this.leavesItAs = leavesItAs;
        }

        abstract void tell(RunFixture run);
    }

    @ParameterizedTest
    @EnumSource
    void failureWithoutALook(Unseen unseen) {
        var run = running(2, work(2, 1, 2));
        unseen.tell(run);
        assertThat(run.task("work", 1)).isInstanceOf(unseen.leavesItAs);
        boolean free = run.task("work", 1) instanceof TaskState.Finished;
        assertThat(run.inFlight("work").contains(2)).isEqualTo(free);
    }

    @Test
    void cancelsAtOnceWhileThePlanIsBeingMade() {
        var run = new RunFixture(2, false);
        run.input();
        run.succeedAll();
        run.input(new RunInput.Cancel("ann"));
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.CANCELLED);
    }

    @Test
    void cancelsAPausedRun() {
        var run = running(2, work(2, 1, 2));
        run.input(new RunInput.Pause("ann"));
        run.settle("work", 1, TaskOutcome.SUCCEEDED);
        run.input(new RunInput.Cancel("ann"));
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.CANCELLED);
    }

    @Test
    void retriesOnlyWhatDidNotSucceedWithFreshAttempts() {
        var run =
                running(
                        new RunFixture(3, false),
                        work(3, 3, 1),
                        rules("later", 3, 3, NO_BUDGET, 1, false));
        run.settle("work", 1, TaskOutcome.SUCCEEDED);
        run.settle("work", 2, TaskOutcome.FAILED);
        run.settle("work", 3, TaskOutcome.SUCCEEDED);
        assertThat(run.verdict().reason()).contains(ReasonCode.FAILURE_LIMIT_REACHED);
        run.effects.clear();

        run.input(new RunInput.Retry("ann"));
        assertThat(run.state.stage()).isInstanceOf(RunStage.Reopening.class);
        run.input(new RunInput.AuthorityReopened());
        run.succeedAll();

        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(run.dispatches())
                .extracting(Effect.Dispatch::phase, Effect.Dispatch::host, Effect.Dispatch::attempt)
                .containsExactly(
                        tuple("work", 2, 2),
                        tuple("later", 1, 1),
                        tuple("later", 2, 1),
                        tuple("later", 3, 1));
        assertThat(run.dispatches()).allMatch(d -> d.kind() == AttemptKind.FRESH);
        assertThat(run.events(RunEvent.RunResumed.class).getFirst().retry()).isTrue();
    }

    @Test
    void renewsWhatHasEndedSinceWhereARetryStillNeedsIt() {
        var run =
                running(
                        new RunFixture(3, false),
                        rules("token", 1, 1, NO_BUDGET, 1, false)
                                .renewedFor(Set.of(new PhaseName("join"))),
                        rules("join", 3, 3, NO_BUDGET, 3, false),
                        rules("verify", 1, 1, NO_BUDGET, 1, false));
        run.settle("token", 1, TaskOutcome.SUCCEEDED);
        run.settle("join", 1, TaskOutcome.SUCCEEDED);
        run.settle("join", 2, TaskOutcome.FAILED);
        run.settle("join", 3, TaskOutcome.SUCCEEDED);
        run.settle("verify", 1, TaskOutcome.FAILED);
        run.effects.clear();

        run.input(new RunInput.Retry("ann"));
        run.input(new RunInput.AuthorityReopened());
        run.settle("token", 1, TaskOutcome.SUCCEEDED);
        run.settle("join", 2, TaskOutcome.SUCCEEDED);
        run.settle("verify", 1, TaskOutcome.FAILED);
        run.input(new RunInput.Retry("ann"));
        run.input(new RunInput.AuthorityReopened());
        run.succeedAll();

        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(run.dispatches())
                .extracting(Effect.Dispatch::phase, Effect.Dispatch::host, Effect.Dispatch::attempt)
                .containsExactly(
                        tuple("token", 1, 2),
                        tuple("join", 2, 2),
                        tuple("verify", 1, 2),
                        tuple("verify", 1, 3));
    }

    @Test
    void readsRulesOfBeforeAnythingWasRenewed() {
        var json = new String(Wire.bytes(work(2, 1, 1)), StandardCharsets.UTF_8);
        assertThat(json).doesNotContain("renewedFor");
        assertThat(Wire.read(json.getBytes(StandardCharsets.UTF_8), PhaseRules.class))
                .isEqualTo(work(2, 1, 1));
    }

    @Test
    void tellsEveryAttemptWithWhichOneTheUserLastAsked() {
        var run = running(1, work(1, 1, 1));
        run.passUntilOverdue();
        run.settle("work", 1, TaskOutcome.FAILED);
        run.input(new RunInput.Retry("ann"));
        run.input(new RunInput.AuthorityReopened());
        run.settle("work", 1, TaskOutcome.NOT_STARTED);
        run.passUntilOverdue();
        assertThat(run.dispatches())
                .filteredOn(d -> d.phase().value().equals("work"))
                .extracting(
                        Effect.Dispatch::attempt,
                        Effect.Dispatch::kind,
                        Effect.Dispatch::firstAttempt)
                .containsExactly(
                        Tuple.tuple(1, AttemptKind.FRESH, 1),
                        Tuple.tuple(2, AttemptKind.ADOPT, 1),
                        Tuple.tuple(3, AttemptKind.FRESH, 3),
                        Tuple.tuple(4, AttemptKind.FRESH, 3),
                        Tuple.tuple(5, AttemptKind.ADOPT, 3));
    }

    private static Tuple tuple(String phase, int host, int attempt) {
        return Tuple.tuple(new PhaseName(phase), host(host), attempt);
    }

    @Test
    void inspectsEveryHostAgainWhenARunWithoutAPlanIsRetried() {
        var run = new RunFixture(2, false);
        run.input();
        run.settle("inspect", 1, TaskOutcome.FAILED);
        run.settle("inspect", 2, TaskOutcome.SUCCEEDED);
        run.input(new RunInput.Retry("ann"));
        assertThat(run.inFlight("inspect")).containsExactly(1, 2);
        run.succeedAll();
        assertThat(run.state.stage()).isInstanceOf(RunStage.Planning.class);
    }

    @Test
    void endsWithoutFurtherTasksWhereThereIsNothingToDo() {
        var run = new RunFixture(2, false);
        run.input();
        run.succeedAll();
        int dispatched = run.dispatches().size();
        run.input(
                new RunInput.PlanningOver(
                        new Verdict(
                                RunOutcome.NOTHING_TO_DO, Optional.empty(), "as it should be")));
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.NOTHING_TO_DO);
        assertThat(run.dispatches()).hasSize(dispatched);
        assertThat(run.refusal(new RunInput.Retry("ann"))).contains("NOTHING_TO_DO");
    }

    @Test
    void startsAtOnceWhereThePlanNeedsNoFacts() {
        var run = planned(work(2, 10, 1));
        assertThat(run.inFlight("work")).containsExactly(1, 2);
        assertThat(run.effects).doesNotContain(new Effect.Prepare());
        run.succeedAll();
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
    }

    @Test
    void retriesARunWithoutInspectWithoutOpeningAnAuthority() {
        var run = planned(work(2, 10, 2));
        run.settle("work", 1, TaskOutcome.FAILED);
        run.settle("work", 2, TaskOutcome.SUCCEEDED);
        run.effects.clear();

        run.input(new RunInput.Retry("ann"));

        assertThat(run.effects).doesNotContain(new Effect.Prepare());
        assertThat(run.dispatches())
                .extracting(Effect.Dispatch::phase, Effect.Dispatch::host, Effect.Dispatch::attempt)
                .containsExactly(tuple("work", 1, 2));
        run.succeedAll();
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
    }

    @Test
    void endsAtItsDeadlineWhatIsInFlightAndStartsNothingMore() {
        var run = planned(within(DEADLINE, work(4, 2, 4)));
        run.settle("work", 1, TaskOutcome.SUCCEEDED);
        run.pass(DEADLINE.minusMillis(1));
        assertThat(run.events(RunEvent.CancelRequested.class)).isEmpty();

        run.pass(Duration.ofMillis(1));
        run.pass(Duration.ofSeconds(1));

        assertThat(run.events(RunEvent.CancelRequested.class))
                .extracting(RunEvent.CancelRequested::actor)
                .containsExactly("slipway (deadline)");
        assertThat(run.inFlight("work")).containsExactly(2, 3);
        assertThat(run.task("work", 4)).isInstanceOf(TaskState.LeftOut.class);
        run.settle("work", 2, TaskOutcome.CANCELLED);
        run.settle("work", 3, TaskOutcome.SUCCEEDED);
        assertThat(run.verdict().reason()).contains(ReasonCode.DEADLINE_REACHED);
        assertThat(run.verdict().message())
                .contains("1 of 4 hosts did not succeed (10.0.0.2:22)", "1 not tried");
        assertThat(run.verdict().retryable()).isTrue();
    }

    @Test
    void waitsForHostsThatDoNotReportTheirEndForTheGraceAndNoLonger() {
        var run = planned(within(DEADLINE, work(2, 2, 5)));
        run.pass(DEADLINE);
        run.pass(PATIENCE.grace().minusMillis(1));
        assertThat(run.inFlight("work")).containsExactly(1, 2);

        run.pass(Duration.ofMillis(1));

        // They were asked once more in between.
        assertThat(run.task("work", 1)).isEqualTo(new TaskState.Unknown(2));
        assertThat(run.verdict().reason()).contains(ReasonCode.DEADLINE_REACHED);
        assertThat(run.events(RunEvent.PhaseSettled.class).getLast().unknown()).isEqualTo(2);
    }

    @Test
    void letsNoOrderStartAfterTheDeadline() {
        var run = planned(within(Duration.ofSeconds(90), work(1, 1, 1)));
        var times = run.dispatches().getLast().times();
        assertThat(times.startBy()).isEqualTo(run.now.plusSeconds(90));
        assertThat(times.timeout()).isEqualTo(RunFixture.TIMEOUT);
    }

    @Test
    void aDeadlineThatNothingIsLateForChangesNothing() {
        var run = planned(within(DEADLINE, work(1, 1, 1)));
        run.pass(DEADLINE.minusSeconds(1));
        run.settle("work", 1, TaskOutcome.SUCCEEDED);
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        run.pass(DEADLINE);
        assertThat(run.events(RunEvent.CancelRequested.class)).isEmpty();
    }

    @Test
    void theDeadlineHoldsForAPausedRunToo() {
        var run = planned(within(DEADLINE, work(3, 1, 3)));
        run.input(new RunInput.Pause("ann"));
        run.settle("work", 1, TaskOutcome.SUCCEEDED);
        assertThat(run.state.settled()).isFalse();

        run.pass(DEADLINE);

        assertThat(run.verdict().reason()).contains(ReasonCode.DEADLINE_REACHED);
        assertThat(run.phase("work").leftOut()).isEqualTo(2);
    }

    @Test
    void whoeverCancelsBeforeTheDeadlineHasCancelled() {
        var run = planned(within(DEADLINE, work(1, 1, 1)));
        run.input(new RunInput.Cancel("ann"));
        run.pass(DEADLINE);
        assertThat(run.events(RunEvent.CancelRequested.class))
                .extracting(RunEvent.CancelRequested::actor)
                .containsExactly("ann");

        run.pass(PATIENCE.grace());

        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.CANCELLED);
    }

    @Test
    void aRetryHasTheWholeTimeAgain() {
        var run = planned(within(DEADLINE, work(2, 1, 2)));
        run.pass(DEADLINE);
        run.settle("work", 1, TaskOutcome.CANCELLED);
        assertThat(run.verdict().reason()).contains(ReasonCode.DEADLINE_REACHED);

        run.input(new RunInput.Retry("ann"));

        assertThat(run.phase("work").endsBy()).contains(run.now.plus(DEADLINE));
        run.pass(DEADLINE.minusMillis(1));
        run.succeedAll();
        assertThat(run.verdict().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
    }

    @Test
    void refusesCommandsToARunThatIsOver() {
        var run = running(1, work(1, 1, 1));
        run.succeedAll();
        for (var command :
                List.of(
                        new RunInput.Pause("ann"),
                        new RunInput.Resume("ann"),
                        new RunInput.Cancel("ann"),
                        new RunInput.Retry("ann"))) {
            assertThat(run.refusal(command)).contains("is over (SUCCEEDED)");
        }
    }

    @Test
    void givesOrdersTheTimesOfThePhase() {
        var run = running(1, work(1, 1, 1));
        var times = run.dispatches().getLast().times();
        assertThat(times.startBy()).isEqualTo(run.now.plus(RunFixture.START_BY));
        assertThat(times.timeout()).isEqualTo(RunFixture.TIMEOUT);
        assertThat(times.settleBy())
                .isEqualTo(times.startBy().plus(RunFixture.TIMEOUT).plus(PATIENCE.grace()));
        run.pass(Duration.between(run.now, times.settleBy()).minusMillis(1));
        assertThat(run.task("work", 1).attempt()).isEqualTo(1);
    }
}
