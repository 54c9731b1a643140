package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.HostAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `[USER@]ADDRESS[:PORT]` as people write it for SSH; an IPv6 address in brackets if a port
/// follows.
///
/// @param user `root` where none is named
public record SshUserAtHost(String user, HostAddress address) {
    static final String EXPECTED =
            "[USER@]ADDRESS[:PORT], an IPv6 address in brackets if a port follows";
    private static final Pattern FORM =
            Pattern.compile("(?:([A-Za-z_][A-Za-z0-9._-]{0,63})@)?([^@]+)");

    /// Empty if `text` is none.
    public static Optional<SshUserAtHost> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new SshUserAtHost(
                            Optional.ofNullable(parts.group(1)).orElse("root"),
                            HostAddress.of(parts.group(2), 22)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
