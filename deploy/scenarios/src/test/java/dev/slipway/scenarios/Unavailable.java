package dev.slipway.scenarios;

import dev.slipway.simulator.RunningHost;
import dev.slipway.simulator.host.SimulatorFailure;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Looks at a k0s cluster's nodes all the time and remembers how many were away at once: not Ready,
/// or not to be scheduled on.
final class Unavailable implements AutoCloseable {
    private final List<RunningHost> controllers;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread;
    private volatile int most;

    private Unavailable(List<RunningHost> controllers) {
        this.controllers = controllers;
        this.thread = Thread.ofVirtual().start(this::look);
    }

    static Unavailable watch(List<RunningHost> controllers) {
        return new Unavailable(List.copyOf(controllers));
    }

    int most() {
        return most;
    }

    private void look() {
        while (!over.get()) {
            for (RunningHost controller : controllers) {
                most = Math.max(most, away(controller));
            }
        }
    }

    /// None where the controller does not answer: it is upgraded itself just then.
    private static int away(RunningHost controller) {
        try {
            return (int)
                    controller
                            .run("k0s kubectl get nodes --no-headers")
                            .lines()
                            .filter(line -> !line.split(" +")[1].equals("Ready"))
                            .count();
        } catch (SimulatorFailure e) {
            return 0;
        }
    }

    @Override
    public void close() {
        over.set(true);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
