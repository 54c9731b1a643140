package dev.slipway.faults;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.Order;
import dev.slipway.planner.run.RunInput;
import dev.slipway.planner.run.RunStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/// What goes wrong, and what the user does, drawn from the seed. Each seed has its own mix of
/// kinds: where everything happens in every seed, faults that hide each other always do.
final class Faults {
    /// What can go wrong.
    private enum Kind {
        KILL_PLANNER,
        STOP_PLANNER,
        KILL_EXECUTOR,
        STOP_EXECUTOR,
        STOP_POOL,
        BROKER_DOWN,
        DATABASE_DOWN,
        DATABASE_SLOW,
        CERT_DOWN,
        REBOOT,
        POWER_CUT,
        KILL_ON_HOST,
        CUT_OFF_FROM_HOST,
        CUT_OFF_FROM_BROKER,
        ISOLATE,
        CONNECTIONS_BREAK,
        NETWORK_SLOW,
        ANSWERS_LOST,
        RECORDS_TWICE,
        ORDER_AGAIN,
        ORDER_FORGED,
        ORDER_FOREIGN,
        MATERIALS_ASKED_FOR,
        NEIGHBOUR
    }

    private final World world;
    private final Baton baton;
    private final List<Planner> planners;
    private final List<Executor> executors;
    private final Duration length;
    private final List<Kind> mix = new ArrayList<>();
    private final double cancels;
    private final double retries;
    private boolean healed;
    private int retried;

    Faults(World world, List<Planner> planners, List<Executor> executors) {
        this.world = world;
        this.baton = world.baton();
        this.planners = planners;
        this.executors = executors;
        this.length = Duration.ofSeconds(60 + baton.random.nextInt(baton.chance(0.7) ? 90 : 300));
        for (Kind kind : Kind.values()) {
            if (baton.chance(0.3)) {
                mix.add(kind);
            }
        }
        this.cancels = baton.chance(0.3) ? 0.9 : 0.15;
        this.retries = baton.chance(0.3) ? 0.9 : 0.2;
    }

    /// How long there are faults.
    Duration length() {
        return length;
    }

    void plan() {
        int count = mix.isEmpty() ? 0 : baton.random.nextInt(12);
        for (int i = 0; i < count; i++) {
            Kind kind = mix.get(baton.random.nextInt(mix.size()));
            // Most runs are short: so are most faults early, and some are there from the beginning.
            int horizon = baton.chance(0.75) ? 45_000 : (int) length.toMillis();
            int at = baton.chance(0.1) ? 1 : 1 + baton.random.nextInt(horizon);
            baton.later(
                    Duration.ofMillis(at),
                    () -> {
                        if (!healed) {
                            happens(kind);
                        }
                    });
        }
        user();
    }

    /// Everything is whole again and stays so.
    void heal() {
        healed = true;
        world.witness().stirred();
        world.witness().healed();
        world.network().heal();
        world.broker().restore();
        world.broker().repeating(0);
        world.store().comeUp();
        world.store().losingAnswers(0);
        world.store().slow(false);
        world.cert().comeUp();
        for (HostAddress address : world.scene().hosts()) {
            world.host(address).trap(null);
            world.host(address).comeUp();
        }
        for (int i = 0; i < planners.size(); i++) {
            heal(planners.get(i).process());
            revivePlanner(i);
        }
        for (int i = 0; i < executors.size(); i++) {
            heal(executors.get(i).process());
            reviveExecutor(i);
        }
        baton.later(Duration.ofSeconds(1), this::carryOn);
    }

    private static void heal(Baton.Unit process) {
        process.trap(null);
        process.resume();
    }

    /// The user takes a paused run up again.
    private void carryOn() {
        if (world.store().run().paused()) {
            command(new RunInput.Resume("ann"));
        }
        baton.later(Duration.ofSeconds(20), this::carryOn);
    }

    private void revivePlanner(int number) {
        if (planners.get(number).process().dead()) {
            planners.set(number, new Planner(world, "planner-" + (number + 1)));
        }
    }

    private void reviveExecutor(int number) {
        if (executors.get(number).process().dead()) {
            executors.set(number, new Executor(world, "executor-" + (number + 1)));
        }
    }

    // --- the user -------------------------------------------------------------------------------

    private void user() {
        open();
        if (baton.chance(0.15)) {
            at(120, () -> command(new RunInput.Pause("ann")));
            at(200, () -> command(new RunInput.Resume("ann")));
        }
        if (baton.chance(cancels)) {
            // At once, while most is going on, or whenever.
            int within = baton.chance(0.3) ? 2 : baton.chance(0.5) ? 40 : 150;
            at(within, () -> command(new RunInput.Cancel("ann")));
        }
        baton.later(Duration.ofSeconds(3), this::retry);
    }

    /// Asks for the run until somebody has taken it.
    private void open() {
        if (!world.store().opened()) {
            var planner = planners.get(baton.random.nextInt(planners.size()));
            if (planner.process().working()) {
                planner.open();
            }
            baton.later(Duration.ofSeconds(5), this::open);
        }
    }

