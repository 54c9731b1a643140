package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// `spec.endpoint`: an address, or a mode with its settings. What can be known of an address from
/// the file alone is checked here.
final class EndpointSection {
    /// Of a local proxy.
    private static final int PROXY_PORT = 7443;

    /// Link-local, so that no network beyond the host's own can have it.
    private static final String VIP = "169.254.97.2";

    private static final String LVSCARE = "docker.io/sealerio/lvscare:v1.1.3-beta.8";
    private static final String KUBE_VIP = "ghcr.io/kube-vip/kube-vip:v0.8.9";
    private static final String IMAGE =
            "[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?";

    /// Of Kubernetes' own programs on a node.
    static final Set<Integer> TAKEN =
            Set.of(2379, 2380, 2381, 10248, 10249, 10250, 10256, 10257, 10259);

    private static final List<String> MODES =
            List.of("external", "local-proxy", "local-vip", "kube-vip");

    private final YamlMap spec;
    private final int apiPort;

    /// @param apiPort of the API servers
    EndpointSection(YamlMap spec, int apiPort) {
        this.spec = spec;
        this.apiPort = apiPort;
    }

    /// What the file says; empty where it says nothing.
    Optional<Endpoint> read() {
        if (spec.isMap("endpoint")) {
            return spec.map("endpoint").flatMap(this::mode);
        }
        return spec.parsed(
                        "endpoint",
                        "a DNS name or an IP address, or fields with a mode",
                        EndpointSection::host)
                .map(host -> new Endpoint.External(host, apiPort));
    }

    private Optional<Endpoint> mode(YamlMap map) {
        Optional<YamlMap.Text> mode = map.need("mode");
        if (mode.isEmpty()) {
            return Optional.empty();
        }
        return switch (mode.get().value()) {
            case "external" -> external(map.allow("mode", "address", "port"));
            case "local-proxy" -> proxy(map.allow("mode", "proxy", "port", "image"));
            case "local-vip" -> vip(map.allow("mode", "address", "port", "image"));
            case "kube-vip" -> kubeVip(map.allow("mode", "address", "interface", "image"));
            default -> {
                map.place()
                        .unknown(
                                mode.get().node(),
                                mode.get().path(),
                                "unknown endpoint mode " + Quoted.of(mode.get().value()),
                                mode.get().value(),
                                MODES);
                yield Optional.empty();
            }
        };
    }

    private Optional<Endpoint> external(YamlMap map) {
        return map.need("address")
                .flatMap(t -> map.parse(t, "a DNS name or an IP address", EndpointSection::host))
                .map(host -> new Endpoint.External(host, port(map, apiPort)));
    }

    private Optional<Endpoint> proxy(YamlMap map) {
        Endpoint.Proxy proxy =
                map.parsed("proxy", "haproxy or nginx", EndpointSection::proxy)
                        .orElse(Endpoint.Proxy.HAPROXY);
        int port = port(map, PROXY_PORT);
        if (port == apiPort || TAKEN.contains(port)) {
            map.place()
                    .invalid(
                            map.key("port"),
                            map.child("port"),
                            "port %d is taken on control planes: the proxy runs beside the API server, say another one"
                                    .formatted(port));
        }
        return Optional.of(
                new Endpoint.LocalProxy(
                        proxy, IpFamily.IPV4.loopback(), port, image(map, proxy.image())));
    }

    private Optional<Endpoint> vip(YamlMap map) {
        String address =
                map.has("address")
                        ? map.parsed("address", "an IP address", EndpointSection::unicast)
                                .orElse(VIP)
                        : VIP;
        return Optional.of(new Endpoint.LocalVip(address, port(map, apiPort), image(map, LVSCARE)));
    }

    private Optional<Endpoint> kubeVip(YamlMap map) {
        Optional<String> networkInterface =
                map.parsed(
                        "interface",
                        "the name of a network interface, at most 15 letters, digits, dots, hyphens and underscores",
                        t -> Optional.of(t).filter(i -> i.matches("[A-Za-z0-9._-]{1,15}")));
        return map.need("address")
                .flatMap(t -> map.parse(t, "an IP address", EndpointSection::unicast))
                .map(address ->
                        new Endpoint.KubeVip(
                                address, apiPort, networkInterface, image(map, KUBE_VIP)));
    }

    private static int port(YamlMap map, int standard) {
        return map.integer("port", 1, 65535).orElse(standard);
    }

    private static String image(YamlMap map, String standard) {
        return map.parsed(
                        "image",
                        "an image with its registry, such as registry.example/name:1.0",
                        t -> Optional.of(t).filter(i -> i.matches(IMAGE)))
                .orElse(standard);
    }

