package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.outbox.Outbox;
import dev.slipway.contracts.event.HostRef;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.planner.cluster.ClusterRecord;
import dev.slipway.planner.cluster.ClusterStore;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.ListedHost;
import dev.slipway.planner.content.ContentStore;
import dev.slipway.planner.host.HostStore;
import dev.slipway.planner.plan.InspectPhase;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.RecordedState;
import dev.slipway.planner.run.RunState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Opens runs: revision, run, inspect's tasks where there are any, and the first events, all or
/// nothing.
@ApplicationScoped
class RunOpener {
    /// Who asks for what.
    record Asked(
            TenantId tenant,
            RunRecord.Origin origin,
            Operation operation,
            Clusterfile clusterfile,
            RunRecord.Wishes wishes) {}

    private final ClusterStore clusters;
    private final HostStore hosts;
    private final RunStore runs;
    private final RunHostStore members;
    private final StepStore steps;
    private final Outbox outbox;
    private final ContentStore contents;
    private final ShareStore shares;

    @Inject
    RunOpener(
            ClusterStore clusters,
            HostStore hosts,
            RunStore runs,
            RunHostStore members,
            StepStore steps,
            Outbox outbox,
            ContentStore contents,
            ShareStore shares) {
        this.clusters = clusters;
        this.hosts = hosts;
        this.runs = runs;
        this.members = members;
        this.steps = steps;
        this.outbox = outbox;
        this.contents = contents;
        this.shares = shares;
    }

    /// Opens the run; the caller takes its first turn.
    Uni<RunId> open(SqlConnection connection, Asked asked) {
        return shares.hold(connection, asked.tenant()).chain(() -> opened(connection, asked));
    }

    private Uni<RunId> opened(SqlConnection connection, Asked asked) {
        if (asked.operation() == Operation.CHECK) {
            return checking(connection, asked);
        }
        return asked.wishes().dryRun()
                ? clusters.find(connection, asked.tenant(), asked.clusterfile().name())
                        .map(found ->
                                found.orElseGet(
                                        () -> ClusterRecord.unknown(asked.clusterfile().name())))
                        .chain(cluster ->
                                insert(connection, asked, cluster, cluster.revision() + 1))
                : clusters.open(connection, asked.tenant(), asked.clusterfile().name())
                        .call(cluster -> requireNoOther(connection, asked.tenant(), cluster))
                        .chain(cluster ->
                                clusters.revise(
                                                connection,
                                                asked.tenant(),
                                                cluster,
                                                asked.clusterfile(),
                                                asked.origin().actor())
                                        .chain(revision ->
                                                insert(connection, asked, cluster, revision)))
                        .call(run -> enrol(connection, asked, run));
    }

    /// A check takes no cluster for itself and leaves no revision; 0 stands for a file that is
    /// none.
    private Uni<RunId> checking(SqlConnection connection, Asked asked) {
        ClusterName name = asked.clusterfile().name();
        return clusters.latest(connection, asked.tenant(), name)
                .chain(latest ->
                        insert(
                                connection,
                                asked,
                                latest.map(ClusterStore.Latest::cluster)
                                        .orElseGet(() -> ClusterRecord.unknown(name)),
                                latest.filter(l -> l.source().equals(asked.clusterfile().source()))
                                        .map(l -> l.cluster().revision())
                                        .orElse(0)));
    }

    /// Opens a run whose plan is there already; the caller takes its first turn with it.
    Uni<Void> open(SqlConnection connection, RunRecord run, List<ListedHost> listed) {
        return shares.hold(connection, run.tenant())
                .chain(() ->
                        runs.insert(
                                connection,
                                run,
                                RunState.open(RunStore.subject(run)),
                                Optional.empty()))
                .chain(() -> members.add(connection, run, listed))
                .chain(() -> tell(connection, run, listed));
    }

    private Uni<Void> requireNoOther(
            SqlConnection connection, TenantId tenant, ClusterRecord cluster) {
        return runs.unfinished(connection, tenant, cluster.name())
                .invoke(other ->
                        other.ifPresent(run -> {
                            throw Refusal.inProgress(cluster.name(), run);
                        }))
                .replaceWithVoid();
    }

