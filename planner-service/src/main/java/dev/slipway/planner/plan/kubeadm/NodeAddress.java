package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.inspect.HostFacts;

/// Under which address a node is known to the others.
final class NodeAddress {
    private NodeAddress() {}

    /// `address:port`, an IPv6 address in brackets.
    static String withPort(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /// The SSH address where it is one of the host's own (or a loopback address, of which all are);
    /// else it is a name, or translated on the way, and the host's default address is taken.
    static String of(ClusterHost host, HostFacts.NetworkFacts network) {
        String address = host.address().address();
        boolean own = network.addresses().contains(address) || address.startsWith("127.");
        return own ? address : network.defaultAddress().orElse(address);
    }
}
