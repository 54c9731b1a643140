package dev.slipway.executor.kube;

import dev.slipway.contracts.outcome.ReasonCode;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// An API server that could not be asked, or did not do what it was asked. The message has three
/// parts and holds no secret.
public final class KubeFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final ReasonCode reason;
    private final boolean passing;

    KubeFailure(ReasonCode reason, boolean passing, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.passing = passing;
    }

    public ReasonCode reason() {
        return reason;
    }

    /// Whether the same may succeed a little later.
    public boolean passing() {
        return passing;
    }
}
