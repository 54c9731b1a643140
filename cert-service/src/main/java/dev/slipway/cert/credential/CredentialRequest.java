package dev.slipway.cert.credential;

import dev.slipway.contracts.order.SshCredential;
import java.util.Optional;

/// A credential as it is sent: either `ssh`, with or without sudo's password, or `registry`.
/// Secret: `toString` shows none of it.
///
/// @param ssh opens the session
/// @param sudoPassword where sudo asks for one
/// @param registry opens a registry of images
record CredentialRequest(
        Optional<SshCredential> ssh,
        Optional<String> sudoPassword,
        Optional<RegistryLogin> registry) {
    @Override
    public String toString() {
        return "CredentialRequest[hidden]";
    }
}