    private static Optional<String> host(String text) {
        return Optional.of(text)
                .filter(t -> AddressRanges.isIp(t) || KubernetesNames.isSubdomain(t));
    }

    private static Optional<String> unicast(String text) {
        return AddressRanges.address(text)
                .filter(a ->
                        !a.isLoopbackAddress() && !a.isAnyLocalAddress() && !a.isMulticastAddress())
                .map(_ -> text);
    }

    private static Optional<Endpoint.Proxy> proxy(String text) {
        return Stream.of(Endpoint.Proxy.values()).filter(p -> p.word().equals(text)).findFirst();
    }

    /// What holds of the cluster: what was said, checked against its hosts and networks, or the
    /// default: one control plane is reached at its own address, several through a proxy on every
    /// node, which asks nothing of the network.
    ///
    /// @param said what the file says
    /// @param cluster the user's ClusterConfiguration
    Endpoint settle(Optional<Endpoint> said, List<ClusterHost> hosts, Map<String, Object> cluster) {
        long controlPlanes = hosts.stream().filter(ClusterHost::isControlPlane).count();
        Endpoint endpoint =
                said.orElseGet(
                        () -> controlPlanes > 1 ? standard() : new Endpoint.ControlPlane(apiPort));
        var networks = ClusterNetworks.of(cluster, hosts);
        switch (endpoint) {
            case Endpoint.External(var address, _) -> {
                if (controlPlanes > 1) {
                    notAHost(address, hosts);
                }
                ofTheCluster(address, networks);
            }
            case Endpoint.LocalVip(var address, _, _) -> virtual(address, hosts, networks);
            case Endpoint.KubeVip(var address, _, _, _) -> virtual(address, hosts, networks);
            case Endpoint.LocalProxy proxy -> {
                return proxy.at(networks.primary().loopback());
            }
            case Endpoint.ControlPlane _ -> {}
        }
        return endpoint;
    }

    private Endpoint standard() {
        int port = apiPort == PROXY_PORT ? PROXY_PORT + 1 : PROXY_PORT;
        return new Endpoint.LocalProxy(
                Endpoint.Proxy.HAPROXY,
                IpFamily.IPV4.loopback(),
                port,
                Endpoint.Proxy.HAPROXY.image());
    }

    private void virtual(String address, List<ClusterHost> hosts, ClusterNetworks networks) {
        notAHost(address, hosts);
        Cidr.of(address)
                .ifPresent(vip -> {
                    outside(vip, "podSubnet", networks.pods());
                    outside(vip, "serviceSubnet", networks.services());
                    sameFamily(vip, hosts);
                });
        ofTheCluster(address, networks);
    }

    private void ofTheCluster(String address, ClusterNetworks networks) {
        IpFamily.of(address)
                .filter(family -> !networks.has(family))
                .ifPresent(family ->
                        invalid(
                                "%s is an address of %s, the cluster's networks are of %s: say another one, or networks of both families (ClusterConfiguration.networking)"
                                        .formatted(
                                                address,
                                                family.word(),
                                                networks.primary().word())));
    }

    private void notAHost(String address, List<ClusterHost> hosts) {
        Optional<InetAddress> parsed = AddressRanges.address(address);
        hosts.stream()
                .filter(h ->
                        h.address().address().equals(address)
                                || (parsed.isPresent()
                                        && AddressRanges.address(h.address().address())
                                                .equals(parsed)))
                .findFirst()
                .ifPresent(h ->
                        invalid(
                                "%s is the address of host %s: the endpoint must outlive any one host, say an address that no host has"
                                        .formatted(address, h.address())));
    }

    private void outside(Cidr vip, String field, List<Cidr> networks) {
        for (Cidr network : networks) {
            if (network.overlaps(vip)) {
                invalid(
                        "%s lies in the cluster's %s %s: say an address outside of it"
                                .formatted(vip.text(), field, network.text()));
            }
        }
    }

    private void sameFamily(Cidr vip, List<ClusterHost> hosts) {
        hosts.stream()
                .filter(ClusterHost::isControlPlane)
                .filter(h ->
                        IpFamily.of(h.address().address())
                                .filter(family -> family != vip.family())
                                .isPresent())
                .findFirst()
                .ifPresent(h ->
                        invalid(
                                "%s is of another IP family than control plane %s: say one of the same"
                                        .formatted(vip.text(), h.address())));
    }

    private void invalid(String message) {
        spec.place().invalid(spec.key("endpoint"), spec.child("endpoint"), message);
    }
}
