package dev.slipway.faults;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.order.Order;
import dev.slipway.planner.run.RunInput;
import dev.slipway.planner.run.RunStage;
import java.time.Duration;
import java.util.List;

/// What goes wrong, and what the user does, drawn from the seed.
final class Faults {
    private static final int KINDS = 21;

    private final World world;
    private final Baton baton;
    private final List<Planner> planners;
    private final List<Executor> executors;
    private final Duration length;
    private boolean healed;
    private int retries;

    Faults(World world, List<Planner> planners, List<Executor> executors) {
        this.world = world;
        this.baton = world.baton();
        this.planners = planners;
        this.executors = executors;
        this.length = Duration.ofSeconds(60 + baton.random.nextInt(baton.chance(0.7) ? 90 : 300));
    }

    /// How long there are faults.
    Duration length() {
        return length;
    }

    void plan() {
        int count = baton.random.nextInt(9);
        for (int i = 0; i < count; i++) {
            // Most runs are short: so are most faults early.
            int horizon = baton.chance(0.7) ? 45 : (int) length.toSeconds();
            Duration at = Duration.ofMillis(1 + baton.random.nextInt(1000 * horizon));
            baton.later(at, this::one);
        }
        user();
    }

    /// Everything is whole again and stays so.
    void heal() {
        healed = true;
        world.witness().healed();
        world.network().heal();
        world.broker().restore();
        world.broker().repeating(0);
        world.store().comeUp();
        world.store().losingAnswers(0);
        world.cert().comeUp();
        world.scene().hosts().forEach(a -> world.host(a).comeUp());
        for (int i = 0; i < planners.size(); i++) {
            planners.get(i).process().resume();
            revivePlanner(i);
        }
        for (int i = 0; i < executors.size(); i++) {
            executors.get(i).process().resume();
            reviveExecutor(i);
        }
        baton.later(Duration.ofSeconds(1), this::carryOn);
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
        if (baton.chance(0.15)) {
            at(120, () -> command(new RunInput.Pause("ann")));
            at(200, () -> command(new RunInput.Resume("ann")));
        }
        if (baton.chance(0.3)) {
            at(150, () -> command(new RunInput.Cancel("ann")));
        }
        baton.later(Duration.ofSeconds(3), this::retry);
    }

    private void retry() {
        if (world.store().run().stage() instanceof RunStage.Settled(var verdict)
                && verdict.retryable()
                && retries < 2
                && baton.chance(0.3)) {
            retries++;
            command(new RunInput.Retry("ann"));
            if (baton.chance(0.3)) {
                at(40, () -> command(new RunInput.Cancel("ann")));
            }
        }
        if (baton.elapsed().compareTo(length) < 0) {
            baton.later(Duration.ofSeconds(3), this::retry);
        }
    }

    private void command(RunInput input) {
        var planner = planners.get(baton.random.nextInt(planners.size()));
        if (planner.process().working()) {
            world.witness().note("user asks for " + input.getClass().getSimpleName());
            planner.command(input);
        }
    }

    private void at(int withinSeconds, Runnable what) {
        baton.later(Duration.ofMillis(1 + baton.random.nextInt(1000 * withinSeconds)), what);
    }

    // --- faults ---------------------------------------------------------------------------------

    private void one() {
        if (healed) {
            return;
        }
        int p = baton.random.nextInt(planners.size());
        int e = baton.random.nextInt(executors.size());
        HostAddress address =
                world.scene().hosts().get(baton.random.nextInt(world.scene().hosts().size()));
        Host host = world.host(address);
        switch (baton.random.nextInt(KINDS)) {
            case 0 -> {
                tell("planner " + p + " is killed");
                planners.get(p).process().kill();
                soon(20, () -> revivePlanner(p));
            }
            case 1 -> {
                tell("planner " + p + " is stopped");
                stop(planners.get(p).process(), 60);
            }
            case 2, 3 -> {
                tell("executor " + e + " is killed");
                executors.get(e).process().kill();
                soon(20, () -> reviveExecutor(e));
            }
            case 4, 5 -> {
                tell("executor " + e + " is stopped");
                stop(executors.get(e).process(), 240);
            }
            case 6 -> {
                tell("the broker goes down");
                world.broker().down();
                soon(40, world.broker()::restore);
            }
            case 7 -> {
                tell("the database goes down");
                world.store().goDown();
                soon(15, world.store()::comeUp);
            }
            case 8 -> {
                tell("the certificate service goes down");
                world.cert().goDown();
                soon(90, world.cert()::comeUp);
            }
            case 9 -> {
                host.goDown(false);
                soon(40, host::comeUp);
            }
            case 10, 11 -> {
                host.goDown(true);
                soon(40, host::comeUp);
            }
            case 12 -> {
                var link = world.network().link("executor-" + (e + 1), address.address());
                tell("executor " + e + " is cut off from " + address.address());
                link.down();
                soon(120, link::restore);
            }
            case 13 -> {
                boolean executor = baton.random.nextBoolean();
                String name = executor ? "executor-" + (e + 1) : "planner-" + (p + 1);
                tell(name + " is cut off from the broker");
                var link = world.network().link(name, "broker");
                link.down();
                soon(90, link::restore);
            }
            case 14 -> host.killOne();
            case 15 -> {
                tell("connections break");
                world.network().cutting(0.03);
                soon(90, () -> world.network().cutting(0));
            }
            case 16 -> {
                tell("the network is slow");
                world.network().slow(true);
                soon(90, () -> world.network().slow(false));
            }
            case 17 -> {
                tell("commits' answers are lost");
                world.store().losingAnswers(0.3);
                soon(60, () -> world.store().losingAnswers(0));
            }
            case 18, 19 -> {
                tell("records come twice");
                world.broker().repeating(0.5);
                soon(90, () -> world.broker().repeating(0));
            }
            default -> intrude();
        }
    }

    private void tell(String text) {
        world.witness().note(text);
    }

    private void soon(int withinSeconds, Runnable what) {
        at(
                withinSeconds,
                () -> {
                    if (!healed) {
                        what.run();
                    }
                });
    }

    private void stop(Baton.Unit process, int atMostSeconds) {
        process.stop();
        soon(atMostSeconds, process::resume);
    }

    /// Something that should not be is in the topic of tasks: a copy, a forged or a foreign order.
    private void intrude() {
        String topic = Topics.tasks(Scene.POOL);
        var known = world.broker().partitions(topic).stream().flatMap(List::stream).toList();
        if (known.isEmpty()) {
            return;
        }
        var record = known.get(baton.random.nextInt(known.size()));
        var request = (TaskRequested) record.value();
        switch (baton.random.nextInt(3)) {
            case 0 -> {
                tell("an order comes twice");
                world.broker().append(topic, record.key(), request);
            }
            case 1 -> {
                tell("an order is forged");
                Order order = world.keys().read(request.order());
                append(record.key(), order, world.keys().forger().sign(later(order, order.pool())));
            }
            default -> {
                tell("an order of another pool comes");
                Order order = world.keys().read(request.order());
                append(
                        record.key(),
                        order,
                        world.keys().signer().sign(later(order, PoolName.of("elsewhere"))));
            }
        }
    }

    private void append(String key, Order order, String jws) {
        world.broker()
                .append(
                        Topics.tasks(Scene.POOL),
                        key,
                        new TaskRequested(order.run(), order.task(), order.attempt(), jws));
    }

    private static Order later(Order order, PoolName pool) {
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
}
