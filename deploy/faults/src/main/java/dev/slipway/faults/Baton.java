package dev.slipway.faults;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Virtual time and the order in which things happen. Actors are blocking code on threads of their
/// own, but only the one that holds the baton runs; it passes the baton on wherever it waits. Who
/// gets it next is decided by virtual time and the seed's randomness alone.
final class Baton {
    /// Thrown through the code of a process that was killed, wherever it waits.
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /// Code of an actor.
    interface Body {
        void run() throws InterruptedException;
    }

    /// Something several actors may wait for.
    final class Signal {
        private final List<Actor> waiting = new ArrayList<>();

        /// Lets all who wait go on, now.
        void raise() {
            List<Actor> woken = List.copyOf(waiting);
            waiting.clear();
            woken.forEach(Baton.this::wake);
        }

        /// Waits until it is raised or the time is over.
        void await(Duration atMost) {
            Actor self = self();
            waiting.add(self);
            suspend(self, atMost);
            waiting.remove(self);
        }
    }

    /// Which system call.
    enum Call {
        ANY,
        /// An order is about to leave for its host.
        DELIVERY,
        /// A record is at the broker, and its acknowledgement under way.
        ACKNOWLEDGEMENT
    }

    /// Something that happens at the n-th such call from now on: kills and stops at a random time
    /// mostly meet a process that waits, this one meets it at work.
    static final class Trap {
        private final Call call;
        private int rest;
        private final Runnable what;

        Trap(Call call, int number, Runnable what) {
            this.call = call;
            this.rest = number;
            this.what = what;
        }

        private boolean springs(Call now) {
            return (call == Call.ANY || call == now) && --rest == 0;
        }
    }

    /// What is killed and stopped as a whole.
    final class Unit {
        final String name;
        private final List<Actor> actors = new ArrayList<>();
        private final List<Entry> deferred = new ArrayList<>();
        private final List<Runnable> atDeath = new ArrayList<>();
        private boolean dead;
        private boolean stopped;
        private @Nullable Trap trap;

        Unit(String name) {
            this.name = name;
        }

        boolean dead() {
            return dead;
        }

        boolean stopped() {
            return stopped;
        }

        boolean working() {
            return !dead && !stopped;
        }

        /// @param set shared by all processes it is set for; absent to take it away
        void trap(@Nullable Trap set) {
            trap = set;
        }

        /// What the rest of the world does when the process ends.
        void atDeath(Runnable what) {
            atDeath.add(what);
        }

        /// SIGKILL.
        void kill() {
            if (dead) {
                return;
            }
            dead = true;
            for (Actor actor : List.copyOf(actors)) {
                wake(actor);
            }
            deferred.clear();
            List.copyOf(atDeath).forEach(Runnable::run);
        }

        /// SIGSTOP.
        void stop() {
            stopped = true;
        }

        /// SIGCONT.
        void resume() {
            stopped = false;
            List<Entry> late = List.copyOf(deferred);
            deferred.clear();
            late.forEach(entry -> push(now, entry.actor, entry.ticket, entry.event));
        }

        Actor start(String name, Body body) {
            Actor actor = new Actor(this, this.name + "/" + name, body);
            actors.add(actor);
            push(now, actor, actor.ticket, null);
            return actor;
        }

        /// Something that happens to the process later, if it still lives.
        void later(Duration delay, Runnable event) {
            push(
                    now + micros(delay),
                    null,
                    0,
                    () -> {
                        if (!dead) {
                            event.run();
                        }
                    });
        }
    }

    /// One thread of a process.
    final class Actor {
        final String name;
        private final Unit process;
        private final Body body;
        private @Nullable Thread thread;
        private volatile boolean turn;
        private boolean done;
        private long ticket;

        Actor(Unit process, String name, Body body) {
            this.process = process;
            this.name = name;
            this.body = body;
        }

        boolean done() {
            return done;
        }

        Unit process() {
            return process;
        }

        /// Lets it notice that it was interrupted.
        void interrupted() {
            wake(this);
        }

        private void work() {
            try {
                awaitTurn();
                if (!process.dead) {
                    body.run();
                }
            } catch (Killed e) {
                // as it should be
            } catch (InterruptedException e) {
                if (!process.dead) {
                    trouble(new IllegalStateException(name + " was interrupted", e));
                }
            } catch (Throwable e) {
                trouble(e);
            } finally {
                done = true;
                process.actors.remove(this);
                turn = false;
                LockSupport.unpark(main);
            }
        }

        private void awaitTurn() {
            boolean interrupted = false;
            while (!turn) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private record Entry(
            long at, long order, @Nullable Actor actor, long ticket, @Nullable Runnable event) {}

    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>((one, other) ->
                    one.at != other.at
                            ? Long.compare(one.at, other.at)
                            : Long.compare(one.order, other.order));
    private final Thread main = Thread.currentThread();
    private final Instant epoch;
    final Random random;
    private long now;
    private long order;
    private long turns;
    private @Nullable Actor current;
    private @Nullable Throwable trouble;

    Baton(long seed, Instant epoch) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        this.epoch = epoch;
    }

