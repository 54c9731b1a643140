package dev.slipway.planner.clusterfile;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/// A network of IP addresses; an address by itself is one of the longest prefix. Nothing is ever
/// looked up.
///
/// @param text as it was written
/// @param base its lowest address as a number
/// @param prefix how many leading bits count
/// @param bits 32 or 128
public record Cidr(String text, BigInteger base, int prefix, int bits) {
    /// Empty if `text` is neither an address nor `address/prefix`.
    public static Optional<Cidr> of(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!address.contains(":") && !address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = InetAddress.ofLiteral(address).getAddress();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        int bits = bytes.length * 8;
        String prefix = slash < 0 ? Integer.toString(bits) : text.substring(slash + 1);
        if (!prefix.matches("[0-9]{1,3}") || Integer.parseInt(prefix) > bits) {
            return Optional.empty();
        }
        int length = Integer.parseInt(prefix);
        BigInteger base =
                new BigInteger(1, bytes).shiftRight(bits - length).shiftLeft(bits - length);
        return Optional.of(new Cidr(text, base, length, bits));
    }

    public IpFamily family() {
        return bits == 32 ? IpFamily.IPV4 : IpFamily.IPV6;
    }

    /// Whether an address is in both; never of different families.
    public boolean overlaps(Cidr other) {
        int shift = bits - Math.min(prefix, other.prefix);
        return bits == other.bits && base.shiftRight(shift).equals(other.base.shiftRight(shift));
    }
}
