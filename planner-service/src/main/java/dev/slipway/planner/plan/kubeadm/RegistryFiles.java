package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.OwnRegistry;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Artifacts;
import dev.slipway.planner.plan.node.HostFile;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the cluster's own registry is on a host of it: the program `registry` of the Distribution
/// project (releases 2.8 and later), its configuration, certificate and users, and the service that
/// runs it. No pod, since nodes pull from it before a kubelet runs.
final class RegistryFiles {
    static final String SERVICE = "slipway-registry";
    private static final String TOOL = "registry";

    private RegistryFiles() {}

    /// Empty where it does not run there.
    static List<HostFile> of(PlanInput input, ClusterHost host) {
        if (!input.clusterfile().hasRegistry(host)) {
            return List.of();
        }
        OwnRegistry registry = input.clusterfile().ownRegistry().orElseThrow();
        HostFacts facts = input.factsOf(host);
        Services services = Services.of(facts);
        var files = new ArrayList<HostFile>();
        files.add(
                new HostFile(
                        "put-registry-config",
                        NodePaths.REGISTRY_CONFIG,
                        configuration(registry, listening(registry, host, facts)),
                        0600));
        files.add(
                material(
                        "put-registry-certificate",
                        NodePaths.REGISTRY_CERTIFICATE,
                        new Part.Material(Materials.registryServer(host.address().address()))));
        registry.credential()
                .ifPresent(name ->
                        files.add(
                                material(
                                        "put-registry-users",
                                        NodePaths.REGISTRY_USERS,
                                        new Part.Material(Materials.registryUsers(name)))));
        boolean systemd = services == Services.SYSTEMD;
        files.add(
                new HostFile(
                        "put-registry-unit",
                        services.definition(SERVICE),
                        Script.fill(
                                systemd ? UNIT : INIT_SCRIPT,
                                "PROGRAM",
                                program(input, host),
                                "CONFIG",
                                NodePaths.REGISTRY_CONFIG.value(),
                                "STORAGE",
                                registry.storage().value()),
                        systemd ? 0644 : 0755));
        return files;
    }

    private static HostFile material(String step, RemotePath path, Part part) {
        return new HostFile(step, path, List.of(part), 0600);
    }

    /// Those of which it is made that runs; where one is another than it was started with, it is to
    /// be started anew.
    static List<String> parts(PlanInput input, ClusterHost host) {
        var parts = new ArrayList<String>();
        of(input, host).stream()
                .map(HostFile::path)
                // It reads who may come in again by itself when that has changed.
                .filter(path -> !path.equals(NodePaths.REGISTRY_USERS))
                .forEach(path -> parts.add(path.value()));
        parts.add(program(input, host));
        return parts;
    }

    private static String program(PlanInput input, ClusterHost host) {
        return Artifacts.program(Artifacts.on(input, host), TOOL)
                .or(() ->
                        Optional.ofNullable(input.factsOf(host).tools().paths().get(TOOL))
                                .filter(found -> found.matches("/[A-Za-z0-9._/-]+")))
                .orElse("/usr/local/bin/" + TOOL);
    }

    /// On the one address by which nodes ask it, where it is the host's own; it may be a name, or
    /// translated on the way.
    private static String listening(OwnRegistry registry, ClusterHost host, HostFacts facts) {
        String address = host.address().address();
        boolean own = address.startsWith("127.") || facts.network().addresses().contains(address);
        return own ? registry.authority(host.address()) : ":" + registry.port();
    }

    /// @param address on which it listens
    private static String configuration(OwnRegistry registry, String address) {
        return Script.fill(
                """
                # Slipway made this of the Clusterfile's registry.
                version: 0.1
                log: {level: warn, accesslog: {disabled: true}}
                storage:
                  filesystem: {rootdirectory: "@STORAGE@"}
                http:
                  addr: "@ADDRESS@"
                  headers: {X-Content-Type-Options: [nosniff]}
                  tls: {certificate: @CERTIFICATE@, key: @CERTIFICATE@, minimumtls: tls1.2}
                @AUTH@\
                """,
                "STORAGE",
                registry.storage().value(),
                "ADDRESS",
                address,
                "CERTIFICATE",
                NodePaths.REGISTRY_CERTIFICATE.value(),
                "AUTH",
                registry.credential()
                        .map(_ ->
                                "auth:\n  htpasswd: {realm: slipway, path: %s}\n"
                                        .formatted(NodePaths.REGISTRY_USERS))
                        .orElse(""));
    }

    /// Root without what root may: it needs its own files, its storage and its port.
    private static final String UNIT =
            """
            [Unit]
            Description=the cluster's own registry of images
            Documentation=https://distribution.github.io/distribution
            Wants=network-online.target
            After=network-online.target

            [Service]
            Environment=OTEL_TRACES_EXPORTER=none
            ExecStart=@PROGRAM@ serve @CONFIG@
            Restart=always
            RestartSec=2
            UMask=0077
            LimitNOFILE=65536
            NoNewPrivileges=yes
            CapabilityBoundingSet=CAP_NET_BIND_SERVICE
            PrivateDevices=yes
            PrivateTmp=yes
            ProtectHome=read-only
            ProtectKernelModules=yes
            ProtectKernelTunables=yes
            ProtectSystem=strict
            ReadWritePaths=@STORAGE@

            [Install]
            WantedBy=multi-user.target
            """;

    private static final String INIT_SCRIPT =
            """
            #!/sbin/openrc-run
            name="slipway-registry"
            description="the cluster's own registry of images"
            supervisor=supervise-daemon
            command="@PROGRAM@"
            command_args="serve @CONFIG@"
            umask=0077
            respawn_delay=2
            respawn_max=0
            rc_ulimit="-n 65536"
            output_log="/var/log/slipway-registry.log"
            error_log="/var/log/slipway-registry.log"
            export OTEL_TRACES_EXPORTER=none

            depend() {
                need localmount
                after net
            }
            """;
}
