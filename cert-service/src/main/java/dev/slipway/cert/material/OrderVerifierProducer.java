package dev.slipway.cert.material;

import dev.slipway.contracts.order.OrderKeys;
import dev.slipway.contracts.order.OrderVerifier;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;

/// Reads the planner's public keys.
final class OrderVerifierProducer {
    private OrderVerifierProducer() {}

    @Produces
    @Singleton
    static OrderVerifier verifier(RedemptionConfig config) {
        return read(config.verifyingKeys());
    }

    /// @throws IllegalStateException if a file holds no key, naming it
    static OrderVerifier read(List<Path> files) {
        var keys = new HashMap<String, PublicKey>();
        for (Path file : files) {
            try {
                PublicKey key = OrderKeys.publicKey(Files.readString(file));
                keys.put(OrderKeys.id(key), key);
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalStateException(
                        "cannot read the order-verifying key %s (%s): check slipway.orders.verifying-keys"
                                .formatted(file, e.getMessage()),
                        e);
            }
        }
        return new OrderVerifier(keys);
    }
}
