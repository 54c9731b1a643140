package dev.slipway.faults;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderTimes;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.faults.OrderText.StepText;
import dev.slipway.planner.run.Effect;
import dev.slipway.planner.run.PhaseState;
import dev.slipway.planner.run.RunInput;
import dev.slipway.planner.run.RunState;
import dev.slipway.planner.run.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Sees everything, from the hosts' side too, and says so when an invariant does not hold. It knows
/// nothing of planted bugs.
final class Witness implements Onlooker {
    /// Executors' clocks are off by up to 4 s, and a started program takes its time.
    private static final Duration TOLERANCE = Duration.ofSeconds(12);

    /// For executors to join their group, to read what was cancelled, and to come to their hosts.
    private static final Duration JOINED_WITHIN = Duration.ofSeconds(25);

    private static final Duration CANCELLED_WITHIN = Duration.ofSeconds(10);

    /// That, and a program's whole time.
    private static final Duration REPORTED_WITHIN = Duration.ofSeconds(70);

    private static final Set<ReasonCode> EXPECTED =
            Set.of(
                    ReasonCode.COMMAND_FAILED,
                    ReasonCode.COMMAND_KILLED,
                    ReasonCode.STEP_TIMEOUT,
                    ReasonCode.TASK_TIMEOUT,
                    ReasonCode.HOST_UNREACHABLE,
                    ReasonCode.HOST_BUSY,
                    ReasonCode.ORDER_EXPIRED,
                    ReasonCode.INTERRUPTED);

    private final Set<String> left = new HashSet<>();

    /// What is known of a task: the attempts that were ordered, and in which chain.
    private static final class Task {
        final PhaseName phase;
        final HostAddress host;
        final Map<Integer, OrderTimes> times = new HashMap<>();
        final Map<Integer, Integer> chains = new HashMap<>();
        final Map<String, Integer> runs = new HashMap<>();
        final Map<String, Integer> completed = new HashMap<>();
        final Set<Integer> closed = new HashSet<>();

        final Set<String> failed = new HashSet<>();

        /// Those of which its host's journal says so.
        final Set<String> recorded = new HashSet<>();

        /// Chains during which its host went down or lost a process.
        final Set<Integer> disturbed = new HashSet<>();

        /// Attempts that the planner knows to have been started.
        final Set<Integer> started = new HashSet<>();

        /// Attempts of which somebody said that he did not get to the host before anybody said that
        /// he started them.
        final Set<Integer> unreached = new HashSet<>();

        /// Whether it is another run's.
        final boolean foreign;

        int highestBegun;

        Task(PhaseName phase, HostAddress host, boolean foreign) {
            this.phase = phase;
            this.host = host;
            this.foreign = foreign;
        }

        boolean mutating(Scene scene) {
            return foreign || scene.mutating(phase);
        }
    }

    private final World world;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final List<String> trace = new ArrayList<>();
    private final List<Store.Row> committed = new ArrayList<>();
    private final Set<TaskResult.TaskSettled> decided = new HashSet<>();
    private final Map<String, Optional<Order>> orders = new HashMap<>();

    /// When the run had last been cancelled as each executor joined.
    private final Map<String, Instant> cancelledBefore = new HashMap<>();

    private long hash = 1;
    private int chain;
    private Instant stirredAt = Instant.EPOCH;
    private Instant cancelledAt = Instant.MAX.minusSeconds(60);
    private Instant healedAt = Instant.MAX.minusSeconds(60);

    Witness(World world) {
        this.world = world;
    }

    // --- the story ------------------------------------------------------------------------------

    void note(String text) {
        String line = "%9.3f  %s".formatted(world.baton().elapsed().toNanos() / 1e9, text);
        hash = hash * 31 + line.hashCode();
        trace.add(line);
    }

    List<String> trace() {
        return List.copyOf(trace);
    }

    long hash() {
        return hash;
    }

    private Violation violated(String invariant, String found) {
        note("VIOLATED " + invariant + ": " + found);
        return new Violation(invariant, found);
    }

    /// An executor joins: what is at the broker by now it has to know before it starts anything.
    void joins(String executor) {
        world.broker().partitions(Topics.RUNS).stream()
                .flatMap(List::stream)
                .map(Broker.Message::value)
                .filter(RunEvent.CancelRequested.class::isInstance)
                .map(event -> ((RunEvent.CancelRequested) event).at())
                .max(Instant::compareTo)
                .ifPresent(at -> cancelledBefore.put(executor, at));
    }

