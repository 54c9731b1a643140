package dev.slipway.cert.material;

import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderForgedException;
import dev.slipway.contracts.order.OrderVerifier;

/// What a text that should be an order turned out to be.
sealed interface Verification {
    record Genuine(Order order) implements Verification {}

    /// @param why one sentence without any part of the text
    record Forged(String why) implements Verification {}

    static Verification of(OrderVerifier verifier, String jws) {
        try {
            return new Genuine(verifier.verify(jws));
        } catch (OrderForgedException e) {
            return new Forged(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return new Forged("refused an order: what was signed is no order");
        }
    }
}
