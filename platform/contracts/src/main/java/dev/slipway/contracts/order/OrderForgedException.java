package dev.slipway.contracts.order;

import java.io.Serial;

/// An order that the planner did not sign. Carries no part of the order.
public final class OrderForgedException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    OrderForgedException(String why) {
        super("refused an order: " + why);
    }

    OrderForgedException(String why, Throwable cause) {
        super("refused an order: " + why, cause);
    }
}
