package dev.slipway.cert.sshca;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.cert.vault.Sealed;
import java.time.Instant;
import java.util.Locale;

/// A key of a tenant's SSH authority.
///
/// @param number 1 for the first
/// @param publicKey `type base64`
/// @param fingerprint as `ssh-keygen -l` shows it
/// @param sealed its private half
record SshAuthorityKey(
        int number,
        State state,
        String publicKey,
        String fingerprint,
        Instant madeAt,
        @JsonIgnore Sealed sealed) {
    SshAuthorityKey madeAt(Instant time) {
        return new SshAuthorityKey(number, state, publicKey, fingerprint, time, sealed);
    }

    /// ```
    /// NEXT ──use──▶ CURRENT ──use of the one after it──▶ PREVIOUS
    /// ```
    enum State {
        /// To be put on hosts; signs nothing yet.
        NEXT,
        /// Signs.
        CURRENT,
        /// Signed before: its last certificate ends minutes after the rotation.
        PREVIOUS;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String wireName) {
            return valueOf(wireName.toUpperCase(Locale.ROOT));
        }
    }
}
