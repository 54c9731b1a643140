package dev.slipway.benchmarks;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// CPU time and memory by the clock: read all the while, and asked afterwards what passed between
/// two moments, which is how what a run's events say can be laid over it. To be exact by the
/// sample's interval; reading costs a few microseconds of CPU, memory some milliseconds.
final class Meter implements AutoCloseable {
    private static final int MILLIS = 100;

    /// Memory is read at every so many samples.
    private static final int MEMORY_EVERY = 10;

    /// @param client CPU time since the group was made, milliseconds; targets likewise
    record Sample(Instant at, double client, double targets, long memoryKib) {}

    private final CpuGroup client;
    private final Targets targets;
    private final List<Sample> samples = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    Meter(CpuGroup client, Targets targets) {
        this.client = client;
        this.targets = targets;
        this.thread = Thread.ofPlatform().daemon().name("meter").start(this::read);
    }

    private void read() {
        for (int number = 0; !closed; number++) {
            long memory = number % MEMORY_EVERY == 0 ? client.memoryKib() : 0;
            samples.add(new Sample(Instant.now(), client.cpuMs(), targets.cpuMs(), memory));
            Pause.millis(MILLIS);
        }
    }

    /// What passed; the meter must have been closed.
    ///
    /// @param clientMs milliseconds of CPU
    /// @param targetsMs likewise
    /// @param peakMib the most memory seen, 0 if none was looked at
    record Passed(double clientMs, double targetsMs, double peakMib) {}

    Passed between(Instant from, Instant to) {
        return between(samples, from, to);
    }

    static Passed between(List<Sample> samples, Instant from, Instant to) {
        Sample first = last(samples, from);
        Sample last = last(samples, to);
        double peak =
                samples.stream()
                        .filter(s -> !s.at().isBefore(first.at()) && !s.at().isAfter(last.at()))
                        .mapToLong(Sample::memoryKib)
                        .max()
                        .orElse(0);
        return new Passed(
                last.client() - first.client(), last.targets() - first.targets(), peak / 1024);
    }

    /// The last one not after the moment, else the first of all.
    private static Sample last(List<Sample> samples, Instant moment) {
        Sample found = samples.getFirst();
        for (Sample sample : samples) {
            if (sample.at().isAfter(moment)) {
                break;
            }
            found = sample;
        }
        return found;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted", e);
        }
    }
}
