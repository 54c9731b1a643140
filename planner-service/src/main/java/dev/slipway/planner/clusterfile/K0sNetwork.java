package dev.slipway.planner.clusterfile;

import dev.slipway.planner.clusterfile.K0sConfig.Patch;
import dev.slipway.planner.clusterfile.K0sConfig.Patched;
import dev.slipway.planner.clusterfile.Schema.Default;
import dev.slipway.planner.clusterfile.Schema.Is;
import dev.slipway.planner.clusterfile.Schema.Named;
import dev.slipway.planner.clusterfile.Schema.Needed;
import dev.slipway.planner.clusterfile.Schema.OneOf;
import dev.slipway.planner.clusterfile.Schema.Range;
import dev.slipway.planner.clusterfile.Schema.Since;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `spec.network` of k0s's configuration.
///
/// @param provider `custom` leaves the network to the user
/// @param primaryAddressFamily guessed from the API's address if absent
public record K0sNetwork(
        @OneOf({"kuberouter", "calico", "custom"}) @Default("kuberouter") Optional<String> provider,
        @Is(Form.CIDR) @Default("10.244.0.0/16") Optional<String> podCIDR,
        @Is(Form.CIDR) @Default("10.96.0.0/12") Optional<String> serviceCIDR,
        @Is(Form.DNS_NAME) @Default("cluster.local") Optional<String> clusterDomain,
        @Since(33) @OneOf({"IPv4", "IPv6"}) Optional<String> primaryAddressFamily,
        @Default Optional<DualStack> dualStack,
        Optional<Calico> calico,
        Optional<KubeRouter> kuberouter,
        @Default Optional<KubeProxy> kubeProxy,
        @Since(36) Optional<Patched> coreDNS,
        @Since(26) @Default Optional<NodeLocal> nodeLocalLoadBalancing,
        @Since(30) @Default Optional<ControlPlane> controlPlaneLoadBalancing) {
    public record DualStack(
            @Default("false") Optional<Boolean> enabled,
            @Named("IPv6podCIDR") @Is(Form.CIDR) Optional<String> ipv6PodCIDR,
            @Named("IPv6serviceCIDR") @Is(Form.CIDR) Optional<String> ipv6ServiceCIDR) {}

    /// @param mode `ipip` is an old name of `bird`
    /// @param overlay counts for `bird` only
    /// @param envVars of the container calico-node
    public record Calico(
            @OneOf({"vxlan", "bird", "ipip"}) @Default("vxlan") Optional<String> mode,
            @Range(most = 65535) @Default("4789") Optional<Integer> vxlanPort,
            @Range(most = 16_777_215) @Default("4096") Optional<Integer> vxlanVNI,
            @Default("1450") Optional<Integer> mtu,
            @Default("false") Optional<Boolean> wireguard,
            @OneOf({"Always", "CrossSubnet", "Never"}) @Default("Always") Optional<String> overlay,
            Optional<String> flexVolumeDriverPath,
            Optional<String> ipAutodetectionMethod,
            Optional<String> ipV6AutodetectionMethod,
            Optional<Boolean> withWindowsNodes,
            Map<String, String> envVars,
            @Since(36) List<Patch> patches) {}

    /// @param mtu with `autoMTU: false` only
    /// @param metricsPort 0 for none
    public record KubeRouter(
            @Default("true") Optional<Boolean> autoMTU,
            Optional<Integer> mtu,
            @Range(least = 0, most = 65535) @Default("8080") Optional<Integer> metricsPort,
            @OneOf({"Enabled", "Allowed", "Disabled"}) @Default("Enabled") Optional<String> hairpin,
            Optional<Boolean> hairpinMode,
            Optional<Boolean> ipMasq,
            Optional<String> peerRouterASNs,
            Optional<String> peerRouterIPs,
            @Since(29) Map<String, String> extraArgs,
            @Since(34) List<String> rawArgs,
            @Since(36) List<Patch> patches) {}

    public record KubeProxy(
            @Default("false") Optional<Boolean> disabled,
            @OneOf({"iptables", "ipvs", "userspace", "nftables"}) @Default("iptables")
                    Optional<String> mode,
            @Since(26) @Is(Form.BIND) @Default("0.0.0.0:10249") Optional<String> metricsBindAddress,
            @Since(36) @Is(Form.BIND) @Default("0.0.0.0:10256") Optional<String> healthzBindAddress,
            Optional<IpTables> iptables,
            Optional<Ipvs> ipvs,
            @Since(29) Optional<NfTables> nftables,
            List<String> nodePortAddresses,
            @Since(29) Map<String, String> extraArgs,
            @Since(34) List<String> rawArgs,
            @Since(36) List<Patch> patches) {}

    public record IpTables(
            @Range(least = 0, most = 31) Optional<Integer> masqueradeBit,
            Optional<Boolean> masqueradeAll,
            Optional<Boolean> localhostNodePorts,
            @Is(Form.DURATION) Optional<String> syncPeriod,
            @Is(Form.DURATION) Optional<String> minSyncPeriod) {}

    public record Ipvs(
            @Is(Form.DURATION) Optional<String> syncPeriod,
            @Is(Form.DURATION) Optional<String> minSyncPeriod,
            Optional<String> scheduler,
            @Is(Form.CIDR) List<String> excludeCIDRs,
            Optional<Boolean> strictARP,
            @Is(Form.DURATION) Optional<String> tcpTimeout,
            @Is(Form.DURATION) Optional<String> tcpFinTimeout,
            @Is(Form.DURATION) Optional<String> udpTimeout) {}

    public record NfTables(
            @Range(least = 0, most = 31) Optional<Integer> masqueradeBit,
            Optional<Boolean> masqueradeAll,
            @Is(Form.DURATION) Optional<String> syncPeriod,
            @Is(Form.DURATION) Optional<String> minSyncPeriod) {}

    /// A balancer on each worker's loopback.
    public record NodeLocal(
            @Default("false") Optional<Boolean> enabled,
            @OneOf({"EnvoyProxy", "Traefik"}) @Default("EnvoyProxy") Optional<String> type,
            Optional<LocalProxy> envoyProxy,
            @Since(36) Optional<LocalProxy> traefik) {}

    public record LocalProxy(
            Optional<K0sImages.Image> image,
            @OneOf({"Always", "IfNotPresent", "Never"}) Optional<String> imagePullPolicy,
            @Range(most = 65535) @Default("7443") Optional<Integer> apiServerBindPort,
            @Range(most = 65535) @Default("7132") Optional<Integer> konnectivityServerBindPort) {}

    /// Addresses that move between controllers, and balancing behind them.
    public record ControlPlane(
            @Default("false") Optional<Boolean> enabled,
            @OneOf({"Keepalived"}) @Default("Keepalived") Optional<String> type,
            Optional<Keepalived> keepalived) {}

    public record Keepalived(
            List<VrrpInstance> vrrpInstances,
            List<VirtualServer> virtualServers,
            @Since(32) @Range(most = 65535) @Default("6444")
                    Optional<Integer> userSpaceProxyBindPort,
            @Since(32) Optional<Boolean> disableLoadBalancer,
            @Since(32) Optional<String> configTemplateVRRP,
            @Since(32) Optional<String> configTemplateVS) {}

    /// @param networkInterface by name or MAC; that of the default route if absent
    /// @param virtualRouterID 51 and what follows if absent
    /// @param authPass keeps mistakes apart, not attackers (k0s documentation): no secret
    public record VrrpInstance(
            @Is(Form.CIDR) @Needed List<String> virtualIPs,
            @Named("interface") Optional<String> networkInterface,
            @Range(most = 255) Optional<Integer> virtualRouterID,
            @Range(most = 255) @Default("1") Optional<Integer> advertIntervalSeconds,
            @Is(Form.PASSPHRASE) @Needed Optional<String> authPass,
            @Since(32) @Is(Form.IP) Optional<String> unicastSourceIP,
            @Since(32) @Is(Form.IP) List<String> unicastPeers,
            @Since(32) @Range(least = 0, most = Integer.MAX_VALUE) @Default("10000")
                    Optional<Integer> addressLabel) {}

    public record VirtualServer(
            @Is(Form.IP) @Needed Optional<String> ipAddress,
            @Is(Form.DURATION) @Default("1m") Optional<String> delayLoop,
            @OneOf({"rr", "wrr", "lc", "wlc", "lblc", "dh", "sh", "sed", "nq"}) @Default("rr")
                    Optional<String> lbAlgo,
            @OneOf({"NAT", "DR", "TUN"}) @Default("DR") Optional<String> lbKind,
            @Range(most = 2_678_400) @Default("360") Optional<Integer> persistenceTimeoutSeconds) {}
}
