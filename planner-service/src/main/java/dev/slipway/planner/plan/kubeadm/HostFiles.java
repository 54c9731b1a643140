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
import dev.slipway.planner.inspect.Provenance;
import dev.slipway.planner.plan.PlanInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    /// Units that came with a package are used as they are, unless an artifact brings the program
    /// they would start; everything else is written, and what stood there before is kept for
    /// `reset`.
    static List<HostFile> of(PlanInput input, ClusterHost host) {
        HostFacts facts = input.factsOf(host);
        Optional<String> containerd = Artifacts.program(input.clusterfile(), "containerd");
        Optional<String> kubelet = Artifacts.program(input.clusterfile(), "kubelet");
        var files = new ArrayList<HostFile>();
        files.add(
                new HostFile(
                        "put-modules",
                        NodePaths.MODULES,
                        String.join("\n", modules(input.clusterfile())) + "\n",
                        0644));
        files.add(new HostFile("put-sysctl", NodePaths.SYSCTL, sysctl(input.clusterfile()), 0644));
        files.add(
                new HostFile(
                        "put-containerd-config", NodePaths.CONTAINERD_CONFIG, CONTAINERD, 0644));
        if (containerd.isPresent() || facts.node().containerdUnit() != Provenance.FOREIGN) {
            files.add(
                    new HostFile(
                            "put-containerd-unit",
                            NodePaths.CONTAINERD_UNIT,
                            Script.fill(
                                    CONTAINERD_UNIT,
                                    "PROGRAM",
                                    containerd.orElseGet(() -> tool(facts, "containerd"))),
                            0644));
        }
        if (kubelet.isPresent() || facts.node().kubeletUnit() != Provenance.FOREIGN) {
            files.add(
                    new HostFile(
                            "put-kubelet-unit",
                            NodePaths.KUBELET_UNIT,
                            Script.fill(
                                    KUBELET_UNIT,
                                    "PROGRAM",
                                    kubelet.orElseGet(() -> tool(facts, "kubelet"))),
                            0644));
        }
        if (kubelet.isPresent() || facts.node().kubeletDropIn() != Provenance.FOREIGN) {
            files.add(
                    new HostFile(
                            "put-kubelet-drop-in",
                            NodePaths.KUBELET_DROP_IN,
                            Script.fill(
                                    KUBELET_DROP_IN,
                                    "PROGRAM",
                                    kubelet.orElseGet(() -> tool(facts, "kubelet"))),
                            0644));
        }
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

    /// Where the host has the tool.
    private static String tool(HostFacts facts, String tool) {
        String found = facts.tools().paths().getOrDefault(tool, "");
        return found.matches("/[A-Za-z0-9._/-]+") ? found : "/usr/local/bin/" + tool;
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

    /// Version 2 is read by containerd 1.x and 2.x alike.
    private static final String CONTAINERD =
            """
            version = 2

            [plugins."io.containerd.grpc.v1.cri".containerd]
              default_runtime_name = "runc"

            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"

            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
              SystemdCgroup = true
            """;

    private static final String CONTAINERD_UNIT =
            """
            [Unit]
            Description=containerd container runtime
            Documentation=https://containerd.io
            After=network.target local-fs.target

            [Service]
            ExecStartPre=-/sbin/modprobe overlay
            ExecStart=@PROGRAM@
            Type=notify
            Delegate=yes
            KillMode=process
            Restart=always
            RestartSec=5
            LimitNPROC=infinity
            LimitCORE=infinity
            TasksMax=infinity
            OOMScoreAdjust=-999

            [Install]
            WantedBy=multi-user.target
            """;

    private static final String KUBELET_UNIT =
            """
            [Unit]
            Description=kubelet: The Kubernetes Node Agent
            Documentation=https://kubernetes.io/docs/
            Wants=network-online.target
            After=network-online.target

            [Service]
            ExecStart=@PROGRAM@
            Restart=always
            StartLimitInterval=0
            RestartSec=10

            [Install]
            WantedBy=multi-user.target
            """;

    /// As the Kubernetes project's own packages have it.
    private static final String KUBELET_DROP_IN =
            """
            [Service]
            Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
            Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
            EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
            EnvironmentFile=-/etc/default/kubelet
            ExecStart=
            ExecStart=@PROGRAM@ $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
            """;
}
