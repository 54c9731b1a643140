package dev.slipway.local.identity;

import java.nio.file.Path;

/// Where one identity's PEM files are.
///
/// @param certificate the certificate
/// @param key its private key, PKCS#8
/// @param bundle key and certificate in one file, as Kafka's PEM key store wants them
/// @param authority the certificate authority that all trust
public record TlsFiles(Path certificate, Path key, Path bundle, Path authority) {}
