package dev.slipway.planner.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.CanonicalJson;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.PlannedTask;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/// Keeps what tasks do: the steps of each task for dispatch, the whole plan for readers.
@ApplicationScoped
class StepStore {
    Uni<Void> add(SqlConnection connection, RunRecord run, List<PlannedPhase> phases) {
        var rows =
                phases.stream()
                        .flatMap(phase -> phase.tasks().stream().map(task -> row(run, phase, task)))
                        .toList();
        return connection
                .preparedQuery(
                        """
                        INSERT INTO task_steps (tenant, run, phase, host, mutating, steps)
                        VALUES ($1, $2, $3, $4, $5, $6)
                        """)
                .executeBatch(rows)
                .replaceWithVoid();
    }

    private static Tuple row(RunRecord run, PlannedPhase phase, PlannedTask task) {
        return Tuple.tuple()
                .addString(run.tenant().value())
                .addUUID(run.id().value())
                .addString(phase.name().value())
                .addString(task.host().toString())
                .addBoolean(phase.summary().mutating())
                .addString(json(task.steps()));
    }

    // A bare list has lost its element type, and with it the kinds of the steps.
    private static String json(List<Step> steps) {
        try {
            return Wire.mapper()
                    .writerFor(new TypeReference<List<Step>>() {})
                    .writeValueAsString(steps);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("steps are JSON", e);
        }
    }

    /// The plan to be executed: with the steps of its tasks.
    Uni<Void> freeze(SqlConnection connection, RunRecord run, Plan plan) {
        return keep(connection, run, plan, true).chain(() -> add(connection, run, plan.phases()));
    }

    /// A plan that is only shown.
    Uni<Void> show(SqlConnection connection, RunRecord run, Plan plan) {
        return keep(connection, run, plan, false);
    }

    private static Uni<Void> keep(
            SqlConnection connection, RunRecord run, Plan plan, boolean frozen) {
        return connection
                .preparedQuery(
                        """
                        INSERT INTO plans (tenant, run, digest, frozen, body)
                        VALUES ($1, $2, $3, $4, $5)
                        """)
                .execute(
                        Tuple.of(
                                run.tenant().value(),
                                run.id().value(),
                                plan.digest().value(),
                                frozen,
                                CanonicalJson.text(plan)))
                .chain(() ->
                        connection
                                .preparedQuery("UPDATE runs SET plan_digest = $2 WHERE id = $1")
                                .execute(Tuple.of(run.id().value(), plan.digest().value())))
                .replaceWithVoid();
    }
}
