package dev.slipway.planner.plan.node;

import dev.slipway.planner.clusterfile.Cidr;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterNetworks;
import dev.slipway.planner.clusterfile.IpFamily;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PlanInput;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Under which addresses a node is known to the others.
public final class NodeAddress {
    private NodeAddress() {}

    /// `address:port`, an IPv6 address in brackets.
    public static String withPort(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /// The one of the family in which API servers are reached.
    public static String of(PlanInput input, ClusterHost host) {
        return of(input.clusterfile().networks(), host, input.factsOf(host).network());
    }

    public static String of(
            ClusterNetworks networks, ClusterHost host, HostFacts.NetworkFacts network) {
        return of(host, network, networks.primary()).orElseGet(() -> known(host, network));
    }

    /// One of each family of the cluster, that of the API servers first.
    public static List<String> all(PlanInput input, ClusterHost host) {
        HostFacts.NetworkFacts network = input.factsOf(host).network();
        return Stream.concat(
                        Stream.of(of(input, host)),
                        input.clusterfile().networks().families().stream()
                                .flatMap(family -> of(host, network, family).stream()))
                .distinct()
                .toList();
    }

    private static Optional<String> of(
            ClusterHost host, HostFacts.NetworkFacts network, IpFamily family) {
        String known = known(host, network);
        return IpFamily.of(known).equals(Optional.of(family))
                ? Optional.of(known)
                : network.address(family);
    }

    /// The SSH address where it is one of the host's own (or a loopback address, of which all are);
    /// else it is a name, or translated on the way, and the host's default address is taken.
    private static String known(ClusterHost host, HostFacts.NetworkFacts network) {
        String address = host.address().address();
        boolean own =
                address.startsWith("127.")
                        || network.addresses().stream().anyMatch(a -> isSame(a, address));
        return own ? address : network.defaultAddress().orElse(address);
    }

    /// An IPv6 address may be written in several ways.
    private static boolean isSame(String one, String other) {
        return one.equals(other)
                || Cidr.of(one).flatMap(a -> Cidr.of(other).map(a::overlaps)).orElse(false);
    }
}