    Instant now() {
        return epoch.plusNanos(now * 1000);
    }

    /// Since the beginning.
    Duration elapsed() {
        return Duration.ofNanos(now * 1000);
    }

    long turns() {
        return turns;
    }

    /// A clock that is ahead of the true time, or behind.
    Clock clock(Duration ahead) {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now().plus(ahead);
            }
        };
    }

    Unit process(String name) {
        return new Unit(name);
    }

    Signal signal() {
        return new Signal();
    }

    /// Something the world does, at its time.
    void later(Duration delay, Runnable event) {
        push(now + micros(delay), null, 0, event);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    Duration between(Duration least, Duration most) {
        long span = micros(most) - micros(least);
        return least.plusNanos(1000 * (long) (random.nextDouble() * span));
    }

    /// Runs until nothing is left to do, the condition holds, something broke or the time is over.
    ///
    /// @throws Throwable what an actor or event threw
    void run(Duration until, java.util.function.BooleanSupplier enough) throws Throwable {
        long end = micros(until);
        while (trouble == null && !enough.getAsBoolean()) {
            Entry next = queue.peek();
            if (next == null || next.at > end) {
                break;
            }
            queue.poll();
            now = Math.max(now, next.at);
            turn(next);
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    private void turn(Entry next) {
        turns++;
        if (next.event != null) {
            next.event.run();
            return;
        }
        Actor actor = next.actor;
        if (actor == null || actor.done || next.ticket != actor.ticket) {
            return;
        }
        if (actor.process.stopped && !actor.process.dead) {
            actor.process.deferred.add(next);
            return;
        }
        pass(actor);
    }

    private void pass(Actor actor) {
        current = actor;
        actor.turn = true;
        Thread thread = actor.thread;
        if (thread == null) {
            actor.thread = Thread.ofVirtual().name(actor.name).start(actor::work);
        } else {
            LockSupport.unpark(thread);
        }
        while (actor.turn) {
            LockSupport.park(this);
        }
        current = null;
    }

    /// Ends every process, so that no thread is left behind.
    void end(Iterable<Unit> processes) {
        trouble = null;
        for (Unit process : processes) {
            process.kill();
            for (Actor actor : List.copyOf(process.actors)) {
                if (!actor.done && actor.thread != null) {
                    pass(actor);
                }
            }
        }
        queue.clear();
    }

    private Actor self() {
        Actor self = current;
        if (self == null) {
            throw new IllegalStateException("an event must not wait");
        }
        return self;
    }

    /// The actor that runs now.
    Actor running() {
        return self();
    }

    /// Waits without a way to be interrupted; an interruption waits too.
    void sleep(Duration time) {
        suspend(self(), time);
    }

    /// Waits like [Thread#sleep].
    void pause(Duration time) throws InterruptedException {
        Actor self = self();
        if (!Thread.interrupted()) {
            long end = now + micros(time);
            suspend(self, time);
            if (now >= end && !Thread.currentThread().isInterrupted()) {
                return;
            }
            if (!Thread.interrupted()) {
                return;
            }
        }
        throw new InterruptedException();
    }

    /// A point at which anything may come in between: a system call, a statement, a packet.
    void sys() {
        sys(Call.ANY);
    }

    void sys(Call call) {
        Actor self = self();
        if (self.process.dead) {
            throw new Killed();
        }
        Trap trap = self.process.trap;
        if (trap != null && trap.springs(call)) {
            trap.what.run();
            suspend(self, Duration.ZERO);
        }
        int dice = random.nextInt(100);
        if (dice < 55) {
            return;
        }
        long micros =
                dice < 92
                        ? random.nextInt(2_000)
                        : dice < 99 ? random.nextInt(40_000) : random.nextInt(2_500_000);
        suspend(self, Duration.ofNanos(micros * 1000));
    }

    private void suspend(Actor self, Duration time) {
        if (self.process.dead) {
            throw new Killed();
        }
        push(now + micros(time), self, self.ticket, null);
        self.turn = false;
        LockSupport.unpark(main);
        self.awaitTurn();
        self.ticket++;
        if (self.process.dead) {
            throw new Killed();
        }
    }

    private void wake(Actor actor) {
        if (!actor.done) {
            push(now, actor, actor.ticket, null);
        }
    }

    private void push(long at, @Nullable Actor actor, long ticket, @Nullable Runnable event) {
        queue.add(new Entry(at, order++, actor, ticket, event));
    }

    private void trouble(Throwable what) {
        if (trouble == null) {
            trouble = what;
        }
    }

    private static long micros(Duration time) {
        return Math.max(0, time.toNanos() / 1000);
    }
}
