package dev.slipway.planner.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.outbox.OutboxRecord;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderSigner;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.host.HostStore;
import dev.slipway.planner.run.Effect;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// Writes and signs orders. The known host keys are looked up for each order, so that a key that
/// was just trusted counts; and a step that waits for nodes is told of whose hosts failed in the
/// run, so that they are not waited for.
@ApplicationScoped
class OrderDesk {
    static final String SOURCE = "/slipway/planner";

    private record Draft(HostTarget target, boolean mutating, List<Step> steps) {
        boolean awaitsNodes() {
            return steps.stream().anyMatch(Draft::awaitsNodes);
        }

        private static boolean awaitsNodes(Step step) {
            return step instanceof Step.Kube kube && kube.request() instanceof KubeRequest.Await;
        }

        Draft knowing(Set<HostAddress> failed) {
            return new Draft(
                    target, mutating, steps.stream().map(step -> knowing(step, failed)).toList());
        }

        private static Step knowing(Step step, Set<HostAddress> failed) {
            return step instanceof Step.Kube kube
                            && kube.request() instanceof KubeRequest.Await await
                    ? new Step.Kube(
                            kube.name(), kube.server(), await.knowing(failed), kube.timeout())
                    : step;
        }
    }

    private final HostStore hosts;
    private final OrderSigner signer;
    private final ExecutorService signing;

    @Inject
    OrderDesk(HostStore hosts, OrderSigner signer, @VirtualThreads ExecutorService signing) {
        this.hosts = hosts;
        this.signer = signer;
        this.signing = signing;
    }

    /// The records that send the dispatches, in the same order.
    Uni<Map<Effect.Dispatch, OutboxRecord>> write(
            SqlConnection connection, RunRecord run, List<Effect.Dispatch> dispatches) {
        if (dispatches.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        List<HostAddress> addresses = dispatches.stream().map(Effect.Dispatch::host).toList();
        return Uni.combine()
                .all()
                .unis(
                        hosts.knownKeys(connection, run.tenant(), addresses),
                        drafts(connection, run, dispatches)
                                .chain(drafts -> informed(connection, run, drafts)))
                .asTuple()
                .emitOn(signing)
                .map(found -> signed(run, dispatches, found.getItem2(), found.getItem1()));
    }

    private static Uni<Map<String, Draft>> drafts(
            SqlConnection connection, RunRecord run, List<Effect.Dispatch> dispatches) {
        return connection
                .preparedQuery(
                        """
                        SELECT s.phase, s.host, s.mutating, s.steps, h.target
                        FROM unnest($2::text[], $3::text[]) AS wanted (phase, host)
                        JOIN task_steps s
                          ON s.run = $1 AND s.phase = wanted.phase AND s.host = wanted.host
                        JOIN run_hosts h ON h.run = $1 AND h.host = wanted.host
                        """)
                .execute(
                        Tuple.of(
                                run.id().value(),
                                dispatches.stream()
                                        .map(d -> d.phase().value())
                                        .toArray(String[]::new),
                                dispatches.stream()
                                        .map(d -> d.host().toString())
                                        .toArray(String[]::new)))
                .map(rows -> {
                    var drafts = new HashMap<String, Draft>();
                    rows.forEach(row ->
                            drafts.put(
                                    row.getString("phase") + "/" + row.getString("host"),
                                    draft(row)));
                    return drafts;
                });
    }

    private static Uni<Map<String, Draft>> informed(
            SqlConnection connection, RunRecord run, Map<String, Draft> drafts) {
        return drafts.values().stream().noneMatch(Draft::awaitsNodes)
                ? Uni.createFrom().item(drafts)
                : failedHosts(connection, run)
                        .map(failed -> {
                            var informed = new HashMap<String, Draft>();
                            drafts.forEach((task, d) -> informed.put(task, d.knowing(failed)));
                            return informed;
                        });
    }

    private static Uni<Set<HostAddress>> failedHosts(SqlConnection connection, RunRecord run) {
        return connection
                .preparedQuery(
                        """
                        SELECT DISTINCT host FROM tasks
                        WHERE run = $1 AND state IN ('FAILED', 'UNKNOWN', 'CANCELLED')
                        """)
                .execute(Tuple.of(run.id().value()))
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(row -> HostAddress.of(row.getString("host")))
                                .collect(Collectors.toUnmodifiableSet()));
    }

    private static Draft draft(Row row) {
        return new Draft(
                Wire.read(
                        row.getString("target").getBytes(StandardCharsets.UTF_8), HostTarget.class),
                row.getBoolean("mutating"),
                steps(row.getString("steps")));
    }

    private static List<Step> steps(String json) {
        try {
            return Wire.mapper().readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("steps in the database are no JSON", e);
        }
    }

    private Map<Effect.Dispatch, OutboxRecord> signed(
            RunRecord run,
            List<Effect.Dispatch> dispatches,
            Map<String, Draft> drafts,
            Map<HostAddress, List<String>> keys) {
        var records = new HashMap<Effect.Dispatch, OutboxRecord>();
        for (var dispatch : dispatches) {
            Draft draft = drafts.get(dispatch.phase() + "/" + dispatch.host());
            if (draft == null) {
                throw new IllegalStateException(
                        "run %s: no steps for phase %s on %s"
                                .formatted(run.id(), dispatch.phase(), dispatch.host()));
            }
            records.put(
                    dispatch,
                    record(
                            run,
                            order(
                                    run,
                                    dispatch,
                                    draft,
                                    keys.getOrDefault(dispatch.host(), List.of()))));
        }
        return records;
    }

    private static Order order(
            RunRecord run, Effect.Dispatch dispatch, Draft draft, List<String> known) {
        HostTarget target = draft.target();
        return new Order(
                TaskId.of(run.id(), dispatch.phase(), dispatch.host()),
                dispatch.attempt(),
                dispatch.kind(),
                OptionalInt.of(dispatch.firstAttempt()),
                run.tenant(),
                run.cluster(),
                run.generation(),
                run.id(),
                dispatch.phase(),
                run.pool(),
                // Keys that the Clusterfile pins are the only ones.
                target.hostKeys().isEmpty() ? target.withHostKeys(known) : target,
                draft.mutating(),
                draft.steps(),
                dispatch.times());
    }

    private OutboxRecord record(RunRecord run, Order order) {
        var requested =
                new TaskRequested(run.id(), order.task(), order.attempt(), signer.sign(order));
        return new OutboxRecord(
                Topics.tasks(run.pool()),
                run.tenant() + "/" + order.host().address(),
                CloudEvent.of(SOURCE, requested, order.times().issuedAt())
                        .withTenant(run.tenant())
                        .withActor(run.actor())
                        .withRun(run.id())
                        .withTraceparent(run.origin().traceparent())
                        .withIdOf(order.task(), order.attempt(), "TaskRequested"));
    }
}