    /// Another run, of which only this task is simulated, has work to do on a host too.
    void neighbour(Order order) {
        var task = new Task(order.phase(), order.host().address(), true);
        task.chains.put(order.attempt(), 0);
        task.times.put(order.attempt(), order.times());
        tasks.put(order.task().toString(), task);
    }

    /// Something goes wrong, or is whole again.
    void stirred() {
        stirredAt = world.baton().now();
    }

    /// Whether nothing has gone wrong for so long.
    private boolean whole(Duration since) {
        return world.whole() && !stirredAt.plus(since).isAfter(world.baton().now());
    }

    // --- the hosts' side ------------------------------------------------------------------------

    private Task task(OrderText order) {
        Task found = tasks.get(order.task());
        if (found == null || !found.chains.containsKey(order.attempt())) {
            throw violated(
                    "only committed orders run",
                    "task %s attempt %d".formatted(order.task(), order.attempt()));
        }
        return found;
    }

    private static String key(Task task, OrderText order, int step) {
        return task.chains.get(order.attempt()) + "/" + step;
    }

    @Override
    public void began(Host host, OrderText order, Line.Delivery delivery, boolean first) {
        Task task = task(order);
        OrderTimes times = Objects.requireNonNull(task.times.get(order.attempt()));
        note(
                "%s begins %s #%d %s"
                        .formatted(
                                host.address.address(), task.phase, order.attempt(), order.kind()));
        if (order.attempt() < task.highestBegun) {
            throw violated(
                    "a higher attempt fences all lower ones",
                    "%s on %s: attempt %d begins after attempt %d"
                            .formatted(task.phase, task.host, order.attempt(), task.highestBegun));
        }
        task.highestBegun = order.attempt();
        if (host.programs(order.task() + "/" + order.attempt()) > 1) {
            throw violated(
                    "one program works on an attempt",
                    "%s on %s attempt %d".formatted(task.phase, task.host, order.attempt()));
        }
        Instant cancelled = cancelledBefore.get(delivery.sender());
        if (first && cancelled != null && !task.foreign && !times.issuedAt().isAfter(cancelled)) {
            throw violated(
                    "who joins knows what was cancelled before",
                    "%s starts %s on %s attempt %d"
                            .formatted(delivery.sender(), task.phase, task.host, order.attempt()));
        }
        Instant latest = times.startBy().plus(delivery.transit()).plus(TOLERANCE);
        if (first && world.baton().now().isAfter(latest)) {
            throw violated(
                    "nothing starts past start-by",
                    "%s on %s attempt %d".formatted(task.phase, task.host, order.attempt()));
        }
    }

    @Override
    public void ended(Host host, OrderText order) {
        for (int attempt = 1; attempt <= order.attempt(); attempt++) {
            if (host.disk.entry(order.task(), attempt).result().isEmpty()
                    || host.works(order.task(), attempt)) {
                throw violated(
                        "cancelling ends every attempt",
                        "%s on %s: attempt %d is open after attempt %d was cancelled"
                                .formatted(
                                        order.task(),
                                        host.address.address(),
                                        attempt,
                                        order.attempt()));
            }
        }
    }

