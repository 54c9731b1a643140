package dev.slipway.planner.clusterfile;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Certificates as PEM text (RFC 7468).
public final class CertificateText {
    private static final int MOST_BYTES = 48 * 1024;
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final Pattern CERTIFICATE =
            Pattern.compile(BEGIN + "([A-Za-z0-9+/=\\s]*)-----END CERTIFICATE-----");

    private CertificateText() {}

    /// What is wrong with it, in words that follow its name; empty if it holds whole certificates
    /// and nothing else that counts.
    public static Optional<String> problem(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            return Optional.of(
                    "has %d bytes, expected at most %d: name the authorities that are needed, not all of a system"
                            .formatted(bytes, MOST_BYTES));
        }
        if (text.contains("PRIVATE KEY-----")) {
            return Optional.of("holds a private key: take it out");
        }
        int begun = text.split(BEGIN, -1).length - 1;
        if (begun == 0) {
            return Optional.of("holds no certificate: expected PEM (" + BEGIN + ")");
        }
        Matcher certificate = CERTIFICATE.matcher(text);
        int whole = 0;
        while (certificate.find() && isCertificate(certificate.group(1))) {
            whole++;
        }
        return whole == begun
                ? Optional.empty()
                : Optional.of(
                        "cannot be read as certificates: expected PEM (%s), unchanged"
                                .formatted(BEGIN));
    }

    /// Whether it is base64 of one DER sequence (X.690 §8.9) that fills it, as a certificate is.
    private static boolean isCertificate(String base64) {
        byte[] der;
        try {
            der = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException _) {
            return false;
        }
        if (der.length < 64 || der[0] != 0x30) {
            return false;
        }
        int octets = der[1] & 0x7f;
        if ((der[1] & 0x80) == 0 || octets > 3) {
            return false;
        }
        int length = 0;
        for (int i = 0; i < octets; i++) {
            length = (length << 8) | (der[2 + i] & 0xff);
        }
        return 2 + octets + length == der.length;
    }
}