    private Uni<RunId> insert(
            SqlConnection connection, Asked asked, ClusterRecord cluster, int revision) {
        return clusters.appliedSource(connection, asked.tenant(), cluster)
                .map(source -> new RecordedState(source.map(DraftStore::accepted)))
                .chain(recorded -> insert(connection, asked, cluster, revision, recorded));
    }

    private Uni<RunId> insert(
            SqlConnection connection,
            Asked asked,
            ClusterRecord cluster,
            int revision,
            RecordedState recorded) {
        Clusterfile clusterfile = asked.clusterfile();
        RunRecord run =
                new RunRecord(
                        RunId.next(),
                        asked.tenant(),
                        clusterfile.name(),
                        asked.operation(),
                        cluster.generation(),
                        revision,
                        clusterfile.pool(),
                        asked.origin(),
                        asked.wishes());
        // What a check tells is of the Clusterfile's hosts only.
        boolean check = asked.operation() == Operation.CHECK;
        List<ClusterHost> leaving = check ? List.of() : recorded.leaving(clusterfile);
        List<ListedHost> listed =
                Stream.concat(
                                clusterfile.hostsFile().hosts().stream(),
                                leaving.stream().map(ClusterHost::listed))
                        .toList();
        PlannedPhase inspect =
                switch (asked.operation()) {
                    case CHECK -> InspectPhase.ofCheck(clusterfile);
                    case ADOPT -> InspectPhase.ofAdopt(clusterfile, leaving);
                    case APPLY, RESET, BACKUP, RESTORE, EXEC, VIEW ->
                            InspectPhase.of(clusterfile, leaving);
                };
        RunState state =
                RunState.open(
                        RunStore.subject(run),
                        check ? Rules.ofCheck(inspect) : Rules.ofInspect(inspect));
        Optional<String> source =
                check || asked.wishes().dryRun()
                        ? Optional.of(clusterfile.source())
                        : Optional.empty();
        return runs.insert(connection, run, state, source)
                .chain(() -> members.add(connection, run, listed))
                .chain(() -> steps.add(connection, run, List.of(inspect)))
                .chain(() -> nameContents(connection, asked, run.id()))
                .chain(() -> tell(connection, run, listed))
                .replaceWith(run.id());
    }

    /// A plan to come names them, so none may go before the run is over, and none may be missing;
    /// what takes things away needs none.
    private Uni<Void> nameContents(SqlConnection connection, Asked asked, RunId run) {
        Map<String, FileSource.Stored> named = asked.clusterfile().contents();
        if (!asked.operation().installs() || named.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var digests = named.values().stream().map(FileSource.Stored::content).toList();
        return contents.touch(connection, digests)
                .invoke(sizes -> Refusal.requireContents(named, sizes))
                .chain(() -> contents.name(connection, asked.tenant(), run, digests));
    }

    private Uni<Void> tell(SqlConnection connection, RunRecord run, List<ListedHost> listed) {
        return Transactions.now(connection)
                .chain(now ->
                        outbox.add(connection, RunTurn.record(run, opened(run, listed, now))));
    }

    private Uni<Void> enrol(SqlConnection connection, Asked asked, RunId run) {
        var enrolled =
                asked.clusterfile().hostsFile().hosts().stream()
                        .map(h -> new HostStore.Member(h.address(), h.label(), h.roles()))
                        .toList();
        return hosts.enrol(connection, asked.tenant(), asked.clusterfile().name(), enrolled)
                .chain(() ->
                        clusters.started(
                                connection, asked.tenant(), asked.clusterfile().name(), run));
    }

    private static RunEvent opened(RunRecord run, List<ListedHost> listed, Instant now) {
        return new RunEvent.RunOpened(
                run.tenant(),
                run.cluster(),
                run.id(),
                run.operation().word(),
                run.revision(),
                run.actor(),
                run.wishes().dryRun(),
                listed.stream().map(h -> new HostRef(h.address(), h.label(), h.roles())).toList(),
                now);
    }
}
