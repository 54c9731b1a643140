package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.Artifact;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.inspect.Provenance;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Artifacts;
import dev.slipway.planner.plan.node.HostFile;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The definitions of containerd and the kubelet for the host's init system. Those that came with a
/// package are used as they are, unless an artifact brings the program they would start.
final class ServiceFiles {
    private final HostFacts facts;
    private final Services services;
    private final List<Artifact> artifacts;
    private final boolean ownConfig;
    private final List<HostFile> files = new ArrayList<>();

    private ServiceFiles(PlanInput input, ClusterHost host) {
        this.facts = input.factsOf(host);
        this.services = Services.of(facts);
        this.artifacts = Artifacts.on(input, host);
        this.ownConfig = input.familyOf(host).isReadOnlyUsr();
    }

    static List<HostFile> of(PlanInput input, ClusterHost host) {
        var definitions = new ServiceFiles(input, host);
        definitions.containerd();
        definitions.kubelet();
        return definitions.files;
    }

    private void containerd() {
        boolean systemd = services == Services.SYSTEMD;
        if (isOurs("containerd", facts.node().containerdUnit())) {
            put(
                    "put-containerd-unit",
                    services.definition("containerd"),
                    systemd ? CONTAINERD_UNIT : CONTAINERD_SCRIPT,
                    "containerd",
                    systemd ? 0644 : 0755);
        } else if (ownConfig) {
            put(
                    "put-containerd-drop-in",
                    NodePaths.CONTAINERD_DROP_IN,
                    CONTAINERD_DROP_IN,
                    "containerd",
                    0644);
        }
    }

    private void kubelet() {
        boolean ours = isOurs("kubelet", facts.node().kubeletUnit());
        if (services == Services.OPENRC) {
            if (ours) {
                put(
                        "put-kubelet-unit",
                        services.definition("kubelet"),
                        KUBELET_SCRIPT,
                        "kubelet",
                        0755);
            }
            return;
        }
        if (ours) {
            put("put-kubelet-unit", services.definition("kubelet"), KUBELET_UNIT, "kubelet", 0644);
        }
        if (isOurs("kubelet", facts.node().kubeletDropIn())) {
            put("put-kubelet-drop-in", NodePaths.KUBELET_DROP_IN, KUBELET_DROP_IN, "kubelet", 0644);
        }
    }

    private boolean isOurs(String program, Provenance definition) {
        return Artifacts.program(artifacts, program).isPresent()
                || definition != Provenance.FOREIGN;
    }

    private void put(String step, RemotePath path, String template, String program, int mode) {
        String text =
                Script.fill(
                        template,
                        "PROGRAM",
                        Artifacts.program(artifacts, program).orElseGet(() -> tool(program)));
        files.add(new HostFile(step, path, text, mode));
    }

    /// Where the host has the tool.
    private String tool(String tool) {
        return Optional.ofNullable(facts.tools().paths().get(tool))
                .filter(found -> found.matches("/[A-Za-z0-9._/-]+"))
                .orElse("/usr/local/bin/" + tool);
    }

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

    /// Flatcar's own unit names a configuration below /usr (Flatcar's documentation, "Customizing
    /// containerd").
    private static final String CONTAINERD_DROP_IN =
            """
            [Service]
            ExecStart=
            ExecStart=@PROGRAM@
            """;

    /// Containers outlive it: OpenRC stops what it started and nothing else.
    private static final String CONTAINERD_SCRIPT =
            """
            #!/sbin/openrc-run
            name="containerd"
            description="containerd container runtime"
            supervisor=supervise-daemon
            command="@PROGRAM@"
            respawn_delay=5
            respawn_max=0
            retry="TERM/60/KILL/10"
            rc_ulimit="-n 1048576 -u unlimited"
            output_log="/var/log/containerd.log"
            error_log="/var/log/containerd.log"

            depend() {
                need localmount cgroups
                after net
            }

            start_pre() {
                modprobe -q overlay || :
            }
            """;

    /// Reads what kubeadm writes for the kubelet, as the unit of the Kubernetes project's packages
    /// does. Pods' mounts have to reach the host, and OpenRC leaves the root private.
    private static final String KUBELET_SCRIPT =
            """
            #!/sbin/openrc-run
            name="kubelet"
            description="kubelet: The Kubernetes Node Agent"
            supervisor=supervise-daemon
            command="@PROGRAM@"
            respawn_delay=10
            respawn_max=0
            output_log="/var/log/kubelet.log"
            error_log="/var/log/kubelet.log"
            for file in /var/lib/kubelet/kubeadm-flags.env /etc/default/kubelet; do
                if [ -e "$file" ]; then . "$file"; fi
            done
            command_args="--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml ${KUBELET_KUBEADM_ARGS:-} ${KUBELET_EXTRA_ARGS:-}"

            depend() {
                need localmount cgroups
                want containerd
                after net containerd
            }

            start_pre() {
                mount --make-rshared /
            }
            """;
}
