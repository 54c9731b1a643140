package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Pipeline;
import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.outbox.Outbox;
import dev.slipway.chassis.outbox.OutboxRecord;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.RunId;
import dev.slipway.planner.run.Decision;
import dev.slipway.planner.run.Effect;
import dev.slipway.planner.run.Patience;
import dev.slipway.planner.run.RunDecider;
import dev.slipway.planner.run.RunInput;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/// One turn of a run: lock its row, decide, write state, facts and outbox; all in the caller's
/// transaction. The only place where a run's state changes.
@ApplicationScoped
class RunTurn {
    /// @param before the run as it was found
    record Taken(LockedRun before, Decision decision) {
        /// Whether a plan must be made now, or an authority opened.
        boolean wantsPreparation() {
            return decision instanceof Decision.Accepted accepted
                    && accepted.effects().stream().anyMatch(Effect.Prepare.class::isInstance);
        }
    }

    /// Something else to write between lock and decision.
    interface Alongside extends BiFunction<SqlConnection, LockedRun, Uni<Void>> {
        Alongside NOTHING = (_, _) -> Uni.createFrom().voidItem();
    }

    private final RunStore store;
    private final ShareStore shares;
    private final OrderDesk orders;
    private final Aftermath aftermath;
    private final Outbox outbox;
    private final RunDecider decider;

    @Inject
    RunTurn(
            RunStore store,
            ShareStore shares,
            OrderDesk orders,
            Aftermath aftermath,
            Outbox outbox,
            PlannerConfig config) {
        this.store = store;
        this.shares = shares;
        this.orders = orders;
        this.aftermath = aftermath;
        this.outbox = outbox;
        this.decider = new RunDecider(new Patience(config.grace(), config.tries()));
    }

    /// @return empty if this transaction's tenant has no such run
    Uni<Optional<Taken>> take(SqlConnection connection, RunId run, List<RunInput> inputs) {
        return take(connection, run, inputs, Alongside.NOTHING);
    }

    Uni<Optional<Taken>> take(
            SqlConnection connection, RunId run, List<RunInput> inputs, Alongside alongside) {
        return store.lock(connection, run, RunStore.Waiting.WAIT)
                .chain(found -> decide(connection, found, inputs, alongside));
    }

    /// A turn for what executors report: none where all they say is that they started tasks, which
    /// decides nothing yet.
    ///
    /// @param reports in the order of their arrival
    /// @param started those of them that tell of a start
    Uni<Optional<Taken>> hear(
            SqlConnection connection,
            RunId run,
            List<RunInput> reports,
            List<TaskResult.TaskRef> started) {
        Uni<Optional<Taken>> turn =
                reports.size() == started.size()
                        ? Uni.createFrom().item(Optional.empty())
                        : take(connection, run, reports);
        return started.isEmpty() ? turn : turn.call(() -> store.started(connection, run, started));
    }

    /// A turn for nothing but the time that has passed; leaves a run alone that somebody else has
    /// in hand.
    Uni<Optional<Taken>> takeIfFree(SqlConnection connection, RunId run) {
        return store.lock(connection, run, RunStore.Waiting.SKIP)
                .chain(found -> decide(connection, found, List.of(), Alongside.NOTHING));
    }

    private Uni<Optional<Taken>> decide(
            SqlConnection connection,
            Optional<LockedRun> found,
            List<RunInput> inputs,
            Alongside alongside) {
        if (found.isEmpty()) {
            return Uni.createFrom().item(Optional.empty());
        }
        LockedRun run = found.get();
        return alongside
                .apply(connection, run)
                .chain(() -> shares.of(connection, run.record()))
                .chain(share -> decide(connection, run, inputs, share))
                .call(taken -> write(connection, taken.before(), taken.decision()))
                .map(Optional::of);
    }

    /// By the outline of the run where that is enough, so that a turn costs no more than what goes
    /// on in it.
    private Uni<Taken> decide(
            SqlConnection connection, LockedRun run, List<RunInput> inputs, FairShare share) {
        Decision decision = decider.decide(run.state(), inputs, run.now(), share.tasks());
        return decision instanceof Decision.NeedsAll
                ? RunStore.all(connection, run).chain(all -> decide(connection, all, inputs, share))
                : Uni.createFrom().item(new Taken(run, decision));
    }

    private Uni<Void> write(SqlConnection connection, LockedRun run, Decision decision) {
        return switch (decision) {
            case Decision.Refused _, Decision.NeedsAll _ -> Uni.createFrom().voidItem();
            case Decision.Accepted accepted ->
                    Pipeline.after(
                                    store.save(
                                            connection, run, accepted.state(), accepted.starved()),
                                    aftermath.of(connection, run.record(), accepted.effects()))
                            .chain(() -> publish(connection, run.record(), accepted.effects()))
                            .invoke(() -> RunStory.tell(run.record(), accepted.effects()));
        };
    }

    private Uni<Void> publish(SqlConnection connection, RunRecord run, List<Effect> effects) {
        List<Effect.Dispatch> dispatches =
                effects.stream()
                        .filter(Effect.Dispatch.class::isInstance)
                        .map(Effect.Dispatch.class::cast)
                        .toList();
        return orders.write(connection, run, dispatches)
                .chain(written -> outbox.addAll(connection, records(run, effects, written)));
    }

    private static List<OutboxRecord> records(
            RunRecord run, List<Effect> effects, Map<Effect.Dispatch, OutboxRecord> orders) {
        return effects.stream()
                .flatMap(effect ->
                        switch (effect) {
                            case Effect.Publish(var event) ->
                                    Optional.of(record(run, event)).stream();
                            case Effect.Dispatch dispatch ->
                                    Optional.ofNullable(orders.get(dispatch)).stream();
                            case Effect.Learn _, Effect.Prepare _ ->
                                    Optional.<OutboxRecord>empty().stream();
                        })
                .toList();
    }

    static OutboxRecord record(RunRecord run, RunEvent event) {
        return new OutboxRecord(
                Topics.RUNS,
                run.eventKey(),
                CloudEvent.of(OrderDesk.SOURCE, event, event.at())
                        .withTenant(run.tenant())
                        .withActor(actor(run, event))
                        .withRun(run.id())
                        .withTraceparent(run.origin().traceparent()));
    }

    private static String actor(RunRecord run, RunEvent event) {
        return switch (event) {
            case RunEvent.RunPaused paused -> paused.actor();
            case RunEvent.RunResumed resumed -> resumed.actor();
            case RunEvent.CancelRequested cancel -> cancel.actor();
            case RunEvent.RunOpened _,
                    RunEvent.PlanFrozen _,
                    RunEvent.PhaseStarted _,
                    RunEvent.PhaseSettled _,
                    RunEvent.RunSettled _ ->
                    run.actor();
        };
    }
}
