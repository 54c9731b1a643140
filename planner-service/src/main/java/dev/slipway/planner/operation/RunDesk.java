package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.telemetry.Traceparent;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.planner.cluster.ClusterStore;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ClusterfileReader;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.SecretPolicy;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.run.Decision;
import dev.slipway.planner.run.RunInput;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/// What users do with runs. Blocks.
@ApplicationScoped
class RunDesk {
    private static final String ONE_UNFINISHED = "runs_one_unfinished";

    private final Transactions transactions;
    private final ClusterStore clusters;
    private final RunStore runs;
    private final Reach reach;
    private final RunOpener opener;
    private final RunTurn turns;
    private final RunViews views;
    private final PlanDesk plans;

    @Inject
    RunDesk(
            Transactions transactions,
            ClusterStore clusters,
            RunStore runs,
            Reach reach,
            RunOpener opener,
            RunTurn turns,
            RunViews views,
            PlanDesk plans) {
        this.transactions = transactions;
        this.clusters = clusters;
        this.runs = runs;
        this.reach = reach;
        this.opener = opener;
        this.turns = turns;
        this.views = views;
        this.plans = plans;
    }

    RunView open(TenantId tenant, String actor, RunRequest request) {
        if (!request.hosts().orElse(List.of()).isEmpty()) {
            throw Refusal.notServed(
                    "field \"hosts\": a run of some hosts only is not served yet, but for exec");
        }
        if (request.exec().isPresent()) {
            throw Refusal.invalid(
                    "field \"exec\" goes with operation exec only, not with "
                            + request.operation().word());
        }
        Clusterfile clusterfile = clusterfile(tenant, request);
        reach.require(tenant, clusterfile.hostsFile());
        var asked =
                new RunOpener.Asked(
                        tenant,
                        new RunRecord.Origin(actor, Traceparent.current()),
                        request.operation(),
                        clusterfile,
                        request.wishes());
        return await(
                tenant,
                clusterfile.name(),
                transactions.inTenant(
                        tenant,
                        c ->
                                opener.open(c, asked)
                                        .call(run -> turns.take(c, run, List.of()))
                                        .chain(run -> view(c, run))));
    }

    RunView command(TenantId tenant, RunId run, RunInput command) {
        return transactions.inTenant(tenant, c -> command(c, run, command)).await().indefinitely();
    }

    /// Takes a failed or cancelled run up again: the latest one of its cluster, since what came
    /// after an older one may have changed what its plan was made for. A plan of `exec` was made
    /// for hosts, not for what is on them.
    RunView retry(TenantId tenant, RunId run, String actor) {
        RunView before = transactions.inTenant(tenant, c -> view(c, run)).await().indefinitely();
        if (before.dryRun()) {
            throw Refusal.runState(run, "a dry run is not retried, but asked for again");
        }
        if (before.operation().equals(Operation.CHECK.word())
                || before.operation().equals(Operation.VIEW.word())) {
            throw Refusal.runState(
                    run, "a %s is not retried, but asked for again".formatted(before.operation()));
        }
        if (before.operation().equals(Operation.EXEC.word())) {
            return command(tenant, run, new RunInput.Retry(actor));
        }
        RunView retried =
                await(
                        tenant,
                        before.cluster(),
                        transactions.inTenant(
                                tenant,
                                c ->
                                        clusters.open(c, tenant, before.cluster())
                                                .invoke(cluster ->
                                                        cluster.lastRun()
                                                                .filter(last -> !last.equals(run))
                                                                .ifPresent(last -> {
                                                                    throw Refusal.runState(
                                                                            run,
                                                                            "run %s came after it"
                                                                                    .formatted(
                                                                                            last));
                                                                }))
                                                .chain(() ->
                                                        command(
                                                                c,
                                                                run,
                                                                new RunInput.Retry(actor)))));
        plans.start(run);
        return retried;
    }

    private Uni<RunView> command(SqlConnection connection, RunId run, RunInput command) {
        return turns.take(connection, run, List.of(command))
                .invoke(taken -> {
                    var turn = taken.orElseThrow(() -> Refusal.unknownRun(run.toString()));
                    if (turn.decision() instanceof Decision.Refused(var why)) {
                        throw Refusal.runState(run, why);
                    }
                })
                .chain(() -> view(connection, run));
    }

    private Uni<RunView> view(SqlConnection connection, RunId run) {
        return views.one(connection, run)
                .map(found -> found.orElseThrow(() -> Refusal.unknownRun(run.toString())));
    }

    private Clusterfile clusterfile(TenantId tenant, RunRequest request) {
        String source = request.clusterfile().orElseGet(() -> latest(tenant, request));
        return switch (ClusterfileReader.read(source, SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted(var clusterfile) -> {
                request.cluster()
                        .filter(name -> !name.equals(clusterfile.name().value()))
                        .ifPresent(name -> {
                            throw Refusal.invalid(
                                    "field \"cluster\" says \"%s\", the Clusterfile is of \"%s\""
                                            .formatted(name, clusterfile.name()));
                        });
                yield clusterfile;
            }
            case ClusterfileResult.HostsOnly _ ->
                    throw Refusal.invalid(
                            "field \"clusterfile\" lists hosts only (kind Hosts): %s needs a document of kind Cluster"
                                    .formatted(request.operation().word()));
            case ClusterfileResult.Rejected rejected -> throw Refusal.clusterfile(rejected);
        };
    }

    private String latest(TenantId tenant, RunRequest request) {
        String name =
                request.cluster()
                        .orElseThrow(() ->
                                Refusal.invalid(
                                        "operation \"%s\" needs a %s"
                                                .formatted(
                                                        request.operation().word(),
                                                        request.operation() == Operation.RESET
                                                                ? "cluster's name"
                                                                : "Clusterfile or the name of a known cluster")));
        return transactions
                .inTenant(tenant, c -> clusters.latest(c, tenant, named(name)))
                .await()
                .indefinitely()
                .orElseThrow(() -> Refusal.unknownCluster(name))
                .source();
    }

    static ClusterName named(String name) {
        try {
            return ClusterName.of(name);
        } catch (IllegalArgumentException _) {
            throw Refusal.unknownCluster(name);
        }
    }

    /// Where two open a run of one cluster at the same time, the index lets one of them.
    private RunView await(TenantId tenant, ClusterName cluster, Uni<RunView> work) {
        return work.onFailure(RunDesk::isSecond)
                .recoverWithUni(failure ->
                        transactions
                                .inTenant(tenant, c -> runs.unfinished(c, tenant, cluster))
                                .chain(other ->
                                        Uni.createFrom()
                                                .failure(
                                                        other.<Throwable>map(run ->
                                                                        Refusal.inProgress(
                                                                                cluster, run))
                                                                .orElse(failure))))
                .await()
                .indefinitely();
    }

    private static boolean isSecond(Throwable failure) {
        return failure instanceof PgException refused
                && String.valueOf(refused.getConstraint()).equals(ONE_UNFINISHED);
    }
}
