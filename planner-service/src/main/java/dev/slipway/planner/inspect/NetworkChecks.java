package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.Cidr;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.IpFamily;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Whether the networks of pods and services overlap with each other, with the endpoint, or with
/// what hosts have already: packets for one would go to the other.
final class NetworkChecks {
    private final Clusterfile clusterfile;
    private final HostReport.Draft report;

    /// By what they are for, in words.
    private final Map<String, List<Cidr>> networks = new LinkedHashMap<>();

    NetworkChecks(Clusterfile clusterfile, HostReport.Draft report) {
        this.clusterfile = clusterfile;
        this.report = report;
        networks.put("pods", clusterfile.networks().pods());
        networks.put("services", clusterfile.networks().services());
    }

    /// @param facts those of the hosts that could be inspected
    void all(Map<HostAddress, HostFacts> facts) {
        for (ClusterHost host : clusterfile.hosts()) {
            Optional.ofNullable(facts.get(host.address())).ifPresent(f -> host(host, f));
        }
        clusterfile.controlPlanes().stream()
                .map(ClusterHost::address)
                .limit(1)
                .filter(facts::containsKey)
                .forEach(this::cluster);
    }

    /// What is wrong whatever hosts there are is said of the first control plane.
    private void cluster(HostAddress host) {
        for (Cidr pods : networks.getOrDefault("pods", List.of())) {
            for (Cidr services : networks.getOrDefault("services", List.of())) {
                if (pods.overlaps(services)) {
                    fail(
                            host,
                            "the network of pods (%s) overlaps with that of services (%s)"
                                    .formatted(pods.text(), services.text()));
                }
            }
        }
        clusterfile
                .endpoint()
                .host()
                .flatMap(Cidr::of)
                .ifPresent(endpoint ->
                        inside(endpoint)
                                .ifPresent(network ->
                                        fail(
                                                host,
                                                "the endpoint %s is in %s"
                                                        .formatted(endpoint.text(), network))));
    }

    /// A node has addresses and routes of its pods: of one, only the address counts by which it is
    /// known.
    private void host(ClusterHost host, HostFacts facts) {
        report.passed(host.address(), Check.NETWORKS);
        families(host, facts.network());
        var known = new TreeSet<String>();
        known.add(host.address().address());
        facts.network().defaultAddress().ifPresent(known::add);
        for (String address : known) {
            Cidr.of(address)
                    .flatMap(this::inside)
                    .ifPresent(network ->
                            fail(
                                    host.address(),
                                    "its address %s is in %s".formatted(address, network)));
        }
        if (!facts.node().isMember()) {
            others(host.address(), facts.network(), known);
        }
    }

    /// A kubelet is told its addresses where it is not IPv4 alone: it has to have one of each.
    private void families(ClusterHost host, HostFacts.NetworkFacts network) {
        for (IpFamily family : clusterfile.networks().families()) {
            boolean known =
                    IpFamily.of(host.address().address()).equals(Optional.of(family))
                            || network.address(family).isPresent();
            if (!known && !clusterfile.networks().isPlain()) {
                fail(
                        host.address(),
                        "it has no %s address that leads elsewhere, and the cluster has networks of %s"
                                .formatted(family.word(), family.word()));
            }
        }
    }

    /// Other addresses and routes may be what an earlier cluster left behind, which the container
    /// network takes over.
    private void others(HostAddress host, HostFacts.NetworkFacts network, Set<String> known) {
        for (String address : network.addresses()) {
            Cidr.of(address)
                    .filter(_ -> !known.contains(address))
                    .flatMap(this::inside)
                    .ifPresent(inside ->
                            warn(host, "its address %s is in %s".formatted(address, inside)));
        }
        for (String route : network.routes()) {
            Cidr.of(route)
                    .filter(r -> r.prefix() > 0)
                    .flatMap(this::inside)
                    .ifPresent(inside ->
                            warn(
                                    host,
                                    "its route to %s overlaps with %s".formatted(route, inside)));
        }
    }

    /// The network of the cluster that this one overlaps with, in words.
    private Optional<String> inside(Cidr other) {
        return networks.entrySet().stream()
                .flatMap(e ->
                        e.getValue().stream()
                                .filter(n -> n.overlaps(other))
                                .map(n -> "the network of %s (%s)".formatted(e.getKey(), n.text())))
                .findFirst();
    }

    private String advice() {
        return "Choose other networks in %s, or give the host another address or route."
                .formatted(
                        switch (clusterfile.runtime()) {
                            case ClusterRuntime.Kubeadm _ ->
                                    "ClusterConfiguration.networking (podSubnet, serviceSubnet)";
                            case ClusterRuntime.K0s _ ->
                                    "ClusterConfig, spec.network (podCIDR, serviceCIDR)";
                        });
    }

    private void fail(HostAddress host, String message) {
        report.fail(host, Check.NETWORKS, ReasonCode.PREFLIGHT_FAILED, message, advice());
    }

    private void warn(HostAddress host, String message) {
        report.warn(host, Check.NETWORKS, message, advice());
    }
}