    private void retry() {
        if (world.store().run().stage() instanceof RunStage.Settled(var verdict)
                && verdict.retryable()
                && retried < 2
                && baton.chance(retries)) {
            retried++;
            command(new RunInput.Retry("ann"));
            if (baton.chance(cancels)) {
                at(baton.chance(0.3) ? 3 : 40, () -> command(new RunInput.Cancel("ann")));
            }
        }
        if (baton.elapsed().compareTo(length) < 0) {
            baton.later(Duration.ofSeconds(3), this::retry);
        }
    }

    private void command(RunInput input) {
        var planner = planners.get(baton.random.nextInt(planners.size()));
        if (planner.process().working()) {
            note("user asks for " + input.getClass().getSimpleName());
            planner.command(input);
        }
    }

    private void at(int withinSeconds, Runnable what) {
        baton.later(Duration.ofMillis(1 + baton.random.nextInt(1000 * withinSeconds)), what);
    }

    // --- faults ---------------------------------------------------------------------------------

    private void happens(Kind kind) {
        world.witness().stirred();
        int p = baton.random.nextInt(planners.size());
        int e = baton.random.nextInt(executors.size());
        HostAddress address =
                world.scene().hosts().get(baton.random.nextInt(world.scene().hosts().size()));
        Host host = world.host(address);
        switch (kind) {
            case KILL_PLANNER -> {
                var process = planners.get(p).process();
                sooner(
                        process,
                        "planner " + p + " is killed",
                        () -> {
                            process.kill();
                            soon(20, () -> revivePlanner(p));
                        });
            }
            case STOP_PLANNER ->
                    stop(planners.get(p).process(), "planner " + p + " is stopped", 60);
            case KILL_EXECUTOR -> {
                var process = executors.get(e).process();
                sooner(
                        process,
                        "executor " + e + " is killed",
                        () -> {
                            process.kill();
                            soon(20, () -> reviveExecutor(e));
                        });
            }
            case STOP_EXECUTOR ->
                    stop(executors.get(e).process(), "executor " + e + " is stopped", 240);
            case STOP_POOL -> {
                for (int n = 0; n < executors.size(); n++) {
                    stop(executors.get(n).process(), "executor " + n + " is stopped", 140);
                }
            }
            case BROKER_DOWN -> {
                note("the broker goes down");
                world.broker().down();
                soon(40, world.broker()::restore);
            }
            case DATABASE_DOWN -> {
                note("the database goes down");
                world.store().goDown();
                soon(15, world.store()::comeUp);
            }
            case DATABASE_SLOW -> {
                note("the database is slow");
                world.store().slow(true);
                soon(90, () -> world.store().slow(false));
            }
            case CERT_DOWN -> {
                note("the certificate service goes down");
                world.cert().goDown();
                soon(90, world.cert()::comeUp);
            }
            case REBOOT -> goDown(host, false);
            case POWER_CUT -> goDown(host, true);
            case KILL_ON_HOST -> {
                if (baton.random.nextBoolean()) {
                    host.killOne();
                } else {
                    host.killAtWork(1 + baton.random.nextInt(40));
                }
            }
            case CUT_OFF_FROM_HOST -> {
                note("executor " + e + " is cut off from " + address.address());
                cut("executor-" + (e + 1), address.address(), 120);
            }
            case CUT_OFF_FROM_BROKER -> {
                String name =
                        baton.random.nextBoolean() ? "executor-" + (e + 1) : "planner-" + (p + 1);
                note(name + " is cut off from the broker");
                cut(name, "broker", 90);
            }
            case ISOLATE -> {
                note("executor " + e + " is being isolated, from " + address.address() + " first");
                cut("executor-" + (e + 1), address.address(), 60);
                soon(
                        14,
                        () -> {
                            note("executor " + e + " is isolated from the broker");
                            cut("executor-" + (e + 1), "broker", 40);
                        });
            }
            case CONNECTIONS_BREAK -> {
                note("connections break");
                world.network().cutting(0.03);
                soon(90, () -> world.network().cutting(0));
            }
            case NETWORK_SLOW -> {
                note("the network is slow");
                world.network().slow(true);
                soon(90, () -> world.network().slow(false));
            }
            case ANSWERS_LOST -> {
                note("commits' answers are lost");
                world.store().losingAnswers(0.3);
                soon(60, () -> world.store().losingAnswers(0));
            }
            case RECORDS_TWICE -> {
                note("records come twice");
                world.broker().repeating(0.5);
                soon(90, () -> world.broker().repeating(0));
            }
            case ORDER_AGAIN, ORDER_FORGED, ORDER_FOREIGN, MATERIALS_ASKED_FOR -> intrude(kind);
            case NEIGHBOUR -> {
                neighbour(address);
                soon(20, () -> neighbour(address));
                soon(40, () -> neighbour(address));
            }
        }
    }

    private void note(String text) {
        world.witness().note(text);
    }

