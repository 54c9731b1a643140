package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/// Where nodes reach the API, and what keeps it reachable there while a control plane is down.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "mode")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Endpoint.ControlPlane.class, name = "control-plane"),
    @JsonSubTypes.Type(value = Endpoint.External.class, name = "external"),
    @JsonSubTypes.Type(value = Endpoint.LocalProxy.class, name = "local-proxy"),
    @JsonSubTypes.Type(value = Endpoint.LocalVip.class, name = "local-vip"),
    @JsonSubTypes.Type(value = Endpoint.KubeVip.class, name = "kube-vip")
})
public sealed interface Endpoint {
    /// On which it listens, 1 to 65535.
    int port();

    /// The one control plane's own address.
    record ControlPlane(int port) implements Endpoint {}

    /// Somebody else's balancer.
    ///
    /// @param address a DNS name or an IP address
    record External(String address, int port) implements Endpoint {}

    /// A proxy on every node.
    ///
    /// @param address the loopback address of the cluster's family
    record LocalProxy(Proxy proxy, String address, int port, String image) implements Endpoint {
        LocalProxy at(String other) {
            return new LocalProxy(proxy, other, port, image);
        }
    }

    /// An IPVS virtual server in every node's kernel.
    ///
    /// @param address an IP address that no interface has
    /// @param image of lvscare, which keeps the list of real servers
    record LocalVip(String address, int port, String image) implements Endpoint {}

    /// An address that moves from control plane to control plane by ARP (IPv6: NDP).
    ///
    /// @param address an IP address of the control planes' network
    /// @param networkInterface that gets the address; absent: the one of the default route
    record KubeVip(String address, int port, Optional<String> networkInterface, String image)
            implements Endpoint {}

    /// What a [LocalProxy] is.
    enum Proxy {
        HAPROXY("haproxy", "docker.io/library/haproxy:3.0-alpine"),
        NGINX("nginx", "docker.io/library/nginx:1.28-alpine");

        private final String word;
        private final String image;

        Proxy(String word, String image) {
            this.word = word;
            this.image = image;
        }

        /// The word of files, `haproxy` or `nginx`.
        @com.fasterxml.jackson.annotation.JsonValue
        public String word() {
            return word;
        }

        /// By default.
        String image() {
            return image;
        }
    }

    /// The host part; absent where it is the control plane's own address.
    default Optional<String> host() {
        return switch (this) {
            case ControlPlane _ -> Optional.empty();
            case External(var address, _) -> Optional.of(address);
            case LocalProxy(_, var address, _, _) -> Optional.of(address);
            case LocalVip(var address, _, _) -> Optional.of(address);
            case KubeVip(var address, _, _, _) -> Optional.of(address);
        };
    }

    /// Whether it means something else on each node, so that nothing but a node can use it, and
    /// that only once its kubelet runs.
    default boolean isLocal() {
        return this instanceof LocalProxy || this instanceof LocalVip;
    }

    /// The word of files, and the address where there is one.
    default String describe() {
        return switch (this) {
            case ControlPlane _ -> "none, so the control plane's own address";
            case External(var address, int port) -> "external %s:%d".formatted(address, port);
            case LocalProxy(_, _, int port, _) -> "local-proxy on port " + port;
            case LocalVip(var address, int port, _) -> "local-vip %s:%d".formatted(address, port);
            case KubeVip(var address, _, _, _) -> "kube-vip " + address;
        };
    }
}
