package dev.slipway.cert.vault;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.Callable;

/// Where keys are made and bytes are sealed: off the event loop, never inside a transaction.
@ApplicationScoped
public class CryptoWorkers {
    private final Vertx vertx;

    @Inject
    CryptoWorkers(Vertx vertx) {
        this.vertx = vertx;
    }

    /// Computes on a worker thread; the result comes back on the caller's context. Computations run
    /// side by side.
    public <T> Uni<T> compute(Callable<T> computation) {
        return vertx.executeBlocking(computation, false);
    }
}