    private void soon(int withinSeconds, Runnable what) {
        at(
                withinSeconds,
                () -> {
                    if (!healed) {
                        world.witness().stirred();
                        what.run();
                    }
                });
    }

    /// Now, or at one of the process's next system calls.
    private void sooner(Baton.Unit process, String text, Runnable what) {
        Runnable told =
                () -> {
                    world.witness().stirred();
                    note(text);
                    what.run();
                };
        if (baton.random.nextBoolean()) {
            told.run();
        } else {
            process.trap(trap(told));
        }
    }

    private Baton.Trap trap(Runnable what) {
        return switch (baton.random.nextInt(4)) {
            case 0 -> new Baton.Trap(Baton.Call.DELIVERY, 1 + baton.random.nextInt(4), what);
            case 1 -> new Baton.Trap(Baton.Call.ACKNOWLEDGEMENT, 1 + baton.random.nextInt(6), what);
            default -> new Baton.Trap(Baton.Call.ANY, 1 + baton.random.nextInt(30), what);
        };
    }

    private void stop(Baton.Unit process, String text, int atMostSeconds) {
        sooner(
                process,
                text,
                () -> {
                    process.stop();
                    soon(atMostSeconds, process::resume);
                });
    }

    private void goDown(Host host, boolean powerCut) {
        Runnable down =
                () -> {
                    world.witness().stirred();
                    host.goDown(powerCut);
                    soon(40, host::comeUp);
                };
        if (baton.random.nextBoolean()) {
            down.run();
        } else {
            host.trap(new Baton.Trap(Baton.Call.ANY, 1 + baton.random.nextInt(40), down));
        }
    }

    private void cut(String one, String other, int atMostSeconds) {
        var link = world.network().link(one, other);
        link.down();
        soon(baton.chance(0.3) ? 10 : atMostSeconds, link::restore);
    }

    /// Something that should not be is in the topic of tasks, a copy, a forged or a foreign order,
    /// or somebody asks for the materials of such a one.
    private void intrude(Kind kind) {
        String topic = Topics.tasks(Scene.POOL);
        var known = world.broker().partitions(topic).stream().flatMap(List::stream).toList();
        if (known.isEmpty()) {
            return;
        }
        var record = known.get(baton.random.nextInt(known.size()));
        var request = (TaskRequested) record.value();
        Order order = world.keys().read(request.order());
        String forged = world.keys().forger().sign(copy(order, order.pool()));
        String foreign = world.keys().signer().sign(copy(order, PoolName.of("elsewhere")));
        switch (kind) {
            case ORDER_AGAIN ->
                    soon(
                            baton.chance(0.5) ? 5 : 90,
                            () -> {
                                note("an order comes again");
                                world.broker().append(topic, record.key(), request);
                            });
            case ORDER_FORGED -> {
                note("an order is forged");
                append(record.key(), order, forged);
            }
            case ORDER_FOREIGN -> {
                note("an order of another pool comes");
                append(record.key(), order, foreign);
            }
            default -> {
                note("somebody asks for materials");
                var jws = List.of(request.order(), forged, foreign);
                soon(120, () -> ask(jws.get(baton.random.nextInt(jws.size()))));
            }
        }
    }

    private void ask(String jws) {
        world.process("intruder")
                .start(
                        "ask",
                        () -> {
                            try {
                                world.cert().redeem("intruder", jws);
                            } catch (ProblemFailure e) {
                                // as it should be, of some
                            }
                        });
    }

    private void append(String key, Order order, String jws) {
        world.broker()
                .append(
                        Topics.tasks(Scene.POOL),
                        key,
                        new TaskRequested(order.run(), order.task(), order.attempt(), jws));
    }

    private static Order copy(Order order, PoolName pool) {
        return new Order(
                order.task(),
                order.attempt(),
                order.kind(),
                order.firstAttempt(),
                order.tenant(),
                order.cluster(),
                order.generation(),
                order.run(),
                order.phase(),
                pool,
                order.host(),
                order.mutating(),
                order.steps(),
                order.times());
    }

    /// Another run has a task for the host.
    private void neighbour(HostAddress address) {
        var run =
                new RunId(
                        new UUID(
                                (1L << 60) | (baton.random.nextLong() >>> 8),
                                baton.random.nextLong()));
        var phase = PhaseName.of("neighbour");
        var order =
                new Order(
                        TaskId.of(run, phase, address),
                        1,
                        AttemptKind.FRESH,
                        OptionalInt.of(1),
                        world.scene().subject().tenant(),
                        ClusterName.of("green"),
                        1,
                        run,
                        phase,
                        Scene.POOL,
                        new HostTarget(
                                address.address(),
                                address,
                                "root",
                                Scene.CREDENTIAL,
                                Optional.empty(),
                                List.of(),
                                true),
                        true,
                        Scene.neighbourSteps(baton.random),
                        Scene.times(baton.now()));
        note("another run orders its task on " + address.address());
        world.witness().neighbour(order);
        append(order.tenant() + "/" + address, order, world.keys().signer().sign(order));
    }
}
