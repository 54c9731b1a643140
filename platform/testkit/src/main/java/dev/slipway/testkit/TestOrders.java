package dev.slipway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The key pair by which the services under test sign and verify orders.
public final class TestOrders {

    private TestOrders() {}

    /// PEM file of the Ed25519 private key.
    public static Path signingKeyFile() {
        return TestStack.keys().orders().signing();
    }

    /// PEM file of the public key.
    public static Path verifyingKeyFile() {
        return TestStack.keys().orders().verifying();
    }

    /// The private key's PEM text.
    public static String signingKey() {
        return read(signingKeyFile());
    }

    /// The public key's PEM text.
    public static String verifyingKey() {
        return read(verifyingKeyFile());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
