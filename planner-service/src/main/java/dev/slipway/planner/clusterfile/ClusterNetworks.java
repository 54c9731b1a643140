package dev.slipway.planner.clusterfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// The networks of pods and of services. A dual-stack cluster has one of each family, in the same
/// order; the first is that of the API servers (Kubernetes documentation, "IPv4/IPv6 dual-stack").
///
/// @param pods one or two
/// @param services as many
public record ClusterNetworks(List<Cidr> pods, List<Cidr> services) {
    public ClusterNetworks {
        pods = List.copyOf(pods);
        services = List.copyOf(services);
    }

    /// What the file says; what it says of one of the two alone decides the families of the other.
    /// Where it says nothing the control planes do: addresses of IPv6 and no others make an IPv6
    /// cluster.
    ///
    /// @param cluster the user's ClusterConfiguration
    static ClusterNetworks of(Map<String, Object> cluster, List<ClusterHost> hosts) {
        List<Cidr> pods = said(cluster, "podSubnet");
        List<Cidr> services = said(cluster, "serviceSubnet");
        List<IpFamily> families =
                families(!pods.isEmpty() ? pods : services).orElseGet(() -> List.of(family(hosts)));
        return new ClusterNetworks(
                pods.isEmpty() ? standard(families, IpFamily::pods) : pods,
                services.isEmpty() ? standard(families, IpFamily::services) : services);
    }

    /// What k0s makes of its configuration: IPv4 unless the file says otherwise, and of a
    /// dual-stack cluster the family of the API's address first unless it says which one.
    ///
    /// @param network with k0s's defaults
    /// @param address of the API, if the file says it
    static ClusterNetworks of(
            K0sNetwork network, Optional<String> address, List<ClusterHost> hosts) {
        Optional<K0sNetwork.DualStack> dual =
                network.dualStack().filter(d -> d.enabled().orElse(false));
        boolean ipv6First =
                dual.isPresent()
                        && network.primaryAddressFamily()
                                .map(f -> f.equals(IpFamily.IPV6.word()))
                                .orElseGet(() ->
                                        address.flatMap(IpFamily::of).orElseGet(() -> family(hosts))
                                                == IpFamily.IPV6);
        return new ClusterNetworks(
                both(network.podCIDR(), dual.flatMap(K0sNetwork.DualStack::ipv6PodCIDR), ipv6First),
                both(
                        network.serviceCIDR(),
                        dual.flatMap(K0sNetwork.DualStack::ipv6ServiceCIDR),
                        ipv6First));
    }

    private static List<Cidr> both(
            Optional<String> usual, Optional<String> ipv6, boolean ipv6First) {
        var networks =
                new ArrayList<>(
                        Stream.of(usual, ipv6)
                                .flatMap(Optional::stream)
                                .flatMap(text -> Cidr.of(text).stream())
                                .toList());
        return ipv6First ? networks.reversed() : networks;
    }

    /// What stands in the field: a network, or several with commas; what is none is passed over.
    static List<Cidr> said(Map<String, Object> cluster, String field) {
        Object networking = cluster.get("networking");
        Object said = networking instanceof Map<?, ?> map ? map.get(field) : null;
        var found = new ArrayList<Cidr>();
        for (String part : said == null ? new String[0] : said.toString().split(",", -1)) {
            Cidr.of(part.strip()).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<List<IpFamily>> families(List<Cidr> networks) {
        return Optional.of(networks.stream().map(Cidr::family).distinct().toList())
                .filter(families -> !families.isEmpty());
    }

    private static IpFamily family(List<ClusterHost> hosts) {
        List<Optional<IpFamily>> families =
                hosts.stream()
                        .filter(ClusterHost::isControlPlane)
                        .map(h -> IpFamily.of(h.address().address()))
                        .distinct()
                        .toList();
        return families.equals(List.of(Optional.of(IpFamily.IPV6))) ? IpFamily.IPV6 : IpFamily.IPV4;
    }

    private static List<Cidr> standard(
            List<IpFamily> families, Function<IpFamily, String> network) {
        return families.stream().map(network).flatMap(text -> Cidr.of(text).stream()).toList();
    }

    /// One or two, that of the API servers first.
    public List<IpFamily> families() {
        return services.stream().map(Cidr::family).toList();
    }

    public IpFamily primary() {
        return services.getFirst().family();
    }

    public boolean has(IpFamily family) {
        return families().contains(family);
    }

    /// Whether it is a cluster of IPv4 alone, where nothing has to be said of families.
    public boolean isPlain() {
        return families().equals(List.of(IpFamily.IPV4));
    }

    /// With commas, as kubeadm takes it.
    public static String text(List<Cidr> networks) {
        return String.join(",", networks.stream().map(Cidr::text).toList());
    }
}
