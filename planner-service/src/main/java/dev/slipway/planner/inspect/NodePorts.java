package dev.slipway.planner.inspect;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.K0sConfig;
import dev.slipway.planner.clusterfile.K0sNetwork;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// The TCP ports on which a cluster's hosts listen, and those of them that other hosts have to
/// reach (Kubernetes documentation, "Ports and Protocols"; k0s documentation, "Required ports and
/// protocols").
public final class NodePorts {
    private static final int ETCD = 2379;
    private static final int ETCD_PEERS = 2380;
    private static final int KUBELET = 10250;
    private static final int CONTROLLER_MANAGER = 10257;
    private static final int SCHEDULER = 10259;
    private static final int BGP = 179;

    private final Clusterfile clusterfile;

    /// Of a host with the cluster's own registry, by every node; none where there is no registry.
    private final Set<Integer> ofRegistry = new TreeSet<>();

    private final Set<Integer> ofControlPlane = new TreeSet<>();
    private final Set<Integer> ofNode = new TreeSet<>();

    /// Of a control plane, by every node.
    private final Set<Integer> byNodes = new TreeSet<>();

    /// Of a control plane, by the others.
    private final Set<Integer> byControlPlanes = new TreeSet<>();

    /// Of a node, by control planes.
    private final Set<Integer> ofNodeByControlPlanes = new TreeSet<>();

    public NodePorts(Clusterfile clusterfile) {
        this.clusterfile = clusterfile;
        ofControlPlane.addAll(Set.of(clusterfile.apiPort(), CONTROLLER_MANAGER, SCHEDULER));
        ofNode.add(KUBELET);
        byNodes.add(clusterfile.apiPort());
        clusterfile.ownRegistry().ifPresent(registry -> ofRegistry.add(registry.port()));
        switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm _ -> kubeadm();
            case ClusterRuntime.K0s k0s -> k0s(k0s);
        }
    }

    private void kubeadm() {
        ofControlPlane.addAll(Set.of(ETCD, ETCD_PEERS));
        byControlPlanes.addAll(Set.of(ETCD, ETCD_PEERS));
        ofNodeByControlPlanes.add(KUBELET);
        if (clusterfile.endpoint() instanceof Endpoint.LocalProxy proxy) {
            ofNode.add(proxy.port());
        }
    }

    /// Its API servers reach kubelets through tunnels that nodes dig.
    private void k0s(ClusterRuntime.K0s k0s) {
        K0sConfig.Spec spec = k0s.filled().spec().orElseThrow();
        int joins = spec.api().flatMap(K0sConfig.Api::k0sApiPort).orElseThrow();
        K0sConfig.Konnectivity konnectivity = spec.konnectivity().orElseThrow();
        int tunnels = konnectivity.agentPort().orElseThrow();
        ofControlPlane.addAll(Set.of(joins, tunnels, konnectivity.adminPort().orElseThrow()));
        byNodes.add(tunnels);
        byControlPlanes.add(joins);
        if (k0s.hasMembers()) {
            ofControlPlane.addAll(Set.of(ETCD, ETCD_PEERS));
            byControlPlanes.add(ETCD_PEERS);
        }
        K0sNetwork network = spec.network().orElseThrow();
        if (routesByBgp(network)) {
            ofNode.add(BGP);
        }
        boolean balanced = k0s.isBalanced(clusterfile.controlPlanes().size());
        network.nodeLocalLoadBalancing()
                .filter(n -> balanced || n.enabled().orElse(false))
                .flatMap(NodePorts::localProxy)
                .ifPresent(proxy -> {
                    proxy.apiServerBindPort().ifPresent(ofNode::add);
                    proxy.konnectivityServerBindPort().ifPresent(ofNode::add);
                });
        network.controlPlaneLoadBalancing()
                .filter(c -> c.enabled().orElse(false))
                .flatMap(K0sNetwork.ControlPlane::keepalived)
                .filter(k -> !k.disableLoadBalancer().orElse(false))
                .ifPresent(this::balanced);
    }

    /// Virtual servers are the kernel's, and need no port of their own.
    private void balanced(K0sNetwork.Keepalived keepalived) {
        byControlPlanes.add(clusterfile.apiPort());
        if (keepalived.virtualServers().isEmpty()) {
            keepalived.userSpaceProxyBindPort().ifPresent(ofControlPlane::add);
        }
    }

    private static Optional<K0sNetwork.LocalProxy> localProxy(K0sNetwork.NodeLocal balancer) {
        return balancer.type().filter("Traefik"::equals).isPresent()
                ? balancer.traefik()
                : balancer.envoyProxy();
    }

    private static boolean routesByBgp(K0sNetwork network) {
        return switch (network.provider().orElseThrow()) {
            case "kuberouter" -> true;
            case "calico" ->
                    network.calico()
                            .flatMap(K0sNetwork.Calico::mode)
                            .filter(mode -> !mode.equals("vxlan"))
                            .isPresent();
            default -> false;
        };
    }

    /// All that any host of the cluster needs, and its endpoint's.
    public SortedSet<Integer> all() {
        var ports = new TreeSet<Integer>(ofControlPlane);
        ports.addAll(ofNode);
        ports.addAll(ofRegistry);
        ports.add(clusterfile.endpoint().port());
        return ports;
    }

    /// Those that have to be free on the host before it is installed.
    SortedSet<Integer> needed(ClusterHost host) {
        var ports = new TreeSet<Integer>();
        if (host.isControlPlane()) {
            ports.addAll(ofControlPlane);
        }
        if (clusterfile.isNode(host)) {
            ports.addAll(ofNode);
        }
        if (clusterfile.hasRegistry(host)) {
            ports.addAll(ofRegistry);
        }
        return ports;
    }

    /// Those of one host that another one has to reach.
    SortedSet<Integer> reached(ClusterHost from, ClusterHost to) {
        var ports = new TreeSet<Integer>();
        if (to.isControlPlane() && clusterfile.isNode(from)) {
            ports.addAll(byNodes);
        }
        if (to.isControlPlane() && from.isControlPlane()) {
            ports.addAll(byControlPlanes);
        }
        if (clusterfile.isNode(to) && from.isControlPlane()) {
            ports.addAll(ofNodeByControlPlanes);
        }
        if (clusterfile.hasRegistry(to)) {
            ports.addAll(ofRegistry);
        }
        return ports;
    }

    /// Those that a firewall of the host has to let through; the kubelet's also for what measures
    /// nodes.
    SortedSet<Integer> open(ClusterHost host) {
        var ports = new TreeSet<Integer>();
        if (host.isControlPlane()) {
            ports.addAll(byNodes);
            ports.addAll(byControlPlanes);
        }
        if (clusterfile.isNode(host)) {
            ports.addAll(ofNode.contains(BGP) ? Set.of(KUBELET, BGP) : Set.of(KUBELET));
        }
        if (clusterfile.hasRegistry(host)) {
            ports.addAll(ofRegistry);
        }
        return ports;
    }
}