    @Override
    public void ran(Host host, OrderText order, StepText step) {
        Task task = task(order);
        note(
                "%s runs %s #%d step %d"
                        .formatted(
                                host.address.address(),
                                task.phase,
                                order.attempt(),
                                step.number()));
        if (order.attempt() < task.highestBegun) {
            throw violated(
                    "a higher attempt fences all lower ones",
                    "%s on %s: step %d of attempt %d after attempt %d"
                            .formatted(
                                    task.phase,
                                    task.host,
                                    step.number(),
                                    order.attempt(),
                                    task.highestBegun));
        }
        int times = task.runs.merge(key(task, order, step.number()), 1, Integer::sum);
        if (times > 1 && !step.rerun()) {
            throw violated(
                    "no step runs twice",
                    "%s on %s: step %d of attempt %d"
                            .formatted(task.phase, task.host, step.number(), order.attempt()));
        }
        if (task.recorded.contains(key(task, order, step.number()))) {
            throw violated(
                    "no failed step is run again",
                    "%s on %s: step %d of attempt %d"
                            .formatted(task.phase, task.host, step.number(), order.attempt()));
        }
        if (task.closed.contains(task.chains.get(order.attempt()))) {
            throw violated(
                    "nothing runs of a settled task",
                    "%s on %s: step %d of attempt %d starts"
                            .formatted(task.phase, task.host, step.number(), order.attempt()));
        }
        window(task);
        if (!task.foreign
                && world.baton().now().isAfter(cancelledAt.plus(CANCELLED_WITHIN))
                && whole(CANCELLED_WITHIN.plus(JOINED_WITHIN))) {
            throw violated(
                    "a cancelled run's programs end soon",
                    "%s on %s: step %d of attempt %d starts"
                            .formatted(task.phase, task.host, step.number(), order.attempt()));
        }
    }

    @Override
    public void finished(Host host, OrderText order, StepText step, int code) {
        Task task = task(order);
        note(
                "%s ends %s #%d step %d with %d"
                        .formatted(
                                host.address.address(),
                                task.phase,
                                order.attempt(),
                                step.number(),
                                code));
        if (code == 0) {
            task.completed.merge(key(task, order, step.number()), 1, Integer::sum);
        } else {
            task.failed.add(key(task, order, step.number()));
        }
    }

    @Override
    public void recordedFailure(Host host, OrderText order, StepText step) {
        Task task = task(order);
        task.recorded.add(key(task, order, step.number()));
    }

    private void window(Task task) {
        if (!task.mutating(world.scene())) {
            return;
        }
        long busy = 0;
        for (var entry : tasks.entrySet()) {
            Task other = entry.getValue();
            if (!works(entry.getKey(), other)) {
                continue;
            }
            if (other.phase.equals(task.phase)) {
                busy += holds(other) ? 1 : 0;
            } else if (other.host.equals(task.host) && other.mutating(world.scene())) {
                throw violated(
                        "one task at a time changes a host",
                        "%s and %s on %s".formatted(task.phase, other.phase, task.host));
            }
        }
        if (task.foreign) {
            return;
        }
        int window = phase(task.phase).rules().summary().window();
        if (busy > window) {
            throw violated(
                    "no more hosts than the window are worked on",
                    "%s: %d of %d".formatted(task.phase, busy, window));
        }
    }

    private boolean holds(Task task) {
        return !task.foreign
                && !unseen(Objects.requireNonNull(phase(task.phase).tasks().get(task.host)));
    }

    private boolean works(String id, Task task) {
        return world.host(task.host).works(id);
    }

    @Override
    public void rebooted(Host host) {
        note(host.address.address() + " goes down");
        tasks.forEach((id, task) -> {
            if (task.host.equals(host.address)) {
                task.disturbed.add(chain);
                // What may be repeated is not synced: a power cut may take the word back.
                task.recorded.clear();
            }
        });
    }

    @Override
    public void crashed(Host host, String mark) {
        note(host.address.address() + " loses a process of " + mark.substring(0, 8));
        Task task = tasks.get(mark.substring(0, mark.indexOf('/')));
        if (task != null) {
            task.disturbed.add(chain);
        }
    }

    // --- the planner's side ---------------------------------------------------------------------

    void committed(
            RunState before,
            RunState after,
            List<Effect> effects,
            List<Store.Row> rows,
            List<RunInput> inputs) {
        committed.addAll(rows);
        boolean retried = inputs.stream().anyMatch(RunInput.Retry.class::isInstance);
        if (retried) {
            chain++;
        }
        for (RunInput input : inputs) {
            switch (input) {
                case RunInput.Started(var ref) -> started(ref);
                case RunInput.Result(var settled) -> reported(settled);
                default -> note("planner takes " + input.getClass().getSimpleName());
            }
        }
        for (Effect effect : effects) {
            if (effect instanceof Effect.Dispatch dispatch) {
                dispatched(dispatch);
            }
        }
        for (PhaseState phase : after.phases()) {
            limits(after, phase);
            changes(before, after, phase);
        }
        cancelledAt =
                !after.cancelling()
                        ? Instant.MAX.minusSeconds(60)
                        : before.cancelling() ? cancelledAt : world.baton().now();
        if (after.settled() && !before.settled()) {
            note("run settles: " + after.stage());
        }
    }

