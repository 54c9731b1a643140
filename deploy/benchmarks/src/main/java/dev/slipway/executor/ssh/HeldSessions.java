package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.HostTarget;
import dev.slipway.executor.ExecutorConfig;

/// Sessions kept open by the executor's own cache.
public final class HeldSessions implements AutoCloseable {
    private final SessionCache cache;

    public HeldSessions(ExecutorConfig config) {
        cache = new SessionCache(config.ssh(), new Sessions(config.ssh()));
    }

    public void open(HostTarget target, HostAccess access) {
        cache.lease(target, access).release();
    }

    public int size() {
        return cache.size();
    }

    @Override
    public void close() {
        cache.close();
    }
}
