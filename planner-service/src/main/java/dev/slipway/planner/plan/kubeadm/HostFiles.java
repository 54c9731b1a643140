package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.IpFamily;
import dev.slipway.planner.clusterfile.StaticFile;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PlanInput;
import java.util.ArrayList;
import java.util.List;

/// The files that `prepare` writes on a host.
final class HostFiles {
    private HostFiles() {}

    /// @param path absolute
    /// @param mode permission bits
    record HostFile(String step, RemotePath path, List<Part> content, int mode) {
        HostFile(String step, RemotePath path, String text, int mode) {
            this(step, path, Steps.parts(text), mode);
        }

        Step put() {
            return new Step.Put(step, path, content, mode, "root:root");
        }
    }

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
        files.addAll(Registries.files(input.clusterfile()));
        files.add(new ContainerdConfig(input.clusterfile(), facts).file());
        files.addAll(ServiceFiles.of(input, host));
        int number = 1;
        for (StaticFile file : input.clusterfile().files()) {
            if (file.roles().contains(host.role())) {
                files.add(
                        new HostFile(
                                "put-file-" + number,
                                file.path(),
                                parts(file.source()),
                                file.mode()));
            }
            number++;
        }
        return files;
    }

    private static List<Part> parts(FileSource source) {
        return switch (source) {
            case FileSource.Text(String text) -> Steps.parts(text);
            case FileSource.Stored(var digest, long size) ->
                    List.of(new Part.Content(digest, size));
            case FileSource.Url _, FileSource.Local _ ->
                    throw new IllegalArgumentException("no file of hosts comes from " + source);
        };
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
