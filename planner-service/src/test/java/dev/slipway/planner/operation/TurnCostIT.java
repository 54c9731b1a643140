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
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.run.Decision;
import dev.slipway.planner.run.PhaseRules;
import dev.slipway.planner.run.PhaseState;
import dev.slipway.planner.run.RunInput;
import dev.slipway.planner.run.RunStage;
import dev.slipway.planner.run.RunState;
import dev.slipway.planner.run.TaskState;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a turn reads in a large run: nine phases on every host, the fifth one running.
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
class TurnCostIT {
    private static final int HOSTS = 1_000;
    private static final int PHASES = 9;
    private static final int RUNNING = 4;
    private static final int WINDOW = 20;
    private static final String ROWS_READ =
            """
            SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint
            FROM pg_stat_xact_user_tables WHERE relname = 'tasks'
            """;

    @Inject Transactions transactions;
    @Inject RunStore runs;
    @Inject RunTurn turns;

    @Test
    void aTurnReadsTheTasksThatTheWindowHasPlacesForAndNotAllOfTheRun() {
        RunRecord run = record();
        List<HostAddress> hosts =
                IntStream.range(0, HOSTS)
                        .mapToObj(i ->
                                new HostAddress("10.9.%d.%d".formatted(i / 250, i % 250 + 1), 22))
                        .toList();
        var result = new RunInput.Result(result(run, hosts.get(HOSTS / 4)));

        long read =
                transactions
                        .asWorker(c ->
                                runs.insert(c, run, state(run, hosts), Optional.empty())
                                        .chain(() -> rowsRead(c))
                                        .chain(before ->
                                                turns.take(c, run.id(), List.of(result))
                                                        .invoke(TurnCostIT::requireAccepted)
                                                        .chain(() -> rowsRead(c))
                                                        .map(after -> after - before))
                                        .call(() ->
                                                c.query("DELETE FROM runs WHERE tenant = 'cost'")
                                                        .execute()))
                        .await()
                        .atMost(Duration.ofMinutes(1));

        assertThat(read).isBetween((long) WINDOW, 5L * WINDOW);
    }

    private static Uni<Long> rowsRead(SqlConnection connection) {
        return connection.query(ROWS_READ).execute().map(rows -> rows.iterator().next().getLong(0));
    }

    private static void requireAccepted(Optional<RunTurn.Taken> taken) {
        assertThat(taken.orElseThrow().decision()).isInstanceOf(Decision.Accepted.class);
    }

    private static RunRecord record() {
        RunId id = RunId.next();
        return new RunRecord(
                id,
                TenantId.of("cost"),
                ClusterName.of("c" + id.toString().substring(24)),
                Operation.APPLY,
                1,
                1,
                PoolName.of("default"),
                new RunRecord.Origin("ann", Optional.empty()),
                new RunRecord.Wishes(false, false, false, Optional.empty()));
    }

    private static RunState state(RunRecord run, List<HostAddress> hosts) {
        var phases = new ArrayList<PhaseState>();
        for (int p = 0; p < PHASES; p++) {
            PhaseRules rules = rules(p, hosts);
            phases.add(
                    p < RUNNING
                            ? settled(rules)
                            : p == RUNNING ? running(rules) : PhaseState.waiting(rules));
        }
        return new RunState(RunStore.subject(run), new RunStage.Running(), false, false, phases);
    }

    private static PhaseRules rules(int phase, List<HostAddress> hosts) {
        return new PhaseRules(
                new PhaseSummary(
                        PhaseName.of("phase-" + phase),
                        "phase",
                        hosts,
                        true,
                        WINDOW,
                        OptionalInt.empty(),
                        hosts.size()),
                Duration.ofMinutes(10),
                Duration.ofHours(1),
                Set.of(),
                PhaseRules.Overdue.REATTEMPT,
                false,
                0,
                Optional.empty());
    }

    private static PhaseState settled(PhaseRules rules) {
        Map<HostAddress, TaskState> tasks = new LinkedHashMap<>();
        rules.summary().hosts().forEach(h -> tasks.put(h, new TaskState.Succeeded(1)));
        return new PhaseState(rules, PhaseState.Progress.SETTLED, Optional.empty(), tasks);
    }

    /// A quarter is done, a window in flight, the rest waits.
    private static PhaseState running(PhaseRules rules) {
        Map<HostAddress, TaskState> tasks = new LinkedHashMap<>();
        int done = rules.summary().hosts().size() / 4;
        int out = Math.min(WINDOW, done);
        Instant settleBy = Instant.now().plus(Duration.ofHours(2));
        for (HostAddress host : rules.summary().hosts()) {
            int i = tasks.size();
            tasks.put(
                    host,
                    i < done
                            ? new TaskState.Succeeded(1)
                            : i < done + out
                                    ? new TaskState.InFlight(
                                            1, 1, AttemptKind.FRESH, settleBy, false, false)
                                    : new TaskState.Waiting(0, 0, false));
        }
        return new PhaseState(rules, PhaseState.Progress.RUNNING, Optional.empty(), tasks);
    }

    private static TaskResult.TaskSettled result(RunRecord run, HostAddress host) {
        PhaseName phase = PhaseName.of("phase-" + RUNNING);
        return new TaskResult.TaskSettled(
                new TaskResult.TaskRef(
                        run.tenant(),
                        run.cluster(),
                        run.id(),
                        phase,
                        host,
                        TaskId.of(run.id(), phase, host),
                        1),
                TaskOutcome.SUCCEEDED,
                Optional.empty(),
                "",
                List.of(),
                Map.of(),
                "",
                Optional.empty(),
                Duration.ofMillis(5),
                "fake",
                Instant.now());
    }
}
