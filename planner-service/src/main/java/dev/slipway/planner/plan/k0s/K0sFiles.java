package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.HostFile;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Registries;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Toml;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The files that `prepare` writes on a host.
///
/// @param all to be written
/// @param places where they end up, and the program with them
record K0sFiles(List<HostFile> all, List<RemotePath> places) {
    /// The first release whose containerd is a 2.x, which reads no configuration of an earlier one
    /// (k0s issue 7689); those before it read none of its.
    private static final int CONTAINERD_2 = 36;

    K0sFiles {
        all = List.copyOf(all);
        places = List.copyOf(places);
    }

    /// @param running whether the host's k0s goes on as it is, so that its containerd may read what
    ///   is meant for it; else that waits for the program
    static K0sFiles of(PlanInput input, ClusterHost host, boolean running) {
        var all = new ArrayList<HostFile>();
        var places = new ArrayList<RemotePath>();
        all.add(environment(host, Services.of(input.factsOf(host))));
        if (input.clusterfile().isNode(host)) {
            all.addAll(Registries.files(input.clusterfile()));
        }
        all.addAll(HostFile.ofUser(input.clusterfile(), host));
        all.forEach(f -> places.add(f.path()));
        if (input.clusterfile().isNode(host) && readsDropIns(K0sInstall.runtime(input))) {
            HostFile containerd = containerd(input);
            places.add(containerd.path());
            all.add(running ? containerd : containerd.at(K0sPaths.STAGED_CONTAINERD_CONFIG));
        }
        K0sProgram.artifact(input, host).ifPresent(_ -> places.add(K0sPaths.program(input, host)));
        return new K0sFiles(all, places);
    }

    /// k0s documentation, "k0s managed dynamic runtime configuration".
    static boolean readsDropIns(ClusterRuntime.K0s runtime) {
        return runtime.version().isAtLeast(1, 28)
                || (runtime.version().isAtLeast(1, 27) && runtime.version().patch() >= 1);
    }

    /// The host's variables, for k0s's service as for every command.
    private static HostFile environment(ClusterHost host, Services services) {
        String service = K0sInstall.service(host);
        return switch (services) {
            case SYSTEMD ->
                    new HostFile(
                            "put-environment",
                            NodePaths.UNITS.resolveInside(service + ".service.d", "slipway.conf"),
                            "[Service]\n"
                                    + host.env().entrySet().stream()
                                            .map(e ->
                                                    "Environment=\"%s=%s\"\n"
                                                            .formatted(
                                                                    e.getKey(),
                                                                    escaped(e.getValue())))
                                            .collect(Collectors.joining()),
                            0644);
            case OPENRC ->
                    new HostFile(
                            "put-environment",
                            RemotePath.of("/etc/conf.d").resolveInside(service),
                            // Pods' mounts have to reach the host, and OpenRC leaves the root
                            // private.
                            "start_pre() {\n    mount --make-rshared /\n}\n"
                                    + host.env().entrySet().stream()
                                            .map(e ->
                                                    "export %s=%s\n"
                                                            .formatted(
                                                                    e.getKey(),
                                                                    ShellQuote.quote(e.getValue())))
                                            .collect(Collectors.joining()),
                            0644);
        };
    }

    /// Within double quotes of a unit (systemd.syntax(7), systemd.unit(5)).
    private static String escaped(String value) {
        return value.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("%", "%%");
    }

    /// It names the folder of registries whether there are any or not, so that those that come
    /// later are read at once. k0s starts its containerd anew where the file changes.
    private static HostFile containerd(PlanInput input) {
        boolean two = input.clusterfile().version().isAtLeast(1, CONTAINERD_2);
        String images = two ? "io.containerd.cri.v1.images" : "io.containerd.grpc.v1.cri";
        String before =
                Script.fill(
                        """
                        version = @VERSION@

                        [plugins.@IMAGES@.registry]
                          config_path = @REGISTRIES@
                        """,
                        "VERSION",
                        two ? "3" : "2",
                        "IMAGES",
                        Toml.text(images),
                        "REGISTRIES",
                        Toml.text(NodePaths.REGISTRIES.value()));
        return new HostFile(
                "put-containerd-config",
                K0sPaths.CONTAINERD_CONFIG,
                Registries.logins(before, images, input.clusterfile()),
                Registries.haveLogins(input.clusterfile()) ? 0600 : 0644);
    }
}
