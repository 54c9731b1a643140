package dev.slipway.cert.vault;

import java.io.Serial;

/// The vault cannot be opened or something in it cannot be read. The message names files and names,
/// never a content.
public final class VaultFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    VaultFailure(String message) {
        super(message);
    }

    VaultFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