    private void started(TaskResult.TaskRef ref) {
        Task task = tasks.get(ref.task().toString());
        if (task != null) {
            task.started.add(ref.attempt());
        }
    }

    private void reported(TaskResult.TaskSettled settled) {
        decided.add(settled);
        Task task = tasks.get(settled.ref().task().toString());
        int attempt = settled.ref().attempt();
        if (task != null && settled.steps().isEmpty() && !task.started.contains(attempt)) {
            task.unreached.add(attempt);
        }
    }

    private void dispatched(Effect.Dispatch dispatch) {
        String id = world.scene().task(dispatch.phase(), dispatch.host()).toString();
        Task task =
                tasks.computeIfAbsent(id, _ -> new Task(dispatch.phase(), dispatch.host(), false));
        note(
                "planner orders %s on %s #%d %s"
                        .formatted(
                                dispatch.phase(),
                                dispatch.host().address(),
                                dispatch.attempt(),
                                dispatch.kind()));
        if (dispatch.kind() == AttemptKind.ADOPT
                && task.highestBegun == dispatch.attempt() - 1
                && whole(REPORTED_WITHIN)) {
            throw violated(
                    "what began is reported where nothing goes wrong",
                    "%s on %s attempt %d".formatted(task.phase, task.host, dispatch.attempt() - 1));
        }
        if (task.chains.putIfAbsent(dispatch.attempt(), chain) != null) {
            throw violated(
                    "no attempt is ordered twice",
                    "%s on %s attempt %d".formatted(task.phase, task.host, dispatch.attempt()));
        }
        task.times.put(dispatch.attempt(), dispatch.times());
    }

