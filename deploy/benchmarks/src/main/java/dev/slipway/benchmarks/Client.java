package dev.slipway.benchmarks;

import java.util.Optional;

/// The client side of one measurement: its control group, the targets' CPU time before, and the
/// most memory seen.
final class Client implements AutoCloseable {
    private static final long SAMPLE_MILLIS_MIN = 5;
    private static final long SAMPLE_MILLIS_MAX = 200;

    private final Targets targets;
    private final CpuGroup group = CpuGroup.make("client");
    private volatile long peakKib;
    private volatile boolean closed;
    private double clientBefore;
    private double targetsBefore;
    private volatile long began;

    Client(Targets targets) {
        this.targets = targets;
    }

    CpuGroup group() {
        return group;
    }

    /// From here on it counts; again, where it was called before.
    void begin() {
        peakKib = 0;
        clientBefore = group.cpuMs();
        targetsBefore = targets.cpuMs();
        boolean first = began == 0;
        began = System.nanoTime();
        if (first) {
            Thread.ofPlatform().daemon().name("memory").start(this::sample);
        }
    }

    /// Ends what still runs of the client and says what it took.
    Row end(Subject subject, int failed, String note) {
        double wall = (System.nanoTime() - began) / 1e9;
        peakKib = Math.max(peakKib, group.memoryKib());
        double client = group.cpuMs() - clientBefore;
        int hosts = targets.addresses().size();
        // What the hosts still have to do is theirs: it is waited for.
        double on = settledTargets() - targetsBefore;
        return new Row(
                subject.name(),
                subject.settings(),
                targets.kind(),
                hosts,
                Optional.of(wall),
                Optional.of(client / hosts),
                Optional.of(on / hosts),
                Optional.of(peakKib / 1024.0).filter(peak -> peak > 0),
                failed,
                note);
    }

    private double settledTargets() {
        double before = targets.cpuMs();
        for (int round = 0; round < 40; round++) {
            Pause.millis(150);
            double now = targets.cpuMs();
            if (now - before < 0.5) {
                return now;
            }
            before = now;
        }
        return before;
    }

    /// A client that is done in a tenth of a second is looked at as often as one that takes
    /// minutes, and neither is slowed by it.
    private void sample() {
        while (!closed) {
            peakKib = Math.max(peakKib, group.memoryKib());
            long elapsed = (System.nanoTime() - began) / 1_000_000;
            Pause.millis(Math.clamp(elapsed / 20, SAMPLE_MILLIS_MIN, SAMPLE_MILLIS_MAX));
        }
    }

    @Override
    public void close() {
        closed = true;
        group.close();
    }
}
