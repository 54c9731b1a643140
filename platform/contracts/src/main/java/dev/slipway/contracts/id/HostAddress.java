package dev.slipway.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.InetAddress;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Where a host's SSH server is reached, which is also what tells hosts apart within a tenant. Text
/// form `address:port`, an IPv6 address in brackets and in its canonical form (RFC 5952).
///
/// @param address an IPv4 or IPv6 address or a DNS name, at most 253 characters, no brackets
/// @param port 1 to 65535
public record HostAddress(String address, int port) {
    private static final Pattern FORM =
            Pattern.compile(
                    "[A-Za-z0-9]([A-Za-z0-9.:%_-]*[A-Za-z0-9])?|::|::[A-Fa-f0-9.:]+|[A-Fa-f0-9][A-Fa-f0-9:]*::");

    /// Two or more groups of zero.
    private static final Pattern ZEROS = Pattern.compile("(?<![0-9a-f])0(:0)+(?![0-9a-f])");

    /// Before a port: a name or an IPv4 address, or anything in brackets.
    private static final Pattern WITH_PORT = Pattern.compile("([^:\\[\\]]+|\\[.*]):([0-9]{1,5})");

    public HostAddress {
        if (address.length() > 253 || !FORM.matcher(address).matches()) {
            throw new IllegalArgumentException(
                    "%s is no host address: expected an IP address or a DNS name"
                            .formatted(Quoted.of(address)));
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "port %d is out of range: expected 1 to 65535".formatted(port));
        }
        if (address.contains(":")) {
            address = canonical(address);
        }
    }

    /// @throws IllegalArgumentException if `text` is not `address:port`
    @JsonCreator
    public static HostAddress of(String text) {
        Matcher parts = WITH_PORT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "%s is no host address: expected address:port, an IPv6 address in brackets"
                            .formatted(Quoted.of(text)));
        }
        return new HostAddress(bare(parts.group(1)), Integer.parseInt(parts.group(2)));
    }

    /// As people write it: with or without the port, an IPv6 address in brackets if one follows.
    ///
    /// @throws IllegalArgumentException if `text` is neither
    public static HostAddress of(String text, int defaultPort) {
        return WITH_PORT.matcher(text).matches()
                ? of(text)
                : new HostAddress(bare(text), defaultPort);
    }

    private static String bare(String address) {
        return address.startsWith("[") && address.endsWith("]")
                ? address.substring(1, address.length() - 1)
                : address;
    }

    /// RFC 5952 §4: lower case, no leading zeros, the longest run of zero groups as `::`. Nothing
    /// is looked up.
    private static String canonical(String literal) {
        int percent = literal.indexOf('%');
        String zone = percent < 0 ? "" : literal.substring(percent);
        InetAddress parsed;
        try {
            parsed = InetAddress.ofLiteral(literal.substring(0, literal.length() - zone.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s is no host address: expected an IP address or a DNS name"
                            .formatted(Quoted.of(literal)),
                    e);
        }
        byte[] bytes = parsed.getAddress();
        if (bytes.length == 4) {
            return parsed.getHostAddress();
        }
        String groups =
                IntStream.range(0, 8)
                        .map(i -> ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff))
                        .mapToObj(Integer::toHexString)
                        .collect(Collectors.joining(":"));
        String longest =
                ZEROS.matcher(groups)
                        .results()
                        .map(MatchResult::group)
                        .reduce("", (a, b) -> b.length() > a.length() ? b : a);
        String compressed =
                longest.isEmpty() ? groups : groups.replaceFirst("(^|:)" + longest + "(:|$)", "::");
        return compressed + zone;
    }

    @JsonValue
    @Override
    public String toString() {
        return address.contains(":") ? "[" + address + "]:" + port : address + ":" + port;
    }
}
