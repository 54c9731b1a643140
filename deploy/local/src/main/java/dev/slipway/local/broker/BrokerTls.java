package dev.slipway.local.broker;

import java.nio.file.Path;
import java.util.Map;

/// How one party, the broker or a client, shows who it is and whom it trusts.
///
/// @param identity PEM file with the private key (PKCS#8) and the certificate
/// @param authority PEM file with the certificate authority
public record BrokerTls(Path identity, Path authority) {

    /// Best first. The first needs no instructions of the machine's, which only the JVM's
    /// optimising compiler would use.
    private static final String CIPHERS =
            "TLS_CHACHA20_POLY1305_SHA256,TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384";

    /// The Kafka settings for it, the same for broker and client.
    public Map<String, String> settings() {
        return Map.of(
                "ssl.keystore.type", "PEM",
                "ssl.keystore.location", identity.toString(),
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", authority.toString(),
                "ssl.enabled.protocols", "TLSv1.3",
                "ssl.protocol", "TLSv1.3",
                "ssl.cipher.suites", CIPHERS);
    }
}
