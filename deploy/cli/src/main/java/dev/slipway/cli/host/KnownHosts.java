package dev.slipway.cli.host;

import dev.slipway.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;

/// Reads OpenSSH's known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), hashed names included.
public final class KnownHosts {
    private KnownHosts() {}

    public static Path ownFile() {
        return Path.of(System.getProperty("user.home"), ".ssh", "known_hosts");
    }

    private static final String AUTHORITY = "cert-authority";

    /// The keys of a host, each as `type base64`, and the authorities that may certify it, with
    /// `@cert-authority` before; empty if the file or the host is missing, revoked keys left out.
    public static List<String> keys(Path file, String address, int port) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return KnownHostEntry.readKnownHostEntries(file).stream()
                    .filter(e -> marker(e).isEmpty() || marker(e).equals(AUTHORITY))
                    .filter(e -> e.isHostMatch(address, port))
                    .filter(e -> e.getKeyEntry() != null)
                    .map(KnownHosts::text)
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read %s (%s)".formatted(file, e.getMessage()));
        }
    }

    private static String marker(KnownHostEntry entry) {
        return Objects.requireNonNullElse(entry.getMarker(), "");
    }

    private static String text(KnownHostEntry entry) {
        AuthorizedKeyEntry key = entry.getKeyEntry();
        return (marker(entry).isEmpty() ? "" : "@" + marker(entry) + " ")
                + key.getKeyType()
                + " "
                + java.util.Base64.getEncoder().encodeToString(key.getKeyData());
    }
}
