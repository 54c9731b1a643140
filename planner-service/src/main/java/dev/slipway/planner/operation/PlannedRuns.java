package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ListedHost;
import dev.slipway.planner.content.ContentStore;
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
    private final ContentStore contents;

    @Inject
    PlannedRuns(
            Transactions transactions,
            RunOpener opener,
            StepStore steps,
            RunTurn turns,
            RunViews views,
            ContentStore contents) {
        this.transactions = transactions;
        this.opener = opener;
        this.steps = steps;
        this.turns = turns;
        this.views = views;
        this.contents = contents;
    }

    RunView open(RunRecord run, List<ListedHost> hosts, Plan plan) {
        return transactions
                .inTenant(run.tenant(), c -> open(c, run, hosts, plan))
                .await()
                .indefinitely();
    }

    /// Its orders name them, so none may go before the run is over, and none may be missing.
    private Uni<Void> nameContents(SqlConnection connection, RunRecord run, Plan plan) {
        List<Part.Content> named =
                plan.phases().stream()
                        .flatMap(phase -> phase.tasks().stream())
                        .flatMap(task -> Step.contents(task.steps()).stream())
                        .distinct()
                        .toList();
        if (named.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var digests = named.stream().map(Part.Content::digest).toList();
        return contents.touch(connection, digests)
                .invoke(sizes -> named.forEach(script -> Refusal.requireScript(script, sizes)))
                .chain(() -> contents.name(connection, run.tenant(), run.id(), digests));
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
                .chain(() -> nameContents(connection, run, plan))
                .chain(() -> turns.take(connection, run.id(), List.of(made), kept))
                .chain(() -> views.one(connection, run.id()))
                .map(Optional::orElseThrow);
    }
}
