package dev.slipway.planner.operation;

import dev.slipway.contracts.order.OrderKeys;
import dev.slipway.contracts.order.OrderSigner;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
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
            return new OrderSigner(OrderKeys.id(publicKey(key)), key);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read the order-signing key \"%s\": check slipway.orders.signing-key"
                            .formatted(file),
                    e);
        }
    }

    /// An Ed25519 private key is the seed of its pair (RFC 8032 §5.1.5), and the generator takes
    /// its seed from the source of randomness that it is given.
    static PublicKey publicKey(PrivateKey key) {
        byte[] seed = key instanceof EdECPrivateKey ed ? ed.getBytes().orElseThrow() : new byte[0];
        try {
            var generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
        }
    }

    private static final class Seed extends SecureRandom {
        @Serial private static final long serialVersionUID = 1L;

        private final transient byte[] seed;

        Seed(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }
}
