package dev.slipway.planner.pool;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The broker did not say which pools there are.
final class PoolBrokerFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    PoolBrokerFailure(@Nullable Throwable cause) {
        super("the broker did not say which pools there are", cause);
    }
}
