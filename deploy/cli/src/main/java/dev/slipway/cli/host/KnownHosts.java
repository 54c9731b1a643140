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

    /// The keys of a host, each as `type base64`; empty if the file or the host is missing, revoked
    /// keys and certificate authorities left out.
    public static List<String> keys(Path file, String address, int port) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return KnownHostEntry.readKnownHostEntries(file).stream()
                    .filter(e -> e.getMarker() == null || e.getMarker().isEmpty())
                    .filter(e -> e.isHostMatch(address, port))
                    .map(KnownHostEntry::getKeyEntry)
                    .filter(Objects::nonNull)
                    .map(KnownHosts::text)
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read %s (%s)".formatted(file, e.getMessage()));
        }
    }

    private static String text(AuthorizedKeyEntry key) {
        return key.getKeyType()
                + " "
                + java.util.Base64.getEncoder().encodeToString(key.getKeyData());
    }
}
