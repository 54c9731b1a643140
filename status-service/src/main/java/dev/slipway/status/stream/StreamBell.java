package dev.slipway.status.stream;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Wakes the readers of a run when something was appended. A reader takes its ring before it looks,
/// so that nothing falls between looking and waiting.
@ApplicationScoped
class StreamBell {
    private final Map<String, CompletableFuture<Void>> rings = new ConcurrentHashMap<>();

    /// The next ring for this run.
    CompletableFuture<Void> next(RunKey run) {
        return rings.computeIfAbsent(run.toString(), _ -> new CompletableFuture<>());
    }

    /// Done when it rings or the time is over, whichever is first.
    static Uni<Void> await(CompletableFuture<Void> ring, Duration limit) {
        return Uni.createFrom()
                .completionStage(() ->
                        ring.copy()
                                .completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    /// @param run `tenant/run`
    void ring(String run) {
        CompletableFuture<Void> ring = rings.remove(run);
        if (ring != null) {
            ring.complete(null);
        }
    }

    /// For when rings may have been missed.
    void ringAll() {
        rings.keySet().forEach(this::ring);
    }
}
