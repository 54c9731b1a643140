package dev.slipway.planner.clusterfile;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/// A block of addresses as CIDR notation says it.
///
/// @param first any address of it
/// @param length of the prefix in bits
record AddressBlock(InetAddress first, int length) {
    /// @param text `10.96.0.0/12`; empty if it is no block
    static Optional<AddressBlock> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return Optional.empty();
        }
        int length = Integer.parseInt(text.substring(slash + 1));
        return AddressRanges.address(text.substring(0, slash))
                .filter(a -> length <= a.getAddress().length * 8)
                .map(a -> new AddressBlock(a, length));
    }

    boolean holds(InetAddress address) {
        int bits = first.getAddress().length * 8;
        return address.getAddress().length * 8 == bits
                && prefix(first, bits).equals(prefix(address, bits));
    }

    boolean isIpv6() {
        return first.getAddress().length == 16;
    }

    /// Whether an address is in both.
    boolean overlaps(AddressBlock other) {
        return length <= other.length ? holds(other.first) : other.holds(first);
    }

    /// As it was written.
    @Override
    public String toString() {
        return first.getHostAddress() + "/" + length;
    }

    private BigInteger prefix(InetAddress address, int bits) {
        return new BigInteger(1, address.getAddress()).shiftRight(bits - length);
    }
}
