package dev.slipway.faults;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.RemoteShell;
import dev.slipway.executor.ssh.RootChannel;
import dev.slipway.executor.ssh.SshFailure;
import dev.slipway.executor.task.TaskParts;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An executor process. Gate, redeemer, task, conversation, report and offset ledger are the
/// production classes; what `TaskListener`, `TaskDesk` and `Cancellations` do around them with the
/// broker is followed here step by step.
final class Executor {
    private static final Duration COMMIT_EVERY = Duration.ofMillis(500);

    private final World world;
    private final Baton baton;
    private final Bugs bugs;
    private final String name;
    private final Baton.Unit process;
    private final Clock clock;
    private final Network.Link broker;
    private final Broker.Producer producer;
    private final Broker.Member tasks;
    private final Map<Integer, TaskParts.Ledger> ledgers = new HashMap<>();

    /// Where a partition ended when it was assigned: what lies before may have been started.
    private final Map<Integer, Long> ends = new HashMap<>();

    private final Map<String, Work> inWork = new LinkedHashMap<>();
    private final TaskParts.Cancelled cancelled = new TaskParts.Cancelled();
    private boolean caughtUp;

    /// A record in work.
    private static final class Work {
        private final int partition;
        private Baton.@Nullable Actor actor;
        private Optional<TaskParts.Task> task = Optional.empty();
        private final Runnable settle;

        Work(int partition, Runnable settle) {
            this.partition = partition;
            this.settle = settle;
        }
    }

    Executor(World world, String name) {
        this.world = world;
        this.baton = world.baton();
        this.bugs = world.bugs();
        this.name = name;
        this.process = world.process(name);
        this.clock = baton.clock(Duration.ofMillis(baton.random.nextInt(8_000) - 4_000));
        this.broker = world.network().link(name, "broker");
        this.producer = world.broker().new Producer(process, broker);
        this.tasks = world.broker().new Member(world.executors(), process.name, process, broker);
        // It takes its time to start.
        Duration startup =
                Duration.ofMillis(baton.random.nextInt(baton.chance(0.5) ? 500 : 12_000));
        process.start(
                "cancellations",
                () -> {
                    baton.sleep(startup);
                    readRuns();
                });
        process.start(
                "tasks",
                () -> {
                    baton.sleep(startup);
                    listen();
                });
    }

    Baton.Unit process() {
        return process;
    }

    // --- cancellations --------------------------------------------------------------------------

    private void readRuns() {
        var partitions = world.broker().partitions(Topics.RUNS);
        var positions = new int[partitions.size()];
        var ends = partitions.stream().mapToInt(List::size).toArray();
        world.witness().joins(process.name);
        // There are other runs' events to be read, too.
        baton.sleep(baton.between(Duration.ZERO, Duration.ofSeconds(4)));
        while (true) {
            baton.sleep(broker.delay());
            if (world.broker().up() && broker.up()) {
                boolean all = true;
                for (int i = 0; i < positions.length; i++) {
                    var messages = partitions.get(i);
                    while (positions[i] < messages.size()) {
                        take((RunEvent) messages.get(positions[i]++).value());
                    }
                    all &= positions[i] >= ends[i];
                }
                caughtUp |= all;
            }
            world.broker().news(Topics.RUNS).await(Duration.ofSeconds(4));
        }
    }

    private void take(RunEvent event) {
        if (cancelled.note(event) && !bugs.has(Bug.DEAF_TO_CANCEL)) {
            List.copyOf(inWork.values()).stream()
                    .flatMap(work -> work.task.stream())
                    .filter(task -> cancelled.contains(task.order()))
                    .forEach(TaskParts.Task::cancel);
        }
    }

    // --- the listener ---------------------------------------------------------------------------

