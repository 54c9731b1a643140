package dev.slipway.planner.operation;

import dev.slipway.contracts.order.OrderKeys;
import dev.slipway.contracts.order.OrderSigner;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Reads the key that orders are signed with.
final class OrderKey {
    private OrderKey() {}

    /// @param file `slipway.orders.signing-key`: PEM, Ed25519, PKCS#8
    @Produces
    @Singleton
    static OrderSigner signer(@ConfigProperty(name = "slipway.orders.signing-key") Path file) {
        try {
            PrivateKey key = OrderKeys.privateKey(Files.readString(file));
            return new OrderSigner(OrderKeys.id(OrderKeys.publicKey(key)), key);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read the order-signing key \"%s\": check slipway.orders.signing-key"
                            .formatted(file),
                    e);
        }
    }
}
