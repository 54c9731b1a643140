package dev.slipway.contracts.order;

import dev.slipway.contracts.Wire;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.Map;

/// Turns an order into a compact JWS (RFC 7515) with Ed25519 (RFC 8037): the signature covers the
/// very bytes that are read.
public final class OrderSigner {
    static final String TYPE = "slipway-order+json";

    private final String header;
    private final PrivateKey key;

    /// @param keyId names the key for verifiers, so that keys can be rotated
    /// @param key an Ed25519 private key
    public OrderSigner(String keyId, PrivateKey key) {
        this.header =
                encode(
                        Wire.bytes(
                                new java.util.TreeMap<>(
                                        Map.of("alg", "EdDSA", "typ", TYPE, "kid", keyId))));
        this.key = key;
    }

    public String sign(Order order) {
        String input = header + "." + encode(Wire.bytes(order));
        try {
            var signature = OrderKeys.signature(key);
            signature.initSign(key);
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "cannot sign orders: expected an Ed25519 private key", e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
