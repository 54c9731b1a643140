package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `[USER@]ADDRESS[:PORT]` as people write it for SSH; an IPv6 address in brackets if a port
/// follows.
record SshAddress(String user, String address, int port) {
    private static final Pattern FORM =
            Pattern.compile(
                    "(?:([a-z_][a-z0-9_.-]*)@)?(?:\\[([0-9a-fA-F:.]+)]|([A-Za-z0-9.-]+)|([0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*))(?::(\\d{1,5}))?");

    static SshAddress parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw CommandFailure.usage(
                    "\"%s\" is no host: expected [USER@]ADDRESS[:PORT], for example root@10.0.0.1"
                            .formatted(text));
        }
        String address =
                m.group(2) != null ? m.group(2) : m.group(3) != null ? m.group(3) : m.group(4);
        int port = m.group(5) == null ? 22 : Integer.parseInt(m.group(5));
        if (port < 1 || port > 65535) {
            throw CommandFailure.usage(
                    "port %d of \"%s\" is out of range: expected 1 to 65535".formatted(port, text));
        }
        return new SshAddress(m.group(1) == null ? "root" : m.group(1), address, port);
    }
}
