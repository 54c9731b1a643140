package dev.slipway.planner.clusterfile;

import java.util.Optional;

/// IPv4 or IPv6, with what a cluster of that family has unless its file says otherwise.
///
/// The networks of IPv6 are the largest that Kubernetes takes: 65,536 nodes with a /64 each, and
/// services in a /112 (kubeadm takes none larger than a /108). They are unique local addresses (RFC
/// 4193).
public enum IpFamily {
    IPV4("IPv4", "10.244.0.0/16", "10.96.0.0/12", "127.0.0.1"),
    IPV6("IPv6", "fd00:10:244::/48", "fd00:10:96::/112", "::1");

    private final String word;
    private final String pods;
    private final String services;
    private final String loopback;

    IpFamily(String word, String pods, String services, String loopback) {
        this.word = word;
        this.pods = pods;
        this.services = services;
        this.loopback = loopback;
    }

    /// Of an address or a network; empty of anything else, as a DNS name.
    public static Optional<IpFamily> of(String address) {
        return Cidr.of(address).map(Cidr::family);
    }

    /// As people write it.
    public String word() {
        return word;
    }

    /// The default network of pods.
    String pods() {
        return pods;
    }

    /// The default network of services; kubeadm's own for IPv4.
    String services() {
        return services;
    }

    public String loopback() {
        return loopback;
    }
}
