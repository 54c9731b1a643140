package dev.slipway.local.supervisor;

import dev.slipway.local.process.ProcessStamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What every part is doing, in memory and in the state file. Threads wait here for each other's
/// parts.
final class StatusBoard {

    private final StateFile file;
    private final Instant since;
    private final ProcessStamp self = ProcessStamp.self();
    private final Map<String, PartStatus> statuses = new LinkedHashMap<>();
    private boolean closed;

    StatusBoard(StateFile file, Instant since) {
        this.file = file;
        this.since = since;
    }

    synchronized void put(PartStatus status) {
        statuses.put(status.part(), status);
        file.write(status());
        notifyAll();
    }

    synchronized void remove(String part) {
        statuses.remove(part);
        file.write(status());
        notifyAll();
    }

    synchronized Optional<PartStatus> of(String part) {
        return Optional.ofNullable(statuses.get(part));
    }

    synchronized StackStatus status() {
        return new StackStatus(self, since, List.copyOf(statuses.values()), Optional.empty());
    }

    /// Waits until all of them serve; false if the stack is stopped before.
    synchronized boolean awaitReady(Set<String> parts) throws InterruptedException {
        while (!closed && !parts.stream().allMatch(this::ready)) {
            wait();
        }
        return !closed;
    }

    /// Ends all waiting.
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private boolean ready(String part) {
        PartStatus status = statuses.get(part);
        return status != null && status.state() == PartState.READY;
    }
}
