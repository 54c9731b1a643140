package dev.slipway.planner.clusterfile;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Addresses as a Clusterfile lists them: one, several with commas, or a range `first-last` of IPv4
/// or IPv6 addresses.
final class AddressRanges {
    static final String EXPECTED =
            "an IP address, a range such as 10.0.0.1-10.0.0.9, or a DNS name";
    private static final int MOST = 1024;

    private AddressRanges() {}

    /// Empty if `text` is none of them; a range holds at most 1024 addresses.
    static Optional<List<String>> expand(String text) {
        var all = new ArrayList<String>();
        for (String part : text.split(",", -1)) {
            Optional<List<String>> addresses = one(part.strip());
            if (addresses.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(addresses.get());
        }
        return Optional.of(all);
    }

    static boolean isIp(String text) {
        return address(text).isPresent();
    }

    private static Optional<List<String>> one(String text) {
        if (address(text).isPresent()) {
            return Optional.of(List.of(text));
        }
        int hyphen = text.indexOf('-');
        if (hyphen > 0) {
            var first = address(text.substring(0, hyphen).strip());
            var last = address(text.substring(hyphen + 1).strip());
            if (first.isPresent() && last.isPresent()) {
                return range(first.get(), last.get());
            }
        }
        boolean name = KubernetesNames.isSubdomain(text) && !text.matches("[0-9.-]+");
        return name ? Optional.of(List.of(text)) : Optional.empty();
    }

    private static Optional<List<String>> range(InetAddress first, InetAddress last) {
        BigInteger from = new BigInteger(1, first.getAddress());
        BigInteger to = new BigInteger(1, last.getAddress());
        int length = first.getAddress().length;
        if (length != last.getAddress().length
                || from.compareTo(to) > 0
                || to.subtract(from).compareTo(BigInteger.valueOf(MOST)) >= 0) {
            return Optional.empty();
        }
        var addresses = new ArrayList<String>();
        for (BigInteger at = from; at.compareTo(to) <= 0; at = at.add(BigInteger.ONE)) {
            addresses.add(text(at, length));
        }
        return Optional.of(addresses);
    }

    private static String text(BigInteger address, int length) {
        byte[] bytes = new byte[length];
        byte[] value = address.toByteArray();
        int count = Math.min(value.length, length);
        System.arraycopy(value, value.length - count, bytes, length - count, count);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of %d bytes".formatted(length), e);
        }
    }

    /// Literals only: nothing is ever looked up.
    static Optional<InetAddress> address(String text) {
        try {
            return text.contains(":") || text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
                    ? Optional.of(InetAddress.ofLiteral(text))
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