    private void listen() {
        while (!caughtUp && !bugs.has(Bug.TAKES_BEFORE_CAUGHT_UP)) {
            baton.sleep(Duration.ofMillis(200));
        }
        Duration lastCommit = Duration.ZERO;
        while (true) {
            boolean changed = ledgers.values().stream().anyMatch(TaskParts.Ledger::changed);
            var poll =
                    tasks.poll(
                            changed || !inWork.isEmpty()
                                    ? Duration.ofSeconds(1)
                                    : Duration.ofSeconds(4),
                            false);
            for (int partition : poll.lost()) {
                detach(partition);
                ledgers.remove(partition);
            }
            for (int partition : poll.revoked()) {
                detach(partition);
                commit(Set.of(partition));
                ledgers.remove(partition);
                tasks.released(partition);
            }
            for (int partition : poll.assigned()) {
                ends.put(
                        partition,
                        (long)
                                world.broker()
                                        .partitions(Topics.tasks(Scene.POOL))
                                        .get(partition)
                                        .size());
                world.executors()
                        .committed(partition)
                        .ifPresent(at ->
                                ledgers.put(
                                        partition,
                                        new TaskParts.Ledger(at.offset(), at.metadata())));
            }
            poll.records().forEach(this::take);
            if (baton.elapsed().minus(lastCommit).compareTo(COMMIT_EVERY) >= 0) {
                commit(Set.copyOf(ledgers.keySet()));
                lastCommit = baton.elapsed();
            }
        }
    }

    private void take(Broker.Message record) {
        var ledger =
                ledgers.computeIfAbsent(
                        record.partition(), _ -> new TaskParts.Ledger(record.offset(), ""));
        if (ledger.begin(record.offset())) {
            if (bugs.has(Bug.COMMIT_ON_TAKE)) {
                ledger.settle(record.offset());
            }
            work(record, () -> ledger.settle(record.offset()));
        }
    }

    private void commit(Set<Integer> partitions) {
        for (int partition : new java.util.TreeSet<>(partitions)) {
            var ledger = ledgers.get(partition);
            if (ledger == null || !ledger.changed()) {
                continue;
            }
            var offset = ledger.commit();
            long position = offset.offset();
            String metadata = offset.metadata();
            if (bugs.has(Bug.NO_METADATA) && !metadata.isEmpty()) {
                int dash = Math.max(metadata.lastIndexOf('-'), metadata.lastIndexOf(','));
                position += Long.parseLong(metadata.substring(dash + 1), 36) + 1;
                metadata = "";
            }
            if (tasks.commit(partition, position, metadata)) {
                world.witness().tasksCommitted(partition, position, metadata);
            }
        }
    }

    private void detach(int partition) {
        List.copyOf(inWork.values()).stream()
                .filter(work -> work.partition == partition)
                .forEach(work -> {
                    if (bugs.has(Bug.DETACH_SETTLES)) {
                        work.settle.run();
                    }
                    work.task.ifPresent(TaskParts.Task::detach);
                    var actor = work.actor;
                    if (actor != null) {
                        actor.interrupted();
                    }
                });
    }

    // --- the desk -------------------------------------------------------------------------------

    private void work(Broker.Message record, Runnable settle) {
        String place = record.partition() + "@" + record.offset();
        var work = new Work(record.partition(), settle);
        inWork.put(place, work);
        work.actor =
                process.start(
                        "task-" + place,
                        () -> {
                            try {
                                if (work(work, record)) {
                                    settle.run();
                                }
                            } finally {
                                inWork.remove(place, work);
                                boolean _ = Thread.interrupted();
                            }
                        });
    }

