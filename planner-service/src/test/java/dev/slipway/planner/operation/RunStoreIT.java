package dev.slipway.planner.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.run.Failure;
import dev.slipway.planner.run.Outlines;
import dev.slipway.planner.run.PhaseRules;
import dev.slipway.planner.run.PhaseState;
import dev.slipway.planner.run.PhaseState.Progress;
import dev.slipway.planner.run.RunStage;
import dev.slipway.planner.run.RunState;
import dev.slipway.planner.run.TaskState;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = {
            @ResourceArg(name = "service", value = "planner"),
            @ResourceArg(name = "slipway.planner.grace", value = "PT0S"),
            @ResourceArg(name = "slipway.planner.watchdog-interval", value = "1s"),
            @ResourceArg(name = "slipway.planner.authority-retry", value = "PT0.2S"),
            @ResourceArg(name = "slipway.planner.tasks-in-flight-per-tenant", value = "4")
        })
class RunStoreIT {
    private static final int SEEDS = 20;
    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    @Inject Transactions transactions;
    @Inject RunStore runs;

    @Test
    void readsARunAsItWasWrittenAndInOutlineWhatDecisionsLookAt() {
        for (int seed = 0; seed < SEEDS; seed++) {
            RunRecord run = record(seed);
            RunState state = state(run, new Random(seed));

            RunState[] read =
                    transactions
                            .asWorker(c ->
                                    runs.insert(c, run, state, Optional.empty())
                                            .chain(() ->
                                                    runs.started(c, run.id(), started(run, state)))
                                            .chain(() ->
                                                    runs.lock(c, run.id(), RunStore.Waiting.WAIT))
                                            .map(Optional::orElseThrow)
                                            .chain(outline ->
                                                    RunStore.all(c, outline)
                                                            .map(all ->
                                                                    new RunState[] {
                                                                        outline.state(), all.state()
                                                                    }))
                                            .call(() ->
                                                    c.query(
                                                                    "DELETE FROM runs WHERE tenant = 'stored'")
                                                            .execute()))
                            .await()
                            .atMost(Duration.ofSeconds(30));

            assertThat(read[1]).as("seed %d", seed).isEqualTo(state);
            assertThat(read[0]).as("seed %d: outline", seed).isEqualTo(Outlines.of(state));
        }
    }

    private static List<TaskResult.TaskRef> started(RunRecord run, RunState state) {
        var started = new ArrayList<TaskResult.TaskRef>();
        for (PhaseState phase : state.phases()) {
            PhaseName name = phase.rules().name();
            phase.tasks()
                    .forEach((host, task) -> {
                        if (task instanceof TaskState.InFlight flight && flight.started()) {
                            started.add(
                                    new TaskResult.TaskRef(
                                            run.tenant(),
                                            run.cluster(),
                                            run.id(),
                                            name,
                                            host,
                                            TaskId.of(run.id(), name, host),
                                            flight.attempt()));
                        }
                    });
        }
        return started;
    }

    private static RunRecord record(int seed) {
        return new RunRecord(
                RunId.next(),
                TenantId.of("stored"),
                ClusterName.of("c" + seed),
                Operation.APPLY,
                1,
                1,
                PoolName.of("default"),
                new RunRecord.Origin("ann", Optional.empty()),
                // A dry run, so that no other test's run is in the way.
                new RunRecord.Wishes(true, false, false, Optional.empty()));
    }

    private static RunState state(RunRecord run, Random random) {
        int running = random.nextInt(4);
        List<PhaseState> phases =
                IntStream.range(0, 4)
                        .mapToObj(i ->
                                phase(
                                        i,
                                        i < running
                                                ? Progress.SETTLED
                                                : i == running
                                                        ? (random.nextBoolean()
                                                                ? Progress.RUNNING
                                                                : Progress.EXPIRED)
                                                        : Progress.WAITING,
                                        random))
                        .toList();
        return new RunState(RunStore.subject(run), new RunStage.Running(), false, false, phases);
    }

    private static PhaseState phase(int number, Progress progress, Random random) {
        List<HostAddress> hosts =
                IntStream.range(0, 1 + random.nextInt(12))
                        .mapToObj(i -> new HostAddress("10.8.0." + (99 - i), 22))
                        .toList();
        var rules =
                new PhaseRules(
                        new PhaseSummary(
                                PhaseName.of("phase-" + number),
                                "phase",
                                hosts,
                                true,
                                1 + random.nextInt(4),
                                OptionalInt.empty(),
                                3),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        Set.of(),
                        PhaseRules.Overdue.REATTEMPT,
                        false,
                        0,
                        Optional.empty());
        Map<HostAddress, TaskState> tasks = new LinkedHashMap<>();
        hosts.forEach(host -> tasks.put(host, task(progress, random)));
        return new PhaseState(
                rules,
                progress,
                random.nextBoolean() ? Optional.of(LATER) : Optional.empty(),
                tasks);
    }

    /// Any that a phase of that progress may have: one that waits was never begun, or is to be
    /// taken up again.
    private static TaskState task(Progress progress, Random random) {
        int attempt = 1 + random.nextInt(3);
        int kinds =
                switch (progress) {
                    case WAITING -> 2;
                    case SETTLED -> 6;
                    case RUNNING, EXPIRED -> 8;
                };
        return switch (random.nextInt(kinds)) {
            case 0 -> new TaskState.Succeeded(attempt);
            case 1 ->
                    progress == Progress.SETTLED
                            ? new TaskState.Succeeded(attempt)
                            : new TaskState.Waiting(attempt - 1, 0, random.nextBoolean());
            case 2 -> new TaskState.Failed(attempt, Failure.of(ReasonCode.COMMAND_FAILED, ""));
            case 3 -> new TaskState.Unknown(attempt);
            case 4 -> new TaskState.Cancelled(attempt);
            case 5 -> new TaskState.LeftOut(attempt - 1);
            case 6 ->
                    new TaskState.InFlight(
                            attempt,
                            1,
                            AttemptKind.ADOPT,
                            LATER,
                            random.nextBoolean(),
                            random.nextBoolean());
            default -> new TaskState.Doubtful(attempt, 2);
        };
    }
}
