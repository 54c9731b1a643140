package dev.slipway.planner.plan.kubeadm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Part;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.FactReader;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.node.HostFile;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerdConfigTest {
    private static final Clusterfile PLAIN = PlanFixture.clusterfile(0);

    @ParameterizedTest
    @CsvSource({
        "1.7.27,2",
        "v1.6.9,2",
        "2.1.0,3",
        "v2.1.4,3",
        "10.0.0,3",
        "unknown,2",
        "'',2",
        "21,2"
    })
    void hasTheShapeOfTheReleaseThatIsThere(String release, int version) {
        String text = text(new ContainerdConfig(PLAIN, facts(release)).file().content());

        assertThat(text)
                .startsWith("version = %d\n".formatted(version))
                .contains(
                        version == 2
                                ? "[plugins.\"io.containerd.grpc.v1.cri\".registry]\n  config_path = \"/etc/containerd/certs.d\"\n"
                                : "[plugins.\"io.containerd.cri.v1.images\".registry]\n  config_path = \"/etc/containerd/certs.d\"\n");
    }

    @Test
    void hasTheShapeThatAllReadWhereAnArtifactBringsIt() {
        Clusterfile fetched =
                PlanFixture.clusterfile(
                        0,
                        "v1.36.2",
                        "  artifacts:\n    containerd: {url: 'https://x.example/c.tgz', sha256: %s}\n"
                                .formatted("ab".repeat(32)));

        assertThat(text(new ContainerdConfig(fetched, facts("2.1.0")).file().content()))
                .startsWith("version = 2\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "selinux=enforcing;container-policy=yes|true|true",
                "selinux=permissive;container-policy=yes|true|true",
                "selinux=enforcing|false|true",
                "selinux=off;container-policy=yes|false|true",
                "openrc=yes|false|false"
            })
    void suitsTheHostsPolicyAndInitSystem(String system, boolean selinux, boolean systemd) {
        String lines = system.replace(';', '\n') + "\n";
        HostFacts facts =
                Objects.requireNonNull(
                        PlanFixture.fresh(PLAIN, lines).get(PLAIN.controlPlane().address()));

        String text = text(new ContainerdConfig(PLAIN, facts).file().content());

        assertThat(text).contains("SystemdCgroup = %s\n".formatted(systemd));
        assertThat(
                        text.contains(
                                "\n[plugins.\"io.containerd.cri.v1.runtime\"]\n  enable_selinux = true\n"))
                .isEqualTo(selinux);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v1.36.2|1.7.27|[plugins.\"io.containerd.grpc.v1.cri\"];  enable_selinux = true;  sandbox_image = \"r.example:5000/k8s/pause:3.10.2\"",
                "v1.34.1|2.1.0|[plugins.\"io.containerd.cri.v1.images\".pinned_images];  sandbox = \"r.example:5000/k8s/pause:3.10.1\"",
                "v1.31.0|2.1.0|  sandbox = \"r.example:5000/k8s/pause:3.10\"",
                "v1.30.4|2.1.0|  sandbox = \"r.example:5000/k8s/pause:3.9\""
            })
    void takesTheSandboxFromWhereKubernetesImagesComeFrom(
            String version, String release, String lines) {
        Clusterfile elsewhere =
                PlanFixture.clusterfile(
                        0,
                        version,
                        """
                        ---
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: ClusterConfiguration
                        imageRepository: r.example:5000/k8s
                        """);
        var report = new HashMap<>(PlanFixture.report(PLAIN.controlPlane(), version, false));
        report.put("tools", "version.containerd=%s\n".formatted(release));
        report.merge("system", "selinux=enforcing\ncontainer-policy=yes\n", String::concat);
        HostFacts facts = FactReader.read(report, Instant.ofEpochSecond(1_800_000_000L));

        assertThat(text(new ContainerdConfig(elsewhere, facts).file().content()))
                .contains(lines.replace(';', '\n') + "\n");
    }

    @Test
    void holdsLoginsAsMaterialsForRootAlone() {
        Clusterfile registries =
                PlanFixture.clusterfile(
                        0,
                        "v1.36.2",
                        """
                          registries:
                            - {host: docker.io, credential: hub, mirrors: [{url: "https://m.example:8443/x", credential: mirror}]}
                        """);

        HostFile file = new ContainerdConfig(registries, facts("1.7.1")).file();

        assertThat(file.mode()).isEqualTo(0600);
        assertThat(file.content())
                .contains(
                        new Part.Material(Materials.registryLogin("hub")),
                        new Part.Material(Materials.registryLogin("mirror")));
        assertThat(text(file.content()))
                .endsWith(
                        """

                        [plugins."io.containerd.grpc.v1.cri".registry.configs."m.example:8443".auth]
                          auth = "<registry/mirror>"

                        [plugins."io.containerd.grpc.v1.cri".registry.configs."registry-1.docker.io".auth]
                          auth = "<registry/hub>"
                        """);
        assertThat(new ContainerdConfig(PLAIN, facts("1.7.1")).file().mode()).isEqualTo(0644);
    }

    private static String text(List<Part> parts) {
        var text = new StringBuilder();
        for (Part part : parts) {
            text.append(
                    switch (part) {
                        case Part.Literal(String literal) -> literal;
                        case Part.Material(var name) -> "<" + name + ">";
                        case Part.Content _ -> throw new AssertionError("a content");
                    });
        }
        return text.toString();
    }

    private static HostFacts facts(String containerd) {
        var report = new HashMap<>(PlanFixture.report(PLAIN.controlPlane(), "v1.36.2", false));
        report.put(
                "tools",
                "path.containerd=/usr/bin/containerd\nversion.containerd=%s\n"
                        .formatted(containerd));
        return FactReader.read(report, Instant.ofEpochSecond(1_800_000_000L));
    }
}
