package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.CanonicalJson;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Registry;
import dev.slipway.planner.clusterfile.RegistryServer;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.inspect.Provenance;
import dev.slipway.planner.plan.node.HostFile;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Services;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// Docker's own files: the daemon's configuration, unless the host has one of its own, and the
/// authorities of registries, which it reads at each pull (Docker documentation, "dockerd" and
/// "Verify repository client with certificates").
final class DockerConfig {
    /// The settings that a running Docker reads anew; each has a line of its own.
    static final String MIRRORS = "registry-mirrors";

    static final String INSECURE = "insecure-registries";

    private DockerConfig() {}

    /// Docker's configuration is the host's way of saying where its data are and more, so one that
    /// is there is left as it is.
    static boolean isOurs(HostFacts facts) {
        return facts.docker().config() != Provenance.FOREIGN;
    }

    static List<HostFile> files(Clusterfile clusterfile, HostFacts facts) {
        var files = new ArrayList<HostFile>();
        if (isOurs(facts)) {
            files.add(
                    new HostFile(
                            "put-docker-config",
                            NodePaths.DOCKER_CONFIG,
                            settings(clusterfile, facts),
                            0644));
        }
        files.addAll(authorities(clusterfile));
        return files;
    }

    /// The driver of control groups that Docker and the kubelet share.
    static String cgroupDriver(Services services) {
        return services.hasSystemdCgroups() ? "systemd" : "cgroupfs";
    }

    /// Containers outlive Docker, as they do containerd, and their logs are turned over as the
    /// kubelet would where it could.
    private static String settings(Clusterfile clusterfile, HostFacts facts) {
        List<String> mirrors =
                clusterfile.registries().stream()
                        .flatMap(r -> r.mirrors().stream())
                        .map(RegistryServer::url)
                        .toList();
        List<String> insecure =
                clusterfile.registries().stream()
                        .flatMap(Registry::servers)
                        .filter(RegistryServer::skipVerify)
                        .map(RegistryServer::authority)
                        .distinct()
                        .sorted()
                        .toList();
        var lines = new ArrayList<String>();
        // Also where there are none: what is not said to a running Docker stays as it was.
        lines.add("\"%s\": %s".formatted(MIRRORS, CanonicalJson.text(mirrors)));
        lines.add("\"%s\": %s".formatted(INSECURE, CanonicalJson.text(insecure)));
        if (facts.system().hasSelinux() && facts.system().containerPolicy()) {
            lines.add("\"selinux-enabled\": true");
        }
        lines.add(
                "\"exec-opts\": [\"native.cgroupdriver=%s\"]"
                        .formatted(cgroupDriver(Services.of(facts))));
        lines.add("\"live-restore\": true");
        lines.add("\"log-driver\": \"json-file\"");
        lines.add("\"log-opts\": {\"max-file\": \"5\", \"max-size\": \"10m\"}");
        return "{\n  %s\n}\n".formatted(String.join(",\n  ", lines));
    }

    /// One folder for each host and port, whatever it is to whom.
    private static List<HostFile> authorities(Clusterfile clusterfile) {
        var authorities = new TreeMap<String, Set<String>>();
        clusterfile.registries().stream()
                .flatMap(Registry::servers)
                .forEach((RegistryServer server) ->
                        server.ca()
                                .ifPresent(pem ->
                                        authorities
                                                .computeIfAbsent(
                                                        server.authority(),
                                                        _ -> new LinkedHashSet<>())
                                                .add(pem)));
        var files = new ArrayList<HostFile>();
        authorities.forEach((host, pems) ->
                files.add(
                        new HostFile(
                                "put-registry-ca-" + (files.size() + 1),
                                NodePaths.DOCKER_REGISTRIES.resolveInside(host, "slipway.crt"),
                                String.join("", pems),
                                0644)));
        return files;
    }
}