    private PhaseState phase(PhaseName name) {
        return world.store().run().phases().stream()
                .filter(p -> p.rules().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void limits(RunState run, PhaseState phase) {
        var summary = phase.rules().summary();
        if (phase.reserved() > summary.window()) {
            throw violated(
                    "the window is never exceeded",
                    "%s: %d of %d".formatted(summary.name(), phase.reserved(), summary.window()));
        }
        if (phase.rules().tryAll()) {
            return;
        }
        long burned =
                phase.tasks().keySet().stream().filter(host -> burned(run, phase, host)).count();
        boolean dispatching =
                phase.tasks().values().stream().anyMatch(TaskState.InFlight.class::isInstance);
        var budget = summary.disruptionBudget();
        if (dispatching && budget.isPresent() && phase.reserved() + burned > budget.getAsInt()) {
            throw violated(
                    "the disruption budget is never exceeded",
                    "%s: %d in flight and %d burned of %d"
                            .formatted(
                                    summary.name(), phase.reserved(), burned, budget.getAsInt()));
        }
        if (run.subject().strict()
                && dispatching
                && burned + phase.reserved() > summary.failureLimit()) {
            throw violated(
                    "the failure limit is a ceiling",
                    "%s: %d in flight and %d burned of %d"
                            .formatted(
                                    summary.name(),
                                    phase.reserved(),
                                    burned,
                                    summary.failureLimit()));
        }
    }

    private static boolean burned(RunState run, PhaseState phase, HostAddress host) {
        for (PhaseState earlier : run.phases()) {
            TaskState task = earlier.tasks().get(host);
            if (task instanceof TaskState.Failed
                    || task instanceof TaskState.Unknown
                    || task instanceof TaskState.Cancelled) {
                return true;
            }
            if (earlier.rules().name().equals(phase.rules().name())) {
                return false;
            }
        }
        return false;
    }

    private void changes(RunState before, RunState after, PhaseState phase) {
        phase.tasks()
                .forEach((host, state) -> {
                    TaskState old =
                            before.phases().stream()
                                    .filter(p -> p.rules().name().equals(phase.rules().name()))
                                    .map(p -> p.tasks().get(host))
                                    .findFirst()
                                    .orElse(null);
                    if (!state.equals(old)) {
                        changed(after, phase, host, state);
                    }
                });
    }

    private void changed(RunState run, PhaseState phase, HostAddress host, TaskState state) {
        String id = world.scene().task(phase.rules().name(), host).toString();
        Task task = tasks.get(id);
        String where =
                "%s on %s #%d".formatted(phase.rules().name(), host.address(), state.attempt());
        if (task == null || state instanceof TaskState.InFlight) {
            return;
        }
        note("planner holds %s for %s".formatted(state.getClass().getSimpleName(), where));
        switch (state) {
            case TaskState.Succeeded _ -> {
                succeeded(task, where, state.attempt());
                quiet(id, task, where, state.attempt());
            }
            case TaskState.Failed(_, var failure) -> {
                failed(task, where, state.attempt(), failure.reason());
                if (!unseen(state)) {
                    quiet(id, task, where, state.attempt());
                } else if (!task.unreached.contains(state.attempt())) {
                    throw violated("who did not look knows less than who started", where);
                }
            }
            case TaskState.Cancelled _ -> {
                if (!run.cancelling()) {
                    throw violated("only cancelled runs' tasks are cancelled", where);
                }
                quiet(id, task, where, state.attempt());
            }
            case TaskState.LeftOut _ -> quiet(id, task, where, state.attempt());
            case TaskState.Waiting(_, int tries, _) -> {
                // After a retry the task may still run: the next attempt fences it.
                if (tries > 0 && works(id, task)) {
                    throw violated("nothing runs of a settled task", where);
                }
            }
            case TaskState.Unknown _ -> {
                OrderTimes times = task.times.get(state.attempt());
                if (times != null && times.issuedAt().isAfter(healedAt.plusSeconds(60))) {
                    throw violated("no result is lost", where + " is given up without a fault");
                }
            }
            case TaskState.InFlight _, TaskState.Doubtful _ -> {}
        }
    }

    /// Whether nobody was at the host, so that the task may run there all the same: given up as
    /// unknown, or not reached while another delivery of the order may be.
    private static boolean unseen(TaskState state) {
        return state instanceof TaskState.Unknown
                || (state instanceof TaskState.Failed(_, var failure)
                        && failure.reason() == ReasonCode.HOST_UNREACHABLE);
    }

    /// From now on nothing goes wrong.
    void healed() {
        note("all faults are over");
        healedAt = world.baton().now();
    }

    /// Every step succeeded on the host since a user last asked for the task.
    private void succeeded(Task task, String where, int attempt) {
        int steps = world.scene().stepsOf(task.phase).size();
        for (int number = 1; number <= steps; number++) {
            if (!task.completed.containsKey(task.chains.get(attempt) + "/" + number)) {
                throw violated(
                        "success is true", "%s: step %d never succeeded".formatted(where, number));
            }
        }
    }

    /// What is said to have happened did, since a user last asked for the task.
    private void failed(Task task, String where, int attempt, ReasonCode reason) {
        Integer asked = task.chains.get(attempt);
        boolean justified =
                switch (reason) {
                    case COMMAND_FAILED ->
                            task.failed.stream().anyMatch(key -> key.startsWith(asked + "/"));
                    case COMMAND_KILLED -> task.disturbed.contains(asked);
                    // Also by an attempt that came while the one before still ran: an order that
                    // was
                    // long on its way starts late.
                    case INTERRUPTED ->
                            task.disturbed.contains(asked)
                                    || Objects.equals(task.chains.get(attempt - 1), asked);
                    default -> EXPECTED.contains(reason);
                };
        if (!justified) {
            throw violated("failures are true", where + ": " + reason);
        }
    }

    /// Nothing of a settled task runs, and nothing of it ever will.
    private void quiet(String id, Task task, String where, int attempt) {
        if (works(id, task)) {
            throw violated("nothing runs of a settled task", where);
        }
        Integer closed = task.chains.get(attempt);
        if (closed != null) {
            task.closed.add(closed);
        }
    }

    // --- broker and certificate service ---------------------------------------------------------

    void output(OutputChunk chunk) {
        if (!tasks.containsKey(chunk.ref().task().toString())) {
            throw violated("output has its place", chunk.toString());
        }
    }

    void redeemed(Order order, boolean genuine) {
        if (!genuine) {
            throw violated("materials are for signed orders only", order.task().toString());
        }
        if (world.baton().now().isAfter(order.times().settleBy())) {
            throw violated("materials are for orders in their time only", order.task().toString());
        }
        if (!order.pool().equals(Scene.POOL)) {
            throw violated("materials are for the pool's orders only", order.task().toString());
        }
    }

    /// Offsets of results are committed: a decision must know of every one below.
    void resultsCommitted(int partition, long end) {
        for (var record : world.broker().partitions(Topics.TASK_RESULTS).get(partition)) {
            if (record.offset() < end
                    && record.value() instanceof TaskResult.TaskSettled settled
                    && settled.ref().run().equals(world.scene().run())
                    && !decided.contains(settled)) {
                throw violated(
                        "no result's offset is committed before its decision",
                        "%d@%d".formatted(partition, record.offset()));
            }
        }
    }

    /// Offsets are committed: every record below, and every one of the metadata, must be over.
    void tasksCommitted(int partition, long position, String metadata) {
        Set<Long> over = new HashSet<>();
        for (String range : metadata.isEmpty() ? new String[0] : metadata.split(",")) {
            String[] ends = range.split("-", 2);
            long last = Long.parseLong(ends[ends.length - 1], 36);
            for (long at = Long.parseLong(ends[0], 36); at <= last; at++) {
                over.add(position + at);
            }
        }
        for (var record : world.broker().partitions(Topics.tasks(Scene.POOL)).get(partition)) {
            boolean passed = record.offset() < position || over.contains(record.offset());
            if (passed && !over((TaskRequested) record.value())) {
                throw violated(
                        "no offset is committed beyond a task that is not over",
                        "%d@%d".formatted(partition, record.offset()));
            }
        }
    }

    /// An executor that took the order over can neither report it nor look at its host: the planner
    /// asks again when it is overdue.
    void leftToWatchdog(TaskRequested request) {
        left.add(request.order());
    }

    private boolean over(TaskRequested request) {
        Optional<Order> genuine =
                orders.computeIfAbsent(
                        request.order(),
                        jws ->
                                world.keys().genuine(jws)
                                        ? Optional.of(world.keys().read(jws))
                                        : Optional.empty());
        if (genuine.isEmpty()) {
            return true;
        }
        Order order = genuine.get();
        Instant now = world.baton().now();
        return !order.pool().equals(Scene.POOL)
                || left.contains(request.order())
                || now.plus(TOLERANCE).isAfter(order.times().settleBy())
                || world.broker().partitions(Topics.TASK_RESULTS).stream()
                        .flatMap(List::stream)
                        .anyMatch(r ->
                                r.value() instanceof TaskResult.TaskSettled settled
                                        && settled.ref().task().equals(request.task())
                                        && settled.ref().attempt() == request.attempt());
    }

    // --- the end --------------------------------------------------------------------------------

    /// After the faults are over and the run has had its time.
    void end() {
        RunState run = world.store().run();
        if (!run.settled()) {
            throw violated("every run settles", run.stage() + " " + inFlight(run));
        }
        lost();
        for (var entry : tasks.entrySet()) {
            Task task = entry.getValue();
            if (works(entry.getKey(), task)) {
                throw violated(
                        "nothing runs after the end", task.phase + " on " + task.host.address());
            }
        }
    }

    private static String inFlight(RunState run) {
        return run.phases().stream()
                .flatMap(p -> p.tasks().values().stream())
                .filter(t -> !(t instanceof TaskState.Finished))
                .toList()
                .toString();
    }

    /// Every committed record of the outbox is at the broker, first comings in their order.
    private void lost() {
        Map<String, List<Object>> wanted = new LinkedHashMap<>();
        for (Store.Row row : committed) {
            wanted.computeIfAbsent(row.topic() + " " + row.key(), _ -> new ArrayList<>())
                    .add(row.value());
        }
        wanted.forEach((place, values) -> {
            String topic = place.substring(0, place.indexOf(' '));
            String key = place.substring(place.indexOf(' ') + 1);
            var found = new java.util.LinkedHashSet<Object>();
            for (var partition : world.broker().partitions(topic)) {
                for (var message : partition) {
                    if (message.key().equals(key) && values.contains(message.value())) {
                        found.add(message.value());
                    }
                }
            }
            if (!List.copyOf(found).equals(values)) {
                throw violated(
                        "what is committed is published, in order",
                        "%s: %d of %d".formatted(place, found.size(), values.size()));
            }
        });
    }
}
