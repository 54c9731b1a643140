package dev.slipway.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// Where a host's SSH server is reached, which is also what tells hosts apart within a tenant. Text
/// form `address:port`, an IPv6 address in brackets.
///
/// @param address an IPv4 or IPv6 address or a DNS name, at most 253 characters, no brackets
/// @param port 1 to 65535
public record HostAddress(String address, int port) {
    private static final Pattern FORM =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.:%_-]*[A-Za-z0-9])?|::|::[A-Fa-f0-9.:]+");

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
    }

    /// @throws IllegalArgumentException if `text` is not `address:port`
    @JsonCreator
    public static HostAddress of(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(
                    "%s is no host address: expected address:port".formatted(Quoted.of(text)));
        }
        String address = text.substring(0, colon);
        if (address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        }
        try {
            return new HostAddress(address, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s is no host address: expected address:port".formatted(Quoted.of(text)), e);
        }
    }

    @JsonValue
    @Override
    public String toString() {
        return address.contains(":") ? "[" + address + "]:" + port : address + ":" + port;
    }
}
