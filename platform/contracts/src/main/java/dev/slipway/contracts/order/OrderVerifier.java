package dev.slipway.contracts.order;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Map;

/// Reads an order from its compact JWS, if and only if the planner signed it. Says nothing of its
/// times, its pool or its materials.
public final class OrderVerifier {
    private final Map<String, PublicKey> keys;

    /// @param keys the planner's Ed25519 public keys by key id; several while keys are rotated
    public OrderVerifier(Map<String, PublicKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    /// @throws OrderForgedException if the text is no JWS of ours, its key is unknown, or the
    ///   signature is wrong
    public Order verify(String jws) {
        String[] parts = jws.split("\\.", -1);
        if (parts.length != 3) {
            throw new OrderForgedException("it is no compact JWS");
        }
        try {
            JsonNode header = Wire.mapper().readTree(Base64.getUrlDecoder().decode(parts[0]));
            if (!OrderSigner.TYPE.equals(header.path("typ").asText())
                    || !"EdDSA".equals(header.path("alg").asText())) {
                throw new OrderForgedException("its header names another type or algorithm");
            }
            PublicKey key = keys.get(header.path("kid").asText());
            if (key == null) {
                throw new OrderForgedException("its key id is unknown");
            }
            var signature = OrderKeys.signature(key);
            signature.initVerify(key);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))) {
                throw new OrderForgedException("its signature is wrong");
            }
        } catch (IllegalArgumentException | GeneralSecurityException | java.io.IOException e) {
            throw new OrderForgedException("it cannot be read", e);
        }
        return Wire.read(Base64.getUrlDecoder().decode(parts[1]), Order.class);
    }
}
