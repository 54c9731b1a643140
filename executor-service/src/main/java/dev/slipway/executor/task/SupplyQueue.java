package dev.slipway.executor.task;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// Asks for the materials of a few orders at a time. Each request that is under way beside others
/// has a connection of its own, and a connection's handshake costs both sides more than several
/// answers: where a thousand tasks begin at once, they wait for each other instead.
final class SupplyQueue implements Supplies {
    /// As many as keep two processors busy on each side while requests are on their way.
    static final int AT_ONCE = 8;

    private final Supplies supplies;
    private final Semaphore free = new Semaphore(AT_ONCE, true);

    SupplyQueue(Supplies supplies) {
        this.supplies = supplies;
    }

    @Override
    public Map<MaterialName, byte[]> redeem(String jws) throws InterruptedException {
        free.acquire();
        try {
            return supplies.redeem(jws);
        } finally {
            free.release();
        }
    }

    @Override
    public void deposit(String jws, Map<MaterialName, byte[]> files) throws InterruptedException {
        supplies.deposit(jws, files);
    }

    @Override
    public InputStream content(ContentDigest digest, long from) {
        return supplies.content(digest, from);
    }
}
