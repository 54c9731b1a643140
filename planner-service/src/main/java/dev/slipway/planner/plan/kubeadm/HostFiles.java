package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.IpFamily;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.HostFile;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Registries;
import java.util.ArrayList;
import java.util.List;

/// The files that `prepare` writes on a host.
final class HostFiles {
    private HostFiles() {}

    /// What stood there before is kept for `reset`.
    static List<HostFile> of(PlanInput input, ClusterHost host) {
        HostFacts facts = input.factsOf(host);
        var files = new ArrayList<HostFile>();
        files.add(
                new HostFile(
                        "put-modules",
                        NodePaths.MODULES,
                        String.join("\n", modules(input.clusterfile())) + "\n",
                        0644));
        files.add(new HostFile("put-sysctl", NodePaths.SYSCTL, sysctl(input.clusterfile()), 0644));
        switch (input.clusterfile().containerRuntime()) {
            case CONTAINERD -> {
                files.addAll(Registries.files(input.clusterfile()));
                files.add(new ContainerdConfig(input.clusterfile(), facts).file());
            }
            case DOCKER -> files.addAll(DockerConfig.files(input.clusterfile(), facts));
        }
        files.addAll(ServiceFiles.of(input, host));
        files.addAll(RegistryFiles.of(input, host));
        files.addAll(HostFile.ofUser(input.clusterfile(), host));
        return files;
    }

    /// The kernel modules that nodes need.
    static List<String> modules(Clusterfile clusterfile) {
        var modules = new ArrayList<>(List.of("overlay", "br_netfilter"));
        if (clusterfile.endpoint() instanceof Endpoint.LocalVip) {
            modules.addAll(List.of("ip_vs", "ip_vs_rr"));
        }
        return modules;
    }

    private static String sysctl(Clusterfile clusterfile) {
        return clusterfile.networks().has(IpFamily.IPV6) ? SYSCTL + SYSCTL_IPV6 : SYSCTL;
    }

    /// kubeadm looks at the default's, packets are forwarded by `all`.
    private static final String SYSCTL_IPV6 =
            """
            net.ipv6.conf.all.forwarding = 1
            net.ipv6.conf.default.forwarding = 1
            """;

    private static final String SYSCTL =
            """
            net.ipv4.ip_forward = 1
            net.bridge.bridge-nf-call-iptables = 1
            net.bridge.bridge-nf-call-ip6tables = 1
            """;
}
