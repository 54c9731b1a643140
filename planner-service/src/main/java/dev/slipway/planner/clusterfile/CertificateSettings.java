package dev.slipway.planner.clusterfile;

import java.time.Duration;

/// How the cluster's authority is made.
///
/// @param keyAlgorithm `RSA-2048`, `RSA-3072`, `RSA-4096`, `ECDSA-P256` (default) or `ECDSA-P384`
/// @param caValidity of the three CAs, default 3650 days
/// @param validity of the certificates they sign, default 365 days
public record CertificateSettings(String keyAlgorithm, Duration caValidity, Duration validity) {
    static final CertificateSettings DEFAULT =
            new CertificateSettings("ECDSA-P256", Duration.ofDays(3650), Duration.ofDays(365));
}
