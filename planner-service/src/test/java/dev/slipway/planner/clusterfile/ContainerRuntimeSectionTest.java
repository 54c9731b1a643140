package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.outcome.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerRuntimeSectionTest {
    private static final String DOCKER = "  containerRuntime: {type: docker}\n";
    private static final String DIGEST = "ab".repeat(32);

    @Test
    void takesDockerWithWhatItCanDo() {
        Clusterfile clusterfile =
                accepted(
                        DOCKER
                                + """
                                  artifacts: {cri-dockerd: {content: %s, size: 9}}
                                  registries:
                                    - {host: docker.io, mirrors: [{url: "https://m.example:8443/"}, {url: "http://10.0.0.9:5000", skipVerify: true}]}
                                    - {host: r.example:5000, skipVerify: true}
                                ---
                                apiVersion: kubeadm.k8s.io/v1beta4
                                kind: InitConfiguration
                                nodeRegistration: {criSocket: "unix:///run/cri-dockerd.sock"}
                                ---
                                apiVersion: kubelet.config.k8s.io/v1beta1
                                kind: KubeletConfiguration
                                containerRuntimeEndpoint: unix:///run/cri-dockerd.sock
                                """
                                        .formatted(DIGEST));

        assertThat(clusterfile.containerRuntime()).isEqualTo(ContainerRuntime.DOCKER);
        assertThat(clusterfile.artifacts())
                .extracting(a -> a.name() + " " + a.into())
                .containsExactly("cri-dockerd /usr/local/bin");
    }

    /// Clusters that were accepted before there was a choice are not other ones for it.
    @Test
    void saysNothingOfContainerd() {
        Clusterfile silent = accepted("");
        Clusterfile said = accepted("  containerRuntime: {type: containerd}\n");

        assertThat(silent.containerRuntime()).isEqualTo(ContainerRuntime.CONTAINERD);
        assertThat(said.digest()).isEqualTo(silent.digest());
        assertThat(CanonicalJson.text(silent)).doesNotContain("containerRuntime");
        assertThat(accepted(DOCKER).digest()).isNotEqualTo(silent.digest());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    containerRuntime: {type: dokcer} | spec.containerRuntime.type | unknown container runtime "dokcer"
                    containerRuntime: {type: cri-o} | spec.containerRuntime.type | container runtime cri-o is not served yet, containerd and docker are
                    containerRuntime: {typ: docker} | spec.containerRuntime.typ | unknown field "typ"
                    artifacts: {cri-dockerd: {content: DIGEST, size: 9}} | spec.artifacts.cri-dockerd | cri-dockerd is for hosts whose containers Docker runs: say spec.containerRuntime.type: docker, or take it out
                    """)
    void saysWhatIsWrongWithTheChoice(String line, String path, String message) {
        assertThat(rejected("  " + line.replace("DIGEST", DIGEST) + "\n"))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.path()).isEqualTo(path);
                    assertThat(p.message()).isEqualTo(message);
                    assertThat(p.line()).isEqualTo(8);
                });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    artifacts: {containerd: {content: DIGEST, size: 9}} | spec.artifacts.containerd | Docker has its own containerd, which is used as it is on the hosts: take it out
                    artifacts: {runc: {content: DIGEST, size: 9}} | spec.artifacts.runc | Docker has its own runc
                    files: [{path: /etc/docker/daemon.json, text: a}] | spec.files[0].path | /etc/docker/daemon.json is not for files of yours
                    registries: [{host: quay.io, mirrors: [{url: "https://m.example"}]}] | spec.registries[0].mirrors | Docker has mirrors of docker.io alone: name images by the mirror's host
                    registries: [{host: "*", mirrors: [{url: "https://m.example"}]}] | spec.registries[0].host | Docker has mirrors of docker.io alone
                    registries: [{host: docker.io, skipVerify: true}] | spec.registries[0].skipVerify | skipVerify of docker.io itself is not read by Docker: say it of a mirror
                    registries: [{host: quay.io, credential: a}] | spec.registries[0].credential | Docker keeps no login for what kubeadm and the kubelet pull: bring the images (spec.images), have pods name imagePullSecrets, or say spec.containerRuntime.type: containerd
                    registries: [{host: docker.io, mirrors: [{url: "https://m.example", credential: a}]}] | spec.registries[0].mirrors[0].credential | Docker keeps no login
                    registries: [{host: docker.io, mirrors: [{url: "https://m.example/v2/hub"}]}] | spec.registries[0].mirrors[0].url | "https://m.example/v2/hub" has a path, which Docker takes in no mirror: say host and port alone
                    registries: [{host: docker.io, mirrors: [{url: "https://m.example", pullOnly: true}]}] | spec.registries[0].mirrors[0].pullOnly | Docker trusts its mirrors with tags too
                    """)
    void refusesWhatDockerCannotDo(String line, String path, String message) {
        assertThat(rejected(DOCKER + "  " + line.replace("DIGEST", DIGEST) + "\n"))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.path()).isEqualTo(path);
                    assertThat(p.message()).startsWith(message);
                    assertThat(p.line()).isEqualTo(9);
                    assertThat(p.code()).isEqualTo(ReasonCode.CLUSTERFILE_INVALID);
                });
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    InitConfiguration | kubeadm.k8s.io/v1beta4 | nodeRegistration: {criSocket: "unix:///run/containerd/containerd.sock"} | nodeRegistration.criSocket | "unix:///run/containerd/containerd.sock" cannot be served: Slipway's own steps need unix:///run/cri-dockerd.sock
                    JoinConfiguration | kubeadm.k8s.io/v1beta4 | nodeRegistration: {criSocket: /var/run/dockershim.sock} | nodeRegistration.criSocket | "/var/run/dockershim.sock" cannot be served: Slipway's own steps need unix:///run/cri-dockerd.sock
                    ClusterConfiguration | kubeadm.k8s.io/v1beta4 | imageRepository: "r.example/k 8s" | imageRepository | "r.example/k 8s" is not as expected: a registry and path such as registry.example.org:5000/kubernetes
                    KubeletConfiguration | kubelet.config.k8s.io/v1beta1 | containerRuntimeEndpoint: unix:///run/containerd/containerd.sock | containerRuntimeEndpoint | "unix:///run/containerd/containerd.sock" cannot be served: Slipway's own steps need unix:///run/cri-dockerd.sock
                    """)
    void keepsTheDocumentsToTheSocketOfCriDockerd(
            String kind, String version, String line, String path, String message) {
        assertThat(
                        rejected(
                                DOCKER
                                        + "---\napiVersion: %s\nkind: %s\n%s\n"
                                                .formatted(version, kind, line)))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.path()).isEqualTo(path);
                    assertThat(p.message()).isEqualTo(message);
                    assertThat(p.document()).isEqualTo(2);
                });
    }

    private static Clusterfile accepted(String more) {
        return ClusterfileReaderTest.accepted(text(more));
    }

    private static List<Problem> rejected(String more) {
        return switch (ClusterfileReader.read(text(more), SecretPolicy.REFUSED)) {
            case ClusterfileResult.Rejected(var problems) -> problems;
            case ClusterfileResult other -> throw new AssertionError(other.toString());
        };
    }

    private static String text(String more) {
        return """
        apiVersion: slipway.dev/v1
        kind: Cluster
        metadata: {name: demo}
        spec:
          runtime: {version: v1.36.2}
          ssh: {credential: team}
          hosts: [{ips: [10.0.0.1], roles: [control-plane]}]
        %s\
        """
                .formatted(more);
    }
}
