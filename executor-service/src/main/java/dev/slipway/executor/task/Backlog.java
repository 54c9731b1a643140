package dev.slipway.executor.task;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Predicate;

/// Orders that lay in the topic already when their partition was assigned, in the order they came.
/// Most are redelivered and run on their hosts: after a restart or a takeover there are hundreds at
/// once, so they are let out at a rate. Fresh orders do not pass through here.
///
/// Used by one thread. Times are [System#nanoTime]'s.
///
/// @param <T> what stands for an order
final class Backlog<T> {
    /// Turns that nobody took are kept for so long, since turns are asked for now and then only.
    private static final Duration KEPT = Duration.ofMillis(200);

    private record Held<T>(T order, int bytes) {}

    private final ArrayDeque<Held<T>> held = new ArrayDeque<>();
    private final long interval;
    private final long capacity;
    private long bytes;
    private boolean begun;
    private long turn;

    /// @param perSecond how many are let out per second
    /// @param capacity in bytes; one order more is held than fit
    Backlog(int perSecond, long capacity) {
        this.interval = Duration.ofSeconds(1).toNanos() / perSecond;
        this.capacity = capacity;
    }

    void hold(T order, int size) {
        held.add(new Held<>(order, size));
        bytes += size;
    }

    /// Whether no more should be held.
    boolean full() {
        return bytes >= capacity;
    }

    /// The next order, if it is one's turn.
    Optional<T> next(long now) {
        if (held.isEmpty() || (begun && now - turn < 0)) {
            return Optional.empty();
        }
        long earliest = now - KEPT.toNanos();
        turn = (begun && turn - earliest > 0 ? turn : earliest) + interval;
        begun = true;
        Held<T> first = held.remove();
        bytes -= first.bytes();
        return Optional.of(first.order());
    }

    /// Forgets the orders that are another executor's now.
    void forget(Predicate<T> others) {
        held.removeIf(one -> others.test(one.order()));
        bytes = held.stream().mapToLong(Held::bytes).sum();
    }
}
