package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.node.Artifacts;
import dev.slipway.planner.plan.node.HostFile;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Registries;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Toml;
import java.util.ArrayList;

/// containerd's own configuration. It names the folder of registries whether there are any or not,
/// so that those that come later are read without a restart.
final class ContainerdConfig {
    /// The file's shape, by what a plugin's settings are called in it.
    ///
    /// @param cri the table of containers
    /// @param images the table of images
    private record Shape(int version, String cri, String images) {
        private static final Shape V2 =
                new Shape(2, "io.containerd.grpc.v1.cri", "io.containerd.grpc.v1.cri");
        private static final Shape V3 =
                new Shape(3, "io.containerd.cri.v1.runtime", "io.containerd.cri.v1.images");
    }

    private final Clusterfile clusterfile;
    private final HostFacts facts;
    private final Shape shape;

    /// A release that an artifact brings is not known here. Version 2 is read by containerd 1.x and
    /// 2.x alike.
    ContainerdConfig(Clusterfile clusterfile, HostFacts facts) {
        this.clusterfile = clusterfile;
        this.facts = facts;
        boolean two =
                Artifacts.program(clusterfile.artifacts(), "containerd").isEmpty()
                        && facts.tools()
                                .versions()
                                .getOrDefault("containerd", "")
                                .matches("v?([2-9]|[1-9][0-9]+)\\..*");
        this.shape = two ? Shape.V3 : Shape.V2;
    }

    HostFile file() {
        return new HostFile(
                "put-containerd-config",
                NodePaths.CONTAINERD_CONFIG,
                Registries.logins(settings(), shape.images(), clusterfile),
                Registries.haveLogins(clusterfile) ? 0600 : 0644);
    }

    private String settings() {
        return Script.fill(
                """
                version = @VERSION@
                @OWN@
                [plugins."@CRI@".containerd]
                  default_runtime_name = "runc"

                [plugins."@CRI@".containerd.runtimes.runc]
                  runtime_type = "io.containerd.runc.v2"

                [plugins."@CRI@".containerd.runtimes.runc.options]
                  SystemdCgroup = @SYSTEMD@

                [plugins."@IMAGES@".registry]
                  config_path = @REGISTRIES@
                """,
                "VERSION",
                Integer.toString(shape.version()),
                "OWN",
                own(),
                "SYSTEMD",
                Boolean.toString(Services.of(facts).hasSystemdCgroups()),
                "CRI",
                shape.cri(),
                "IMAGES",
                shape.images(),
                "REGISTRIES",
                Toml.text(NodePaths.REGISTRIES.value()));
    }

    /// What only some hosts need: rules of SELinux, and the image of pods' sandboxes where those of
    /// Kubernetes come from elsewhere; containerd's own choice is the project's registry.
    private String own() {
        var cri = new ArrayList<String>();
        if (facts.system().hasSelinux() && facts.system().containerPolicy()) {
            cri.add("enable_selinux = true");
        }
        String sandbox =
                clusterfile
                        .imageRepository()
                        .map(r -> Toml.text(SandboxImage.of(r, clusterfile.version())))
                        .orElse("");
        if (!sandbox.isEmpty() && shape.equals(Shape.V2)) {
            cri.add("sandbox_image = " + sandbox);
        }
        String table =
                cri.isEmpty()
                        ? ""
                        : "\n[plugins.%s]\n  %s\n"
                                .formatted(Toml.text(shape.cri()), String.join("\n  ", cri));
        return sandbox.isEmpty() || shape.equals(Shape.V2)
                ? table
                : table
                        + "\n[plugins.%s.pinned_images]\n  sandbox = %s\n"
                                .formatted(Toml.text(shape.images()), sandbox);
    }
}
