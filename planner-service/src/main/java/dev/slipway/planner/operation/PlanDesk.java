package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.telemetry.LogScope;
import dev.slipway.chassis.telemetry.Traceparent;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.run.RunInput;
import dev.slipway.planner.run.RunStage;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jboss.logging.Logger;

/// Makes plans: facts in, plan out, and in between the cluster's authority, outside of any
/// transaction. Blocks, so every plan is made on a virtual thread. A planner that dies with a plan
/// half made loses its lease, and another one begins again: compiling is pure and opening the
/// authority idempotent.
@ApplicationScoped
class PlanDesk {
    static final PhaseName INSPECT = new PhaseName("inspect");

    private static final Logger LOG = Logger.getLogger(PlanDesk.class);

    private final Transactions transactions;
    private final DraftStore drafts;
    private final RunTurn turns;
    private final StepStore steps;
    private final ReportStore reports;
    private final PlanMaker maker;
    private final PlannerConfig config;
    private final ExecutorService threads;

    @Inject
    PlanDesk(
            Transactions transactions,
            DraftStore drafts,
            RunTurn turns,
            StepStore steps,
            ReportStore reports,
            PlanMaker maker,
            PlannerConfig config,
            @VirtualThreads ExecutorService threads) {
        this.transactions = transactions;
        this.drafts = drafts;
        this.turns = turns;
        this.steps = steps;
        this.reports = reports;
        this.maker = maker;
        this.config = config;
        this.threads = threads;
    }

    /// Begins to make the run's plan, if it needs one and nobody else makes it; returns at once.
    void start(RunId run) {
        threads.execute(() -> {
            try (var _ = LogScope.open().run(run)) {
                prepare(run);
            } catch (RuntimeException e) {
                LOG.errorf(
                        e,
                        "cannot make the plan of run %s: it is tried again when the lease ends (%s)",
                        run,
                        config.planningLease());
            }
        });
    }

    private void prepare(RunId run) {
        Optional<Draft> claimed =
                transactions.asWorker(c -> drafts.claim(c, run)).await().indefinitely();
        if (claimed.isEmpty()) {
            return;
        }
        Draft draft = claimed.get();
        switch (make(draft)) {
            case Preparation.Later(var why) -> {
                LOG.warnf(
                        "the authority of cluster \"%s\" cannot be opened yet (%s): trying again in %s; look at the certificate service",
                        draft.run().cluster(), why, config.authorityRetry());
                transactions
                        .asWorker(c -> drafts.postpone(c, run, config.authorityRetry()))
                        .await()
                        .indefinitely();
            }
            case Preparation.Over over ->
                    settle(draft.run(), new RunInput.PlanningOver(over.verdict()), over);
            case Preparation.Ready ready -> freeze(draft.run(), ready);
            case Preparation.Reopened() -> take(run, new RunInput.AuthorityReopened());
        }
    }

    /// What is asked of the certificate service belongs to the run's trace.
    private Preparation make(Draft draft) {
        try (var _ = Traceparent.context(draft.run().origin().traceparent()).makeCurrent()) {
            return maker.make(draft);
        }
    }

    private void freeze(RunRecord run, Preparation.Ready prepared) {
        Plan plan = prepared.plan();
        LOG.infof("plan %s with %d phases", plan.digest(), plan.phases().size());
        var ready =
                new RunInput.PlanReady(
                        plan.digest(), plan.phases().stream().map(Rules::of).toList());
        take(
                run.id(),
                ready,
                (connection, locked) ->
                        isPlanning(locked)
                                ? reports.keep(connection, run, prepared.reports())
                                        .chain(() -> steps.freeze(connection, run, plan))
                                : Uni.createFrom().voidItem());
    }

    private void settle(RunRecord run, RunInput input, Preparation.Over over) {
        take(
                run.id(),
                input,
                (connection, locked) ->
                        isPlanning(locked)
                                ? keep(connection, run, over)
                                : Uni.createFrom().voidItem());
    }

    private Uni<Void> keep(SqlConnection connection, RunRecord run, Preparation.Over over) {
        Uni<Void> shown =
                over.shown()
                        .map(plan -> steps.show(connection, run, plan))
                        .orElseGet(() -> Uni.createFrom().voidItem());
        return shown.chain(() -> reports.keep(connection, run, over.reports()));
    }

    /// The run may have been cancelled while its plan was made.
    private static boolean isPlanning(LockedRun run) {
        return run.state().stage() instanceof RunStage.Planning;
    }

    private void take(RunId run, RunInput input) {
        take(run, input, RunTurn.Alongside.NOTHING);
    }

    private void take(RunId run, RunInput input, RunTurn.Alongside alongside) {
        transactions
                .asWorker(c -> turns.take(c, run, List.of(input), alongside))
                .await()
                .indefinitely();
    }
}
