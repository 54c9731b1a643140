package dev.slipway.planner.operation;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.planner.cluster.ClusterStore;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.host.HostKey;
import dev.slipway.planner.host.HostStore;
import dev.slipway.planner.inspect.FactReader;
import dev.slipway.planner.run.Effect;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// What a run's decisions mean for clusters and hosts: facts, host keys, the cluster's state.
@ApplicationScoped
class Aftermath {
    private static final Logger LOG = Logger.getLogger(Aftermath.class);

    private final HostStore hosts;
    private final ClusterStore clusters;

    @Inject
    Aftermath(HostStore hosts, ClusterStore clusters) {
        this.hosts = hosts;
        this.clusters = clusters;
    }

    Uni<Void> of(SqlConnection connection, RunRecord run, List<Effect> effects) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (Effect effect : effects) {
            all = all.chain(() -> of(connection, run, effect));
        }
        return all;
    }

    private Uni<Void> of(SqlConnection connection, RunRecord run, Effect effect) {
        return switch (effect) {
            case Effect.Learn(var settled) -> learn(connection, run, settled);
            case Effect.Publish(RunEvent.PlanFrozen _) -> begin(connection, run);
            case Effect.Publish(RunEvent.RunSettled settled)
                    when settled.outcome() == RunOutcome.SUCCEEDED ->
                    succeed(connection, run);
            case Effect.Publish _, Effect.Dispatch _, Effect.Prepare _ ->
                    Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> begin(SqlConnection connection, RunRecord run) {
        return switch (run.operation()) {
            case APPLY, ADOPT, RESTORE, RESET ->
                    clusters.change(connection, run.tenant(), run.cluster());
            case BACKUP, CHECK, EXEC, VIEW -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> succeed(SqlConnection connection, RunRecord run) {
        return switch (run.operation()) {
            case APPLY, ADOPT, RESTORE ->
                    clusters.applied(connection, run.tenant(), run.cluster(), run.revision())
                            .chain(() -> keepHosts(connection, run));
            case RESET ->
                    clusters.retire(connection, run.tenant(), run.cluster())
                            .chain(() -> hosts.discharge(connection, run.tenant(), run.cluster()));
            case BACKUP, CHECK, EXEC, VIEW -> Uni.createFrom().voidItem();
        };
    }

    /// Hosts that the applied Clusterfile does not list are nobody's from now on.
    private Uni<Void> keepHosts(SqlConnection connection, RunRecord run) {
        return clusters.source(connection, run.tenant(), run.cluster(), run.revision())
                .map(source -> DraftStore.accepted(source.orElseThrow()))
                .chain(clusterfile ->
                        hosts.dischargeOthers(
                                connection,
                                run.tenant(),
                                run.cluster(),
                                clusterfile.hosts().stream().map(ClusterHost::address).toList()));
    }

    private Uni<Void> learn(
            SqlConnection connection, RunRecord run, TaskResult.TaskSettled settled) {
        return learnKey(connection, run, settled)
                .chain(() ->
                        settled.facts().isEmpty()
                                ? Uni.createFrom().voidItem()
                                : learnFacts(connection, run, settled));
    }

    private Uni<Void> learnFacts(
            SqlConnection connection, RunRecord run, TaskResult.TaskSettled settled) {
        Uni<Void> kept =
                connection
                        .preparedQuery(
                                """
                                UPDATE tasks SET facts = $4, reported_at = $5
                                FROM phases p
                                WHERE tasks.run = $1 AND p.run = $1 AND p.name = $2
                                  AND tasks.phase = p.position AND tasks.host = $3
                                """)
                        .execute(
                                Tuple.of(
                                        run.id().value(),
                                        settled.ref().phase().value(),
                                        settled.ref().host().toString(),
                                        json(settled.facts()),
                                        TaskRow.utc(settled.at())))
                        .replaceWithVoid();
        boolean inspected = settled.ref().phase().equals(PlanDesk.INSPECT);
        return run.wishes().dryRun() || !inspected
                ? kept
                : kept.chain(() ->
                        hosts.learnFacts(
                                connection,
                                run.tenant(),
                                settled.ref().host(),
                                json(FactReader.read(settled.facts(), settled.at())),
                                settled.at()));
    }

    /// A key is presented where it is not a known one. The executor went on with it only if the
    /// order let it.
    private Uni<Void> learnKey(
            SqlConnection connection, RunRecord run, TaskResult.TaskSettled settled) {
        Optional<HostKey> key = settled.presentedHostKey().flatMap(Aftermath::parsed);
        if (key.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        boolean refused =
                settled.reason()
                        .filter(r ->
                                r == ReasonCode.HOST_KEY_UNKNOWN
                                        || r == ReasonCode.HOST_KEY_CHANGED)
                        .isPresent();
        boolean trusted = run.wishes().acceptNewHostKeys() && !run.wishes().dryRun() && !refused;
        return trusted
                ? hosts.pin(
                        connection,
                        run.tenant(),
                        settled.ref().host(),
                        List.of(key.get()),
                        run.actor())
                : hosts.learnPresented(connection, run.tenant(), settled.ref().host(), key.get());
    }

    private static Optional<HostKey> parsed(String text) {
        try {
            return Optional.of(HostKey.of(text));
        } catch (IllegalArgumentException e) {
            LOG.warnf("a host showed something that is no host key: %s", e.getMessage());
            return Optional.empty();
        }
    }

    private static String json(Object value) {
        return new String(Wire.bytes(value), StandardCharsets.UTF_8);
    }
}
