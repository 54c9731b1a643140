package dev.slipway.faults;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.planner.run.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One seed from the opened run to its end.
final class Simulation implements World {
    /// How a seed went.
    ///
    /// @param failure the violated invariant, or what else broke
    /// @param hash of the whole trace
    /// @param simulated how much virtual time passed
    record Outcome(
            long seed,
            Bugs bugs,
            Optional<Throwable> failure,
            List<String> trace,
            long hash,
            Duration simulated,
            long turns) {}

    private static final Keys REAL_KEYS = Keys.real();
    private static final Keys QUICK_KEYS = Keys.quick();
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    /// Longest a run may take once the faults are over: every task of two phases used up its tries.
    private static final Duration PATIENCE = Duration.ofMinutes(60);

    private static final Duration AFTERMATH = Duration.ofSeconds(100);

    private final Bugs bugs;
    private final long seed;
    private final Baton baton;
    private final Scene scene;
    private final Network network;
    private final Broker broker;
    private final Broker.Group planners;
    private final Broker.Group executors;
    private final Store store;
    private final Cert cert;
    private final Witness witness;
    private final Map<HostAddress, Host> hosts = new LinkedHashMap<>();
    private final List<Baton.Unit> processes = new ArrayList<>();
    private final Map<String, Integer> incarnations = new LinkedHashMap<>();
    private final List<Planner> plannerProcesses = new ArrayList<>();
    private final List<Executor> executorProcesses = new ArrayList<>();
    private Duration settledAt = Duration.ofDays(1);

    private Simulation(long seed, Bugs bugs) {
        this.seed = seed;
        this.bugs = bugs;
        this.baton = new Baton(seed, EPOCH);
        this.scene = Scene.draw(baton.random);
        this.network = new Network(baton);
        this.broker = new Broker(baton);
        broker.topic(Topics.RUNS, 1);
        broker.topic(Topics.tasks(Scene.POOL), 3);
        broker.topic(Topics.TASK_RESULTS, 2);
        this.planners = broker.group(Topics.TASK_RESULTS);
        this.executors = broker.group(Topics.tasks(Scene.POOL));
        this.store = new Store(baton, RunState.open(scene.subject(), scene.inspect()));
        this.witness = new Witness(this);
        this.cert = new Cert(this);
        scene.hosts()
                .forEach(address ->
                        hosts.put(address, new Host(address, baton, witness, bugs, processes)));
    }

    /// Runs a seed; blocks until it is over. For a thread of its own.
    static Outcome run(long seed, Bugs bugs) {
        var simulation = new Simulation(seed, bugs);
        return simulation.live();
    }

    private Outcome live() {
        Optional<Throwable> failure = Optional.empty();
        try {
            plannerProcesses.add(new Planner(this, "planner-1"));
            plannerProcesses.add(new Planner(this, "planner-2"));
            executorProcesses.add(new Executor(this, "executor-1"));
            executorProcesses.add(new Executor(this, "executor-2"));
            var faults = new Faults(this, plannerProcesses, executorProcesses);
            faults.plan();
            baton.run(faults.length(), () -> false);
            faults.heal();
            baton.run(faults.length().plus(PATIENCE), this::over);
            witness.end();
        } catch (Throwable e) {
            failure = Optional.of(e);
        }
        Duration simulated = baton.elapsed();
        baton.end(List.copyOf(processes));
        return new Outcome(
                seed, bugs, failure, witness.trace(), witness.hash(), simulated, baton.turns());
    }

    private boolean over() {
        boolean quiet = store.run().settled() && store.relayed();
        if (!quiet) {
            settledAt = Duration.ofDays(1);
            return false;
        }
        if (settledAt.equals(Duration.ofDays(1))) {
            settledAt = baton.elapsed();
        }
        return baton.elapsed().minus(settledAt).compareTo(AFTERMATH) > 0;
    }

    @Override
    public Baton baton() {
        return baton;
    }

    @Override
    public Scene scene() {
        return scene;
    }

    @Override
    public Bugs bugs() {
        return bugs;
    }

    @Override
    public Keys keys() {
        // Real signatures cost more than all the rest.
        return seed % 100 == 0 ? REAL_KEYS : QUICK_KEYS;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public Broker broker() {
        return broker;
    }

    @Override
    public Broker.Group planners() {
        return planners;
    }

    @Override
    public Broker.Group executors() {
        return executors;
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public Cert cert() {
        return cert;
    }

    @Override
    public Witness witness() {
        return witness;
    }

    @Override
    public Host host(HostAddress address) {
        Host host = hosts.get(address);
        if (host == null) {
            throw new IllegalArgumentException("no host " + address);
        }
        return host;
    }

    @Override
    public boolean whole() {
        return network.whole()
                && broker.whole()
                && store.whole()
                && cert.up()
                && hosts.values().stream().allMatch(Host::up)
                && plannerProcesses.stream().allMatch(p -> p.process().working())
                && executorProcesses.stream().allMatch(e -> e.process().working());
    }

    @Override
    public Baton.Unit process(String name) {
        int incarnation = incarnations.merge(name, 1, Integer::sum);
        var process = baton.process(incarnation == 1 ? name : name + "." + incarnation);
        processes.add(process);
        return process;
    }
}
