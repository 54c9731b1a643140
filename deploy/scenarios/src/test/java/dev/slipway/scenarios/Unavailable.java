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
    private volatile String worst = "";

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

    /// The nodes as they were when most were away.
    String worst() {
        return worst;
    }

    private void look() {
        while (!over.get()) {
            for (RunningHost controller : controllers) {
                String nodes = nodes(controller);
                int away = (int) nodes.lines().filter(Unavailable::isAway).count();
                if (away > most) {
                    most = away;
                    worst = nodes;
                }
            }
        }
    }

    /// None where the controller does not answer: it is upgraded itself just then.
    private static String nodes(RunningHost controller) {
        try {
            return controller.run("k0s kubectl get nodes --no-headers");
        } catch (SimulatorFailure e) {
            return "";
        }
    }

    private static boolean isAway(String node) {
        return !node.split(" +")[1].equals("Ready");
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
