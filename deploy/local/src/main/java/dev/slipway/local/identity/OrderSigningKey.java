package dev.slipway.local.identity;

import java.nio.file.Path;

/// The Ed25519 pair that the planner signs orders with and the others verify them by.
///
/// @param signing private key file, PKCS#8 PEM; for the planner alone
/// @param verifying public key file, SubjectPublicKeyInfo PEM
public record OrderSigningKey(Path signing, Path verifying) {

    /// The pair kept in `folder`; made if there is none.
    public static OrderSigningKey in(Path folder) {
        OrderSigningKey files =
                new OrderSigningKey(
                        folder.resolve("order-signing.key"), folder.resolve("order-signing.pub"));
        Pem.pair(files.signing(), files.verifying(), "Ed25519");
        return files;
    }
}
