package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.planner.clusterfile.ListedHost;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.run.RunInput;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/// Opens runs whose plan looks at no fact of a host, and so is there from the start: run, plan and
/// first orders in one transaction. Such a run takes no cluster for itself. Blocks.
@ApplicationScoped
class PlannedRuns {
    private final Transactions transactions;
    private final RunOpener opener;
    private final StepStore steps;
    private final RunTurn turns;
    private final RunViews views;

    @Inject
    PlannedRuns(
            Transactions transactions,
            RunOpener opener,
            StepStore steps,
            RunTurn turns,
            RunViews views) {
        this.transactions = transactions;
        this.opener = opener;
        this.steps = steps;
        this.turns = turns;
        this.views = views;
    }

    RunView open(RunRecord run, List<ListedHost> hosts, Plan plan) {
        return transactions
                .sqlInTenant(run.tenant(), c -> open(c, run, hosts, plan))
                .await()
                .indefinitely();
    }

    private Uni<RunView> open(
            SqlConnection connection, RunRecord run, List<ListedHost> hosts, Plan plan) {
        boolean dryRun = run.wishes().dryRun();
        RunInput made =
                dryRun
                        ? new RunInput.PlanningOver(PlanMaker.shown(plan))
                        : new RunInput.PlanReady(
                                plan.digest(), plan.phases().stream().map(Rules::of).toList());
        RunTurn.Alongside kept =
                (c, _) -> dryRun ? steps.show(c, run, plan) : steps.freeze(c, run, plan);
        return opener.open(connection, run, hosts)
                .chain(() -> turns.take(connection, run.id(), List.of(made), kept))
                .chain(() -> views.one(connection, run.id()))
                .map(Optional::orElseThrow);
    }
}
