package dev.slipway.planner.clusterfile;

import dev.slipway.planner.clusterfile.K0sRules.Around;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What holds between the fields of `spec.network` of k0s's configuration (k0s documentation,
/// "Dual-stack networking", "Node-local load balancing", "Control plane load balancing"; `Validate`
/// in its types).
final class K0sNetworkRules {
    private static final String NETWORK = "spec.network.";
    private static final String BALANCING = NETWORK + "controlPlaneLoadBalancing.";

    /// Kubernetes serves at most 2^20 IPv6 addresses of services.
    private static final int SERVICE_PREFIX = 108;

    private final Optional<K0sNetwork> said;
    private final K0sNetwork network;
    private final K0sConfig.Api api;
    private final K0sPlaces places;
    private final Around around;

    K0sNetworkRules(K0sConfig.Spec said, K0sConfig.Spec filled, K0sPlaces places, Around around) {
        this.said = said.network();
        this.network = filled.network().orElseThrow();
        this.api = filled.api().orElseThrow();
        this.places = places;
        this.around = around;
    }

    void check() {
        Optional<Cidr> pods = network.podCIDR().flatMap(Cidr::of);
        Optional<Cidr> services = network.serviceCIDR().flatMap(Cidr::of);
        boolean dual = network.dualStack().flatMap(K0sNetwork.DualStack::enabled).orElse(false);
        if (dual) {
            dualStack(pods, services);
        } else {
            singleStack(pods, services);
        }
        apart(pods, "podCIDR", services, "serviceCIDR");
        kubeRouter();
        external();
        nodeLocal();
        network.controlPlaneLoadBalancing()
                .filter(b -> b.enabled().orElse(false))
                .ifPresent(this::controlPlane);
    }

    private void singleStack(Optional<Cidr> pods, Optional<Cidr> services) {
        boolean ipv6 = services.filter(K0sNetworkRules::isIpv6).isPresent();
        if (pods.isPresent() && services.isPresent() && isIpv6(pods.get()) != ipv6) {
            places.invalid(
                    NETWORK + "podCIDR",
                    "podCIDR and serviceCIDR are of two IP families: say one family, or dualStack");
        }
        if (ipv6 && services.get().prefix() > SERVICE_PREFIX) {
            places.invalid(
                    NETWORK + "serviceCIDR",
                    "a prefix of %d bits leaves too few addresses for services: at most %d"
                            .formatted(services.get().prefix(), SERVICE_PREFIX));
        }
        network.primaryAddressFamily()
                .filter(family -> services.isPresent() && family.equals("IPv6") != ipv6)
                .ifPresent(family ->
                        places.invalid(
                                NETWORK + "primaryAddressFamily",
                                "%s is not the family of serviceCIDR, and there is no other: enable dualStack, or take it out"
                                        .formatted(family)));
    }

    private void dualStack(Optional<Cidr> pods, Optional<Cidr> services) {
        K0sNetwork.DualStack dual = network.dualStack().orElseThrow();
        Optional<Cidr> pods6 = ipv6(dual.ipv6PodCIDR(), "dualStack.IPv6podCIDR");
        Optional<Cidr> services6 = ipv6(dual.ipv6ServiceCIDR(), "dualStack.IPv6serviceCIDR");
        services6
                .filter(b -> b.prefix() < SERVICE_PREFIX)
                .ifPresent(b ->
                        places.invalid(
                                NETWORK + "dualStack.IPv6serviceCIDR",
                                "a prefix of %d bits holds more addresses than Kubernetes serves: at least %d"
                                        .formatted(b.prefix(), SERVICE_PREFIX)));
        apart(pods6, "dualStack.IPv6podCIDR", services6, "dualStack.IPv6serviceCIDR");
        ipv4(pods, "podCIDR");
        ipv4(services, "serviceCIDR");
        boolean calico = network.provider().filter("calico"::equals).isPresent();
        if (calico
                && network.calico()
                        .flatMap(K0sNetwork.Calico::mode)
                        .filter("bird"::equals)
                        .isEmpty()) {
            places.invalid(NETWORK + "calico.mode", "dual stack with calico needs mode bird");
        }
    }

    private void ipv4(Optional<Cidr> block, String field) {
        if (block.filter(K0sNetworkRules::isIpv6).isPresent()) {
            places.invalid(
                    NETWORK + field,
                    "%s is the IPv4 network with dualStack: say the IPv6 one in dualStack"
                            .formatted(field));
        }
    }

    private Optional<Cidr> ipv6(Optional<String> text, String field) {
        if (text.isEmpty()) {
            places.invalid(NETWORK + field, field + " is missing, and dualStack is enabled");
        }
        Optional<Cidr> block = text.flatMap(Cidr::of);
        if (block.filter(b -> !isIpv6(b)).isPresent()) {
            places.invalid(NETWORK + field, field + " is no IPv6 network");
        }
        return block.filter(K0sNetworkRules::isIpv6);
    }

    private static boolean isIpv6(Cidr network) {
        return network.family() == IpFamily.IPV6;
    }

    private void apart(
            Optional<Cidr> one, String oneField, Optional<Cidr> other, String otherField) {
        if (one.isPresent() && other.isPresent() && one.get().overlaps(other.get())) {
            // The pods' IPv4 network may be the default, then the other one is said.
            boolean standard =
                    oneField.equals("podCIDR") && said.flatMap(K0sNetwork::podCIDR).isEmpty();
            places.invalid(
                    NETWORK + (standard ? otherField : oneField),
                    "%s %s and %s %s overlap: say two networks that have no address in common"
                            .formatted(oneField, one.get().text(), otherField, other.get().text()));
        }
    }

