package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.chassis.telemetry.Traceparent;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.cluster.ClusterState;
import dev.slipway.planner.cluster.ClusterStore;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.HostsFile;
import dev.slipway.planner.host.HostStore;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.ViewPhase;
import dev.slipway.planner.plan.node.ApiAddress;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;

/// Opens runs of `view`: one question to a cluster that is installed, by way of one of its control
/// planes. Blocks.
@ApplicationScoped
class ViewDesk {
    /// A cluster as it is, not as its latest revision wants it.
    ///
    /// @param revision the one that was applied last, or the latest while none was
    private record Installed(Clusterfile clusterfile, int generation, int revision) {}

    private final Transactions transactions;
    private final ClusterStore clusters;
    private final HostStore hosts;
    private final Reach reach;
    private final PlannedRuns planned;

    @Inject
    ViewDesk(
            Transactions transactions,
            ClusterStore clusters,
            HostStore hosts,
            Reach reach,
            PlannedRuns planned) {
        this.transactions = transactions;
        this.clusters = clusters;
        this.hosts = hosts;
        this.reach = reach;
        this.planned = planned;
    }

    RunView open(TenantId tenant, String actor, ViewRequest request) {
        var question = request.question();
        Installed cluster =
                transactions
                        .inTenant(tenant, c -> installed(c, tenant, request.cluster()))
                        .await()
                        .indefinitely();
        ClusterHost controlPlane = chosen(cluster.clusterfile(), request.host());
        HostsFile file =
                cluster.clusterfile()
                        .hostsFile()
                        .only(h -> h.address().equals(controlPlane.address()));
        reach.require(tenant, file);
        HostAddress server =
                ApiAddress.of(cluster.clusterfile(), controlPlane, facts(tenant, controlPlane));
        Plan plan = ViewPhase.plan(file, cluster.generation(), server, question);
        RunRecord run =
                new RunRecord(
                        RunId.next(),
                        tenant,
                        file.name(),
                        Operation.VIEW,
                        cluster.generation(),
                        cluster.revision(),
                        file.pool(),
                        new RunRecord.Origin(actor, Traceparent.current()),
                        new RunRecord.Wishes(false, false, false, Optional.empty()));
        return planned.open(run, file.hosts(), plan);
    }

    private Uni<Installed> installed(SqlConnection connection, TenantId tenant, String name) {
        return clusters.latest(connection, tenant, RunDesk.named(name))
                .map(found -> found.orElseThrow(() -> Refusal.unknownCluster(name)))
                .invoke(latest -> requireInstalled(latest, name))
                .chain(latest ->
                        clusters.appliedSource(connection, tenant, latest.cluster())
                                .map(applied ->
                                        new Installed(
                                                DraftStore.accepted(
                                                        applied.orElse(latest.source())),
                                                latest.cluster().generation(),
                                                latest.cluster()
                                                        .appliedRevision()
                                                        .orElse(latest.cluster().revision()))));
    }

    private static void requireInstalled(ClusterStore.Latest latest, String name) {
        if (latest.cluster().state() == ClusterState.ABSENT) {
            throw ProblemFailure.of(
                    ReasonCode.RUN_STATE,
                    409,
                    "cluster %s is not installed, so nobody can be asked what runs in it"
                            .formatted(Quoted.of(name)));
        }
    }

    private static ClusterHost chosen(Clusterfile clusterfile, Optional<String> wanted) {
        return clusterfile.controlPlanes().stream()
                .filter(h -> wanted.map(text -> ExecDesk.isCalled(h.listed(), text)).orElse(true))
                .findFirst()
                .orElseThrow(() ->
                        Refusal.invalid(
                                "field \"host\": %s is no control plane of \"%s\", these are: %s"
                                        .formatted(
                                                Quoted.of(wanted.orElse("")),
                                                clusterfile.name(),
                                                clusterfile.controlPlanes().stream()
                                                        .map(h -> h.address().toString())
                                                        .collect(Collectors.joining(", ")))));
    }

    private Optional<HostFacts> facts(TenantId tenant, ClusterHost host) {
        return transactions
                .inTenant(tenant, c -> hosts.facts(c, tenant, host.address()))
                .await()
                .indefinitely()
                .map(json -> Wire.read(json.getBytes(StandardCharsets.UTF_8), HostFacts.class));
    }
}