    private boolean work(Work work, Broker.Message record) {
        baton.sys();
        var request = (TaskRequested) record.value();
        var ground =
                new Ground(request, record.offset() < ends.getOrDefault(record.partition(), 0L));
        Optional<TaskParts.Task> accepted = accept(request, ground);
        if (accepted.isEmpty()) {
            return true;
        }
        TaskParts.Task task = accepted.get();
        if (bugs.has(Bug.SETTLE_BEFORE_PUBLISH)) {
            ground.settle =
                    () ->
                            Optional.ofNullable(ledgers.get(record.partition()))
                                    .ifPresent(ledger -> ledger.settle(record.offset()));
        }
        work.task = accepted;
        if (cancelled.contains(task.order())) {
            task.cancel();
        }
        boolean done = task.work();
        if (done && ground.redelivered && !ground.published) {
            world.witness().leftToWatchdog(request);
        }
        if (!done && bugs.has(Bug.DETACH_REPORTS_FAILURE)) {
            ground.send(ground.failure(task.order(), ReasonCode.SESSION_LOST)).await();
        }
        return done;
    }

    private Optional<TaskParts.Task> accept(TaskRequested request, Ground ground) {
        var keys = world.keys();
        Optional<TaskParts.Task> task =
                TaskParts.accept(request, keys.verifier(), Scene.POOL, name, ground);
        boolean blind =
                bugs.has(Bug.UNSIGNED_ORDERS)
                        || (bugs.has(Bug.FOREIGN_ORDERS) && keys.genuine(request.order()));
        return task.isPresent() || !blind
                ? task
                : Optional.of(
                        TaskParts.ungated(
                                keys.read(request.order()), request.order(), name, ground));
    }

    /// What one task stands on.
    private final class Ground implements TaskParts.Ground {
        private final TaskRequested request;
        private final boolean redelivered;
        private Runnable settle = () -> {};
        private boolean published;

        Ground(TaskRequested request, boolean redelivered) {
            this.request = request;
            this.redelivered = redelivered;
        }

        @Override
        public boolean redelivered() {
            return redelivered;
        }

        @Override
        public Clock clock() {
            return clock;
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
            baton.pause(time);
        }

        @Override
        public void beside(String what, Runnable work) {
            process.start(what, work::run);
        }

        @Override
        public Map<MaterialName, byte[]> redeem(String jws) {
            return world.cert().redeem(name, jws);
        }

        @Override
        public void output(OutputChunk chunk) {
            world.witness().output(chunk);
        }

        @Override
        public void started(TaskResult.TaskStarted started) {
            producer.send(Topics.TASK_RESULTS, started.ref().run().toString(), started);
        }

        @Override
        public void settled(TaskResult.TaskSettled settled) {
            settle.run();
            send(settled).await();
            published = true;
        }

        private Broker.Sent send(TaskResult.TaskSettled settled) {
            return producer.send(Topics.TASK_RESULTS, settled.ref().run().toString(), settled);
        }

        @Override
        public RemoteShell shell() {
            return this::open;
        }

        private RootChannel open(HostTarget target, HostAccess access) {
            Host host = world.host(target.address());
            var link = world.network().link(name, target.address().address());
            baton.sleep(link.delay());
            if (!host.up() || !link.up() || link.cuts()) {
                baton.sleep(Duration.ofSeconds(3));
                if (bugs.has(Bug.BROKEN_CHANNEL_IS_FAILURE)) {
                    throw new SshFailure(ReasonCode.AUTHENTICATION_FAILED, "broken");
                }
                throw new SshFailure(
                        ReasonCode.HOST_UNREACHABLE, "cannot reach " + target.address());
            }
            Line line = host.open(process.name, link);
            process.atDeath(line::close);
            return line;
        }

        private TaskResult.TaskSettled failure(Order order, ReasonCode reason) {
            return new TaskResult.TaskSettled(
                    new TaskResult.TaskRef(
                            order.tenant(),
                            order.cluster(),
                            order.run(),
                            order.phase(),
                            order.host().address(),
                            order.task(),
                            order.attempt()),
                    TaskOutcome.FAILED,
                    Optional.of(reason),
                    "broken off",
                    new ArrayList<>(),
                    Map.of(),
                    "",
                    Optional.empty(),
                    Duration.ZERO,
                    name + request.attempt(),
                    clock.instant());
        }
    }
}
