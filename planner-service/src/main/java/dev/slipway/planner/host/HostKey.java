package dev.slipway.planner.host;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.id.Quoted;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Set;

/// An SSH host key in OpenSSH's public key form, `type base64` (RFC 4253 §6.6), without comment; or
/// after `@cert-authority` the key of an authority that certifies hosts, as in known_hosts.
public record HostKey(@JsonValue String text) {
    private static final String AUTHORITY = "@cert-authority ";
    private static final int MAX_LENGTH = 4096;
    private static final Set<String> TYPES =
            Set.of(
                    "ssh-ed25519",
                    "ssh-rsa",
                    "ecdsa-sha2-nistp256",
                    "ecdsa-sha2-nistp384",
                    "ecdsa-sha2-nistp521");

    /// @throws IllegalArgumentException if it is no public key of a type that SSH servers have, or
    ///   its two parts contradict each other
    public HostKey {
        String[] parts = key(text).split(" ", -1);
        if (text.length() > MAX_LENGTH
                || parts.length != 2
                || !TYPES.contains(parts[0])
                || !parts[0].equals(innerType(parts[1]))) {
            throw new IllegalArgumentException(
                    "%s is no SSH host key: expected \"type base64\", maybe after \"@cert-authority\", with one of the types %s"
                            .formatted(Quoted.of(text), TYPES.stream().sorted().toList()));
        }
    }

    /// @param line the key, maybe with a comment after it
    @JsonCreator
    public static HostKey of(String line) {
        String stripped = line.strip().replaceAll("\\s+", " ");
        String[] words = key(stripped).split(" ");
        String marker = stripped.startsWith(AUTHORITY) ? AUTHORITY : "";
        return new HostKey(words.length < 2 ? line : marker + words[0] + " " + words[1]);
    }

    private static String key(String text) {
        return text.startsWith(AUTHORITY) ? text.substring(AUTHORITY.length()) : text;
    }

    /// As `ssh-keygen -l` shows it: `SHA256:` and base64 without padding.
    public String fingerprint() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(blob(key(text).split(" ")[1]));
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String innerType(String base64) {
        var blob = ByteBuffer.wrap(blob(base64));
        int length = blob.remaining() < 4 ? -1 : blob.getInt();
        if (length < 0 || length > blob.remaining()) {
            return "";
        }
        byte[] type = new byte[length];
        blob.get(type);
        return new String(type, StandardCharsets.US_ASCII);
    }

    private static byte[] blob(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
