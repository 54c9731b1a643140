package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnRegistrySectionTest {
    @Test
    void hasDefaultsForAllButItsHosts() {
        OwnRegistry registry =
                accepted("{hosts: [10.0.0.2, 10.0.0.1]}").ownRegistry().orElseThrow();

        assertThat(registry.hosts())
                .extracting(h -> h.address())
                .containsExactly("10.0.0.2", "10.0.0.1");
        assertThat(registry.port()).isEqualTo(5000);
        assertThat(registry.storage().value()).isEqualTo("/var/lib/slipway-registry");
        assertThat(registry.serves())
                .containsExactly("registry.k8s.io", "docker.io", "quay.io", "ghcr.io");
        assertThat(registry.credential()).isEmpty();
    }

    @Test
    void readsEveryField() {
        Clusterfile clusterfile =
                accepted(
                        "{hosts: [10.0.0.2], port: 443, storage: /data/images, serves: [registry.k8s.io, 'reg.example:5000'], credential: pull}");

        OwnRegistry registry = clusterfile.ownRegistry().orElseThrow();
        assertThat(registry.port()).isEqualTo(443);
        assertThat(registry.storage().value()).isEqualTo("/data/images");
        assertThat(registry.serves()).containsExactly("registry.k8s.io", "reg.example:5000");
        assertThat(registry.credential()).contains("pull");
        assertThat(clusterfile.hasRegistry(clusterfile.workers().getFirst())).isTrue();
        assertThat(clusterfile.hasRegistry(clusterfile.controlPlane())).isFalse();
    }

    @Test
    void isAskedBeforeMirrorsForWhatItServesAndForItself() {
        Clusterfile clusterfile =
                accepted(
                        "{hosts: [10.0.0.2, 10.0.0.1], serves: ['reg.example:5000', quay.io], credential: pull}",
                        """
                          registries:
                            - {host: "reg.example:5000", mirrors: [{url: "https://m.example"}]}
                            - {host: docker.io, credential: hub}
                            - {host: "*", mirrors: [{url: "https://all.example"}]}
                        """);

        assertThat(urls(clusterfile, "reg.example:5000"))
                .containsExactly(
                        "https://10.0.0.2:5000/v2/reg.example_5000",
                        "https://10.0.0.1:5000/v2/reg.example_5000",
                        "https://m.example",
                        "https://reg.example:5000");
        assertThat(urls(clusterfile, "quay.io"))
                .as("what is said of all others still counts")
                .containsExactly(
                        "https://10.0.0.2:5000/v2/quay.io",
                        "https://10.0.0.1:5000/v2/quay.io",
                        "https://all.example",
                        "https://quay.io");
        assertThat(urls(clusterfile, "docker.io")).containsExactly("https://registry-1.docker.io");
        assertThat(urls(clusterfile, "10.0.0.1:5000")).containsExactly("https://10.0.0.1:5000");
        assertThat(clusterfile.registry("quay.io").orElseThrow().mirrors().getFirst())
                .satisfies(server -> {
                    assertThat(server.own()).isTrue();
                    assertThat(server.credential()).contains("pull");
                    assertThat(server.api()).isEqualTo("https://10.0.0.2:5000/v2/quay.io");
                });
    }

    @Test
    void servesTheRegistryOfKubernetesOwnImagesInAnyCase() {
        Clusterfile clusterfile =
                accepted(
                        "{hosts: [10.0.0.1], serves: [quay.io]}",
                        """
                        ---
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: ClusterConfiguration
                        imageRepository: images.example/k8s
                        """);

        assertThat(urls(clusterfile, "images.example").getFirst())
                .isEqualTo("https://10.0.0.1:5000/v2/images.example");
    }

    @Test
    void countsAsNothingWhereThereIsNone() {
        assertThat(CanonicalJson.text(accepted(""))).doesNotContain("ownRegistry", "\"own\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|there are no hosts",
                "{hosts: []}|there are no hosts",
                "{hosts: [10.0.0.9]}|host \"10.0.0.9\" is none of spec.hosts",
                "{hosts: [10.0.0.3]}|host \"10.0.0.3\" is declared absent",
                "{hosts: ['fd00::1']}|host \"fd00::1\" is called what names of images cannot have",
                "{hosts: [10.0.0.1, 10.0.0.1]}|\"10.0.0.1\" stands there twice",
                "{hosts: [10.0.0.1], port: 6443}|port 6443 is one of Kubernetes'",
                "{hosts: [10.0.0.1], port: 10250}|port 10250 is one of Kubernetes'",
                "{hosts: [10.0.0.1], port: 2379}|port 2379 is one of Kubernetes'",
                "{hosts: [10.0.0.1], port: 30000}|port 30000 is one of Kubernetes'",
                "{hosts: [10.0.0.1], port: 22}|port 22 is that of SSH",
                "{hosts: [10.0.0.1], port: 70000}|expected a number from 1 to 65535",
                "{hosts: [10.0.0.1], storage: /data}|\"/data\" is not as expected: an absolute path",
                "{hosts: [10.0.0.1], storage: /var/lib}|\"/var/lib\" is not as expected",
                "{hosts: [10.0.0.1], storage: /var/lib/slipway/x}|\"/var/lib/slipway/x\" is not as expected",
                "{hosts: [10.0.0.1], storage: /etc/x}|\"/etc/x\" is not as expected",
                "{hosts: [10.0.0.1], storage: '/data/$(reboot)'}|is not as expected",
                "{hosts: [10.0.0.1], storage: /data/../etc/x}|is not as expected",
                "{hosts: [10.0.0.1], serves: ['*']}|\"*\" is not as expected: a registry's host",
                "{hosts: [10.0.0.1], serves: [Docker]}|\"Docker\" is not as expected: a registry's host",
                "{hosts: [10.0.0.1], serves: ['10.0.0.1:5000']}|10.0.0.1:5000 is this registry",
                "{hosts: [10.0.0.1], username: me, password: geheim-4711}|a login stands here",
                "{hosts: [10.0.0.1], prot: 5}|unknown field \"prot\"",
                "{localRegistry: {domain: sea.hub}}|not served: say spec.registry.hosts",
                "{externalRegistry: {domain: a.example}}|not served: say spec.registries",
            })
    void saysWhatIsWrong(String entry, String message) {
        assertThat(problems(entry, "", SecretPolicy.REFUSED))
                .anySatisfy(p -> assertThat(p.toString()).contains(message));
        assertThat(problems(entry, "", SecretPolicy.REFUSED).toString()).doesNotContain("geheim");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "containerRuntime: {type: docker}|Docker has mirrors of docker.io alone",
                "endpoint: {mode: local-proxy, port: 5000}|port 5000 is one of Kubernetes'",
                "registries: [{host: '10.0.0.1:5000', credential: a}]|10.0.0.1:5000 is this registry"
            })
    void goesNotWithEverything(String field, String message) {
        assertThat(problems("{hosts: [10.0.0.1]}", "  " + field + "\n", SecretPolicy.REFUSED))
                .anySatisfy(p -> assertThat(p.toString()).contains(message));
    }

    @Test
    void isRefusedWithK0s() {
        String text =
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata: {name: demo}
                spec:
                  runtime: {type: k0s, version: v1.36.2+k0s.0}
                  ssh: {credential: team}
                  hosts: [{ips: [10.0.0.1], roles: [control-plane, worker]}]
                  registry: {hosts: [10.0.0.1]}
                """;

        assertThat(rejected(text, SecretPolicy.REFUSED))
                .anySatisfy(p ->
                        assertThat(p.message())
                                .contains("k0s imports archives on every node by itself"));
    }

    @Test
    void wantsNoProgramForARegistryThatIsNotThere() {
        assertThat(
                        problems(
                                "",
                                "  artifacts: {registry: {url: 'https://x.example/r.tgz', sha256: %s}}\n"
                                        .formatted("ab".repeat(32)),
                                SecretPolicy.REFUSED))
                .extracting(Problem::message)
                .containsExactly(
                        "registry is the program of the cluster's own registry: say spec.registry.hosts, or take it out");
    }

    @Test
    void takesALoginFromTheCommandLineWhichPutsACredentialThere() {
        String text = text("{hosts: [10.0.0.1], username: me, password: 'it, is'}", "");

        assertThat(rejected(text, SecretPolicy.PENDING)).isEmpty();
        SecretFields.Section section = SecretFields.find(text).getFirst();
        assertThat(section.path()).isEqualTo("spec.registry");
        assertThat(section.isRegistry()).isTrue();
        assertThat(section.value("password")).contains("it, is");
        assertThat(SecretFields.replace(text, _ -> "demo-registry"))
                .contains("registry: {hosts: [10.0.0.1], credential: demo-registry}");
    }

    private static List<String> urls(Clusterfile clusterfile, String host) {
        Optional<Registry> registry = clusterfile.registry(host);
        return registry.orElseThrow().servers().map(RegistryServer::url).toList();
    }

    private static Clusterfile accepted(String registry) {
        return accepted(registry, "");
    }

    private static Clusterfile accepted(String registry, String more) {
        return switch (ClusterfileReader.read(text(registry, more), SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted(var clusterfile) -> clusterfile;
            case ClusterfileResult other -> throw new AssertionError(other.toString());
        };
    }

    private static List<Problem> problems(String registry, String more, SecretPolicy policy) {
        return rejected(text(registry, more), policy);
    }

    private static List<Problem> rejected(String text, SecretPolicy policy) {
        return switch (ClusterfileReader.read(text, policy)) {
            case ClusterfileResult.Rejected(var problems) -> problems;
            case ClusterfileResult _ -> List.of();
        };
    }

    private static String text(String registry, String more) {
        return """
        apiVersion: slipway.dev/v1
        kind: Cluster
        metadata: {name: demo}
        spec:
          runtime: {version: v1.36.2}
          ssh: {credential: team}
          hosts:
            - {ips: [10.0.0.1], roles: [control-plane]}
            - {ips: [10.0.0.2, "fd00::1"], roles: [worker]}
            - {ips: [10.0.0.3], roles: [worker], absent: true}
        %s%s\
        """
                .formatted(registry.isEmpty() ? "" : "  registry: " + registry + "\n", more);
    }
}
