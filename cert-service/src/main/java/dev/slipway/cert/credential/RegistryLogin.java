package dev.slipway.cert.credential;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// Who hosts are to a registry of images. Secret: `toString` shows none of it.
///
/// @param username without a colon (RFC 7617 §2)
/// @param password or access token, or a cloud's key file as it is
record RegistryLogin(Optional<String> username, Optional<String> password) {
    private static final int MOST_USERNAME = 255;
    private static final int MOST_PASSWORD = 16 * 1024;

    /// What is wrong and what to do, without any part of it; empty if nothing is.
    Optional<String> problem() {
        if (username.isEmpty() || password.isEmpty()) {
            return Optional.of(
                    "registry.%s is missing"
                            .formatted(username.isEmpty() ? "username" : "password"));
        }
        String name = username.get();
        if (name.isEmpty()
                || name.length() > MOST_USERNAME
                || name.chars().anyMatch(c -> c == ':' || c < ' ' || c == 0x7f)) {
            return Optional.of(
                    "registry.username is none: expected 1 to %d characters without colon and control characters"
                            .formatted(MOST_USERNAME));
        }
        int length = password.get().length();
        return length == 0 || length > MOST_PASSWORD
                ? Optional.of(
                        "registry.password has %d characters: expected 1 to %d"
                                .formatted(length, MOST_PASSWORD))
                : Optional.empty();
    }

    /// As tasks get it: base64 of `username:password`.
    byte[] basic() {
        return Base64.getEncoder()
                .encode(
                        "%s:%s"
                                .formatted(username.orElseThrow(), password.orElseThrow())
                                .getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "RegistryLogin[hidden]";
    }
}
