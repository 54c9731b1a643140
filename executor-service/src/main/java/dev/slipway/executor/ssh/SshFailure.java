package dev.slipway.executor.ssh;

import dev.slipway.contracts.outcome.ReasonCode;
import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A host that could not be entered. The message has three parts and holds no secret.
public final class SshFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final ReasonCode reason;
    private final @Nullable String presentedHostKey;

    public SshFailure(ReasonCode reason, String message) {
        this(reason, message, null, null);
    }

    public SshFailure(ReasonCode reason, String message, @Nullable Throwable cause) {
        this(reason, message, null, cause);
    }

    SshFailure(
            ReasonCode reason,
            String message,
            @Nullable String presentedHostKey,
            @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.presentedHostKey = presentedHostKey;
    }

    public ReasonCode reason() {
        return reason;
    }

    /// The key the host showed, as `type base64`, where it was not a known one.
    public Optional<String> presentedHostKey() {
        return Optional.ofNullable(presentedHostKey);
    }

    /// Whether the same may succeed a little later.
    public boolean passing() {
        return reason == ReasonCode.HOST_UNREACHABLE
                || reason == ReasonCode.CONNECT_TIMEOUT
                || reason == ReasonCode.SESSION_LOST;
    }
}
