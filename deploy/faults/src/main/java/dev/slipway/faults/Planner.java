package dev.slipway.faults;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderSigner;
import dev.slipway.planner.run.Decision;
import dev.slipway.planner.run.Effect;
import dev.slipway.planner.run.RunDecider;
import dev.slipway.planner.run.RunInput;
import dev.slipway.planner.run.RunStage;
import dev.slipway.planner.run.RunState;
import dev.slipway.planner.run.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// A planner process. Decisions and signatures are the production classes'; what `RunTurn`,
/// `TaskResultListener`, `Watchdog`, `PlanDesk` and the outbox's relay do around them with database
/// and broker is followed here step by step.
final class Planner {
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final World world;
    private final Baton baton;
    private final Store store;
    private final Bugs bugs;
    private final Baton.Unit process;
    private final Broker.Producer producer;
    private final Broker.Member results;
    private final RunDecider decider = new RunDecider(Scene.PATIENCE);

    Planner(World world, String name) {
        this.world = world;
        this.baton = world.baton();
        this.store = world.store();
        this.bugs = world.bugs();
        this.process = world.process(name);
        var link = world.network().link(name, "broker");
        this.producer = world.broker().new Producer(process, link);
        this.results = world.broker().new Member(world.planners(), process.name, process, link);
        process.start("results", this::consume);
        process.start("watchdog", this::watch);
        process.start("relay", this::relay);
    }

    Baton.Unit process() {
        return process;
    }

    // --- turns ----------------------------------------------------------------------------------

    /// The first turn of the run.
    void open() {
        process.start(
                "open",
                () -> {
                    if (!store.opened()) {
                        patiently(List.of());
                    }
                });
    }

    /// A user's command.
    void command(RunInput input) {
        process.start(
                "command",
                () -> {
                    try {
                        take(List.of(input), true);
                    } catch (Store.Away e) {
                        // the user sees an error and may try again
                    }
                });
    }

    private void take(List<RunInput> inputs, boolean wait) {
        int session = store.epoch();
        Optional<Store.Lock> lock =
                bugs.has(Bug.NO_ROW_LOCK)
                        ? Optional.of(new Store.Lock(process))
                        : store.lock(process, session, wait);
        if (lock.isEmpty()) {
            return;
        }
        try {
            store.statement(session);
            RunState before = store.run();
            var decision = PlannerBugs.decide(bugs, decider, before, inputs, baton.now());
            if (decision instanceof Decision.Accepted accepted) {
                write(session, before, accepted, inputs);
            }
        } finally {
            store.unlock(lock.get());
        }
    }

    private void write(
            int session, RunState before, Decision.Accepted accepted, List<RunInput> inputs) {
        store.statement(session);
        var rows = new ArrayList<Store.Row>();
        for (Effect effect : accepted.effects()) {
            switch (effect) {
                case Effect.Dispatch dispatch -> rows.add(order(dispatch));
                case Effect.Publish(var event) -> rows.add(event(event));
                case Effect.Learn _, Effect.Prepare _ -> {}
            }
        }
        if (bugs.has(Bug.PUBLISH_BEFORE_COMMIT)) {
            rows.stream()
                    .filter(row -> row.value() instanceof TaskRequested)
                    .forEach(row -> producer.send(row.topic(), row.key(), row.value()));
        }
        store.commit(
                session,
                accepted.state(),
                rows,
                () ->
                        world.witness()
                                .committed(
                                        before,
                                        accepted.state(),
                                        accepted.effects(),
                                        rows,
                                        inputs));
        boolean prepares = accepted.effects().stream().anyMatch(Effect.Prepare.class::isInstance);
        if (prepares) {
            process.start("plan", this::prepare);
        }
    }

    private Store.Row order(Effect.Dispatch dispatch) {
        Scene scene = world.scene();
        var subject = scene.subject();
        var order =
                new Order(
                        scene.task(dispatch.phase(), dispatch.host()),
                        dispatch.attempt(),
                        dispatch.kind(),
                        OptionalInt.of(dispatch.firstAttempt()),
                        subject.tenant(),
                        subject.cluster(),
                        1,
                        subject.run(),
                        dispatch.phase(),
                        Scene.POOL,
                        new HostTarget(
                                dispatch.host().address(),
                                dispatch.host(),
                                "root",
                                Scene.CREDENTIAL,
                                Optional.empty(),
                                List.of(),
                                true),
                        scene.mutating(dispatch.phase()),
                        scene.stepsOf(dispatch.phase()),
                        dispatch.times());
        return new Store.Row(
                Topics.tasks(Scene.POOL),
                subject.tenant() + "/" + dispatch.host(),
                new TaskRequested(
                        subject.run(), order.task(), order.attempt(), signer().sign(order)));
    }