    private void kubeRouter() {
        network.kuberouter()
                .filter(k -> k.mtu().orElse(0) > 0 && k.autoMTU().orElse(true))
                .ifPresent(_ ->
                        places.invalid(
                                NETWORK + "kuberouter.mtu",
                                "mtu counts with autoMTU: false only: say that too, or take mtu out"));
    }

    /// Where it is the address of one of several controllers, nodes are lost with that one.
    private void external() {
        if (around.controllers().size() > 1) {
            api.externalHost().ifPresent(a -> notAHost("spec.api.externalAddress", a));
        }
    }

    private void notAHost(String path, String address) {
        Optional<InetAddress> parsed = AddressRanges.address(address);
        around.controllers().stream()
                .filter(h -> {
                    String own = h.address().address();
                    return own.equals(address)
                            || (parsed.isPresent() && AddressRanges.address(own).equals(parsed));
                })
                .findFirst()
                .ifPresent(h ->
                        places.invalid(
                                path,
                                "%s is the address of host %s: it must outlive any one host, say an address that no host has"
                                        .formatted(address, h.address())));
    }

    /// A virtual address is neither a host's nor one that pods or services may get.
    private void virtual(String path, String block) {
        String address = block.replaceFirst("/.*", "");
        notAHost(path, address);
        Optional<Cidr> single = Cidr.of(address);
        for (var other :
                List.of(
                        Map.entry("podCIDR", network.podCIDR()),
                        Map.entry("serviceCIDR", network.serviceCIDR()))) {
            other.getValue()
                    .flatMap(Cidr::of)
                    .filter(n -> single.filter(n::overlaps).isPresent())
                    .ifPresent(n ->
                            places.invalid(
                                    path,
                                    "%s lies in the cluster's %s %s: say an address outside of it"
                                            .formatted(address, other.getKey(), n.text())));
        }
    }

    private void nodeLocal() {
        Optional<K0sNetwork.NodeLocal> balancer =
                network.nodeLocalLoadBalancing().filter(n -> n.enabled().orElse(false));
        if (balancer.isEmpty()) {
            return;
        }
        String path = NETWORK + "nodeLocalLoadBalancing.";
        if (api.externalAddress().filter(a -> !a.isEmpty()).isPresent()) {
            places.invalid(
                    path + "enabled",
                    "workers reach the API either through a local balancer or at api.externalAddress: say one of them");
        }
        boolean traefik = balancer.get().type().filter("Traefik"::equals).isPresent();
        (traefik ? balancer.get().traefik() : balancer.get().envoyProxy())
                .filter(p -> p.apiServerBindPort().equals(p.konnectivityServerBindPort()))
                .ifPresent(p ->
                        places.invalid(
                                path
                                        + (traefik ? "traefik" : "envoyProxy")
                                        + ".konnectivityServerBindPort",
                                "port %d is that of apiServerBindPort already: say another one"
                                        .formatted(p.apiServerBindPort().orElseThrow())));
    }

    private void controlPlane(K0sNetwork.ControlPlane balancer) {
        Optional<K0sNetwork.Keepalived> keepalived =
                balancer.keepalived().filter(k -> !k.vrrpInstances().isEmpty());
        if (keepalived.isEmpty()) {
            places.invalid(
                    BALANCING + "keepalived",
                    "there is no address to balance: say keepalived.vrrpInstances");
            return;
        }
        routers(keepalived.get().vrrpInstances());
        servers(keepalived.get().virtualServers());
    }

    private void routers(List<K0sNetwork.VrrpInstance> instances) {
        Map<Integer, Integer> seen = new HashMap<>();
        for (int i = 0; i < instances.size(); i++) {
            String path = BALANCING + "keepalived.vrrpInstances[%d].virtualRouterID".formatted(i);
            int id = instances.get(i).virtualRouterID().orElseThrow();
            for (int j = 0; j < instances.get(i).virtualIPs().size(); j++) {
                virtual(
                        BALANCING + "keepalived.vrrpInstances[%d].virtualIPs[%d]".formatted(i, j),
                        instances.get(i).virtualIPs().get(j));
            }
            Optional<Integer> other = Optional.ofNullable(seen.putIfAbsent(id, i));
            other.ifPresent(o ->
                    places.invalid(
                            path,
                            "%d is the router of vrrpInstances[%d] already: say another one"
                                    .formatted(id, o)));
            if (id > 255) {
                places.invalid(
                        path, "the automatic numbers end at 255: say virtualRouterID yourself");
            }
        }
    }

    private void servers(List<K0sNetwork.VirtualServer> servers) {
        String path = BALANCING + "keepalived.virtualServers";
        if (servers.isEmpty()) {
            return;
        }
        if (around.isAnyWorking()) {
            places.invalid(
                    path,
                    "virtual servers do not work on controllers that are workers too: take them out, k0s's own proxy balances then");
        }
        if (api.externalAddress().filter(a -> !a.isEmpty()).isPresent()) {
            places.invalid(
                    path, "virtual servers and api.externalAddress exclude each other: say one");
        }
        var addresses = new HashSet<String>();
        var twice = new ArrayList<Integer>();
        for (int i = 0; i < servers.size(); i++) {
            if (!addresses.add(servers.get(i).ipAddress().orElse("missing " + i))) {
                twice.add(i);
            }
        }
        twice.forEach(i ->
                places.invalid(
                        "%s[%d].ipAddress".formatted(path, i),
                        "%s is that of another virtual server already"
                                .formatted(servers.get(i).ipAddress().orElse(""))));
    }
}
