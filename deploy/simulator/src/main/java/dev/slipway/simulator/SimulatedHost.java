package dev.slipway.simulator;

import java.util.regex.Pattern;

/// A host to simulate.
///
/// @param name its first hostname and the name it is controlled by; a DNS label
/// @param address an IPv4 address of 127.0.0.0/8 that its SSH server listens on
public record SimulatedHost(String name, String address) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern ADDRESS = Pattern.compile("127(\\.\\d{1,3}){3}");

    public SimulatedHost {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "host name \"%s\" is no DNS label: use a-z, 0-9 and -, at most 63 characters"
                            .formatted(name));
        }
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException(
                    "address \"%s\" of host \"%s\" is not on the loopback: use one of 127.0.0.0/8"
                            .formatted(address, name));
        }
    }

    /// Reads `NAME=ADDRESS`.
    public static SimulatedHost parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException(
                    "\"%s\" names no address: write NAME=127.x.y.z".formatted(text));
        }
        return new SimulatedHost(text.substring(0, equals), text.substring(equals + 1));
    }
}
