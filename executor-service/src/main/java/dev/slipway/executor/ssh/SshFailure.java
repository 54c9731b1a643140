package dev.slipway.executor.ssh;

import dev.slipway.contracts.outcome.ReasonCode;
import java.io.Serial;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A host that could not be entered. The message has three parts and holds no secret.
public final class SshFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private static final Set<ReasonCode> PASSING =
            EnumSet.of(
                    ReasonCode.HOST_UNREACHABLE,
                    ReasonCode.CONNECT_TIMEOUT,
                    ReasonCode.SESSION_LOST);

    private final ReasonCode reason;
    private final @Nullable String presentedHostKey;
    private final boolean passing;

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
        this(reason, message, presentedHostKey, cause, PASSING.contains(reason));
    }

    private SshFailure(
            ReasonCode reason,
            String message,
            @Nullable String presentedHostKey,
            @Nullable Throwable cause,
            boolean passing) {
        super(message, cause);
        this.reason = reason;
        this.presentedHostKey = presentedHostKey;
        this.passing = passing;
    }

    /// One whose reason does not say whether it passes.
    static SshFailure of(ReasonCode reason, String message, Throwable cause, boolean passing) {
        return new SshFailure(reason, message, null, cause, passing);
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
        return passing;
    }
}
