package dev.slipway.faults;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderForgedException;
import dev.slipway.contracts.order.OrderKeys;
import dev.slipway.contracts.order.OrderSigner;
import dev.slipway.contracts.order.OrderVerifier;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;

/// The planner's key, and one that is not its own.
///
/// @param signer the planner's
/// @param forger signs what the planner never wrote, under the planner's key id
record Keys(OrderSigner signer, OrderSigner forger, OrderVerifier verifier) {
    /// Real ones.
    static Keys real() {
        try {
            var generator = KeyPairGenerator.getInstance("Ed25519");
            return of(generator.generateKeyPair(), generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
        }
    }

    /// Cheap ones.
    static Keys quick() {
        return of(QuickSignatures.pair("planner"), QuickSignatures.pair("forger"));
    }

    private static Keys of(KeyPair own, KeyPair other) {
        String id = OrderKeys.id(own.getPublic());
        return new Keys(
                new OrderSigner(id, own.getPrivate()),
                new OrderSigner(id, other.getPrivate()),
                new OrderVerifier(Map.of(id, own.getPublic())));
    }

    boolean genuine(String jws) {
        try {
            verifier.verify(jws);
            return true;
        } catch (OrderForgedException e) {
            return false;
        }
    }

    /// The order, whoever signed it.
    Order read(String jws) {
        return Wire.read(Base64.getUrlDecoder().decode(jws.split("\\.")[1]), Order.class);
    }
}
