package dev.slipway.cert.credential;

import dev.slipway.contracts.order.SshCredential;
import jakarta.validation.constraints.NotNull;
import java.util.Optional;

/// A credential as it is sent. Secret: `toString` shows none of it.
///
/// @param ssh opens the session
/// @param sudoPassword where sudo asks for one
record CredentialRequest(@NotNull SshCredential ssh, Optional<String> sudoPassword) {
    @Override
    public String toString() {
        return "CredentialRequest[hidden]";
    }
}