    private OrderSigner signer() {
        return world.keys().signer();
    }

    private static Store.Row event(RunEvent event) {
        return new Store.Row(Topics.RUNS, event.tenant() + "/" + event.cluster(), event);
    }

    private void patiently(List<RunInput> inputs) {
        while (true) {
            try {
                take(inputs, true);
                return;
            } catch (Store.Away e) {
                baton.sleep(RETRY);
            }
        }
    }

    // --- results --------------------------------------------------------------------------------

    private void consume() {
        while (true) {
            var poll = results.poll(Duration.ofSeconds(5), false);
            poll.revoked().forEach(results::released);
            if (poll.records().isEmpty()) {
                continue;
            }
            var ends = new TreeMap<Integer, Long>();
            var inputs = new ArrayList<RunInput>();
            for (var record : poll.records()) {
                ends.merge(record.partition(), record.offset() + 1, Math::max);
                var report = (TaskResult) record.value();
                if (!report.ref().run().equals(world.scene().run())) {
                    continue; // another run's
                }
                switch (report) {
                    case TaskResult.TaskSettled settled -> inputs.add(new RunInput.Result(settled));
                    case TaskResult.TaskStarted started ->
                            inputs.add(new RunInput.Started(started.ref()));
                }
            }
            if (bugs.has(Bug.RESULT_OFFSET_FIRST)) {
                ends.forEach(this::commit);
            }
            if (!inputs.isEmpty()) {
                patiently(inputs);
            }
            ends.forEach(this::commit);
        }
    }

    private void commit(int partition, long end) {
        if (results.commit(partition, end, "")) {
            world.witness().resultsCommitted(partition, end);
        }
    }

    // --- the watchdog and plans -----------------------------------------------------------------

    private void watch() {
        while (true) {
            baton.sleep(Duration.ofSeconds(2));
            try {
                store.statement(store.epoch());
                if (overdue() && !bugs.has(Bug.LAZY_WATCHDOG)) {
                    take(List.of(), false);
                }
                if (planning()
                        && baton.elapsed().compareTo(store.planningDue().orElseThrow()) >= 0) {
                    process.start("plan", this::prepare);
                }
            } catch (Store.Away e) {
                // it looks again
            }
        }
    }

    private boolean overdue() {
        return store.run().phases().stream()
                .flatMap(phase -> phase.tasks().values().stream())
                .anyMatch(task ->
                        task instanceof TaskState.InFlight flight
                                && !flight.settleBy().isAfter(baton.now()));
    }

    private boolean planning() {
        var stage = store.run().stage();
        return stage instanceof RunStage.Planning || stage instanceof RunStage.Reopening;
    }

    private void prepare() {
        try {
            if (!planning() || !store.claimPlanning(store.epoch(), LEASE)) {
                return;
            }
        } catch (Store.Away e) {
            return;
        }
        boolean reopening = store.run().stage() instanceof RunStage.Reopening;
        baton.sleep(baton.between(Duration.ofMillis(100), Duration.ofSeconds(4)));
        patiently(
                List.of(
                        reopening
                                ? new RunInput.AuthorityReopened()
                                : new RunInput.PlanReady(Scene.DIGEST, world.scene().plan())));
        store.planned();
    }

    // --- the relay ------------------------------------------------------------------------------

    private void relay() {
        while (true) {
            int session = store.epoch();
            try {
                while (!store.lead(process, session)) {
                    baton.sleep(Duration.ofSeconds(3));
                }
                while (true) {
                    if (publish(session) == 0) {
                        store.news.await(Duration.ofSeconds(5));
                    }
                }
            } catch (Store.Away e) {
                baton.sleep(RETRY);
            }
        }
    }

    private int publish(int session) {
        var rows = store.next(session, 20);
        if (bugs.has(Bug.DELETE_BEFORE_ACK)) {
            store.delete(session, List.copyOf(rows.keySet()));
        }
        var sent = new TreeMap<Long, Broker.Sent>();
        rows.forEach((id, row) -> {
            if (bugs.has(Bug.RELAY_SKIPS) && !world.broker().up()) {
                return;
            }
            sent.put(id, producer.send(row.topic(), row.key(), row.value()));
        });
        sent.values().forEach(Broker.Sent::await);
        store.delete(session, List.copyOf(rows.keySet()));
        return rows.size();
    }
}
