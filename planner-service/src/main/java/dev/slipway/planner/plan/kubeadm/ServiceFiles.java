package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.Artifact;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterNetworks;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ContainerRuntime;
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

/// The definitions of containerd or cri-dockerd, and of the kubelet, for the host's init system.
/// Those that came with a package are used as they are, unless an artifact brings the program they
/// would start; only cri-dockerd's is told its arguments, since it has no other configuration.
final class ServiceFiles {
    private static final String CRI_DOCKERD = "cri-dockerd";

    private final Clusterfile clusterfile;
    private final HostFacts facts;
    private final Services services;
    private final List<Artifact> artifacts;
    private final boolean ownConfig;
    private final List<HostFile> files = new ArrayList<>();

    private ServiceFiles(PlanInput input, ClusterHost host) {
        this.clusterfile = input.clusterfile();
        this.facts = input.factsOf(host);
        this.services = Services.of(facts);
        this.artifacts = Artifacts.on(input, host);
        this.ownConfig = input.familyOf(host).isReadOnlyUsr();
    }

    static List<HostFile> of(PlanInput input, ClusterHost host) {
        var definitions = new ServiceFiles(input, host);
        switch (input.clusterfile().containerRuntime()) {
            case CONTAINERD -> definitions.containerd();
            case DOCKER -> definitions.criDockerd();
        }
        definitions.kubelet();
        return definitions.files;
    }

    /// Of what a cri-dockerd is made that runs: the paths of its definition and of its program.
    static List<String> criDockerdParts(PlanInput input, ClusterHost host) {
        var definitions = new ServiceFiles(input, host);
        return List.of(
                definitions.criDockerdDefinition().value(), definitions.program(CRI_DOCKERD));
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

    /// A unit of a package's is told what to start; an init script cannot be, so there is another
    /// in its place.
    private void criDockerd() {
        put(
                isCriDockerdOurs() ? "put-cri-dockerd-unit" : "put-cri-dockerd-drop-in",
                criDockerdDefinition(),
                services == Services.OPENRC
                        ? CRI_DOCKERD_SCRIPT
                        : isCriDockerdOurs() ? CRI_DOCKERD_UNIT : CRI_DOCKERD_DROP_IN,
                CRI_DOCKERD,
                services == Services.OPENRC ? 0755 : 0644);
    }

    private boolean isCriDockerdOurs() {
        return services == Services.OPENRC || isOurs(CRI_DOCKERD, facts.docker().criDockerdUnit());
    }

    private RemotePath criDockerdDefinition() {
        return isCriDockerdOurs()
                ? services.definition(Docker.CRI_SERVICE)
                : NodePaths.CRI_DOCKERD_DROP_IN;
    }

    /// Its socket is its own also where systemd would hold one for it, so that it is the same
    /// everywhere.
    private String criDockerdArguments() {
        ClusterNetworks networks = clusterfile.networks();
        return "--container-runtime-endpoint=%s --network-plugin=cni --pod-infra-container-image=%s%s"
                .formatted(
                        ContainerRuntime.DOCKER.criSocket(),
                        SandboxImage.of(clusterfile),
                        networks.families().size() > 1 ? " --ipv6-dual-stack=true" : "");
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
                        program(program),
                        "ARGUMENTS",
                        criDockerdArguments(),
                        "RUNTIME",
                        switch (clusterfile.containerRuntime()) {
                            case CONTAINERD -> Containerd.SERVICE;
                            case DOCKER -> Docker.CRI_SERVICE;
                        });
        files.add(new HostFile(step, path, text, mode));
    }

    private String program(String name) {
        return Artifacts.program(artifacts, name).orElseGet(() -> tool(name));
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

    /// As the one of its own packages, without their socket unit.
    private static final String CRI_DOCKERD_UNIT =
            """
            [Unit]
            Description=CRI interface of Docker
            Documentation=https://mirantis.github.io/cri-dockerd
            Wants=network-online.target docker.service
            After=network-online.target docker.service

            [Service]
            ExecStart=@PROGRAM@ @ARGUMENTS@
            Type=notify
            Delegate=yes
            KillMode=process
            Restart=always
            RestartSec=2
            LimitNOFILE=infinity
            LimitNPROC=infinity
            LimitCORE=infinity
            TasksMax=infinity

            [Install]
            WantedBy=multi-user.target
            """;

    private static final String CRI_DOCKERD_DROP_IN =
            """
            [Service]
            ExecStart=
            ExecStart=@PROGRAM@ @ARGUMENTS@
            """;

    private static final String CRI_DOCKERD_SCRIPT =
            """
            #!/sbin/openrc-run
            name="cri-dockerd"
            description="CRI interface of Docker"
            supervisor=supervise-daemon
            command="@PROGRAM@"
            command_args="@ARGUMENTS@"
            respawn_delay=2
            respawn_max=0
            rc_ulimit="-n 1048576 -u unlimited"
            output_log="/var/log/cri-dockerd.log"
            error_log="/var/log/cri-dockerd.log"

            depend() {
                need localmount docker
                after net
            }
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
                want @RUNTIME@
                after net @RUNTIME@
            }

            start_pre() {
                mount --make-rshared /
            }
            """;
}
