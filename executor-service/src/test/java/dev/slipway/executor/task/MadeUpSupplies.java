package dev.slipway.executor.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.journal.Orders;
import io.smallrye.mutiny.Uni;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Gives every order the one credential, or is told to be silent or to refuse.
final class MadeUpSupplies implements Supplies {
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean silent;
    private volatile Optional<ReasonCode> refusing = Optional.empty();

    /// From now on no request is answered, as by a service that hangs.
    void fallSilent() {
        silent = true;
    }

    void refuse(ReasonCode why) {
        refusing = Optional.of(why);
    }

    /// How often materials were asked for.
    int asked() {
        return asked.get();
    }

    @Override
    public Map<MaterialName, byte[]> redeem(String jws) {
        asked.incrementAndGet();
        if (silent) {
            Uni.createFrom().nothing().await().atMost(Duration.ofSeconds(40));
        }
        if (refusing.isPresent()) {
            throw ProblemFailure.of(refusing.get(), 403, "refused by the test");
        }
        return Map.of(
                Orders.CREDENTIAL,
                "{\"kind\":\"password\",\"password\":\"opensesame\"}".getBytes(UTF_8));
    }

    @Override
    public void deposit(String jws, Map<MaterialName, byte[]> files) {
        throw new IllegalArgumentException("no order deposits anything");
    }

    @Override
    public InputStream content(ContentDigest digest, long from) {
        throw new IllegalArgumentException("no order names the content " + digest);
    }
}
