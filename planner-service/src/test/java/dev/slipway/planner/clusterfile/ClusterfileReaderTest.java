package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.outcome.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterfileReaderTest {
    private static final String GOOD =
            """
            apiVersion: slipway.dev/v1
            kind: Cluster
            metadata: {name: demo}
            spec:
              runtime: {type: kubeadm, version: v1.36.2}
              ssh: {user: ops, port: "2222", credential: team-a, sudoCredential: team-a}
              env: [HTTP_PROXY=http://p:1, HTTP_PROXY=http://p:2]
              hosts:
                - ips: [10.0.0.21-10.0.0.22, "10.0.0.24,10.0.0.25"]
                  roles: [node]
                  labels: {disk: ssd}
                  taints: ["dedicated-to=gpu-a:NoSchedule", "old:NoExecute-"]
                  env: [NO_PROXY=10.0.0.0/8]
                  ssh: {port: 22}
                - ips: ["fd00::1"]
                  names: [cp-1]
                  roles: [master]
            """;

    @Test
    void readsEverythingThatIsServed() {
        Clusterfile clusterfile = accepted(GOOD);

        assertThat(clusterfile.hosts())
                .extracting(h -> h.address().toString())
                .containsExactly(
                        "[fd00::1]:2222",
                        "10.0.0.21:22",
                        "10.0.0.22:22",
                        "10.0.0.24:22",
                        "10.0.0.25:22");
        ClusterHost worker = clusterfile.workers().getFirst();
        assertThat(worker.ssh())
                .isEqualTo(
                        new SshAccess(
                                "ops",
                                "team-a",
                                java.util.Optional.of("team-a"),
                                List.of(),
                                List.of()));
        assertThat(worker.env())
                .containsEntry("HTTP_PROXY", "http://p:2")
                .containsEntry("NO_PROXY", "10.0.0.0/8");
        assertThat(worker.taints())
                .containsExactly(
                        new Taint("dedicated-to", "gpu-a", "NoSchedule", false),
                        new Taint("old", "", "NoExecute", true));
        assertThat(clusterfile.apiPort()).isEqualTo(6443);
        assertThat(clusterfile.version()).hasToString("v1.36.2");
    }

    @Test
    void joinsWorkersByTokenUnlessTheFileSaysByCertificate() {
        assertThat(accepted(GOOD).join()).isEqualTo(JoinMode.TOKEN);
        assertThat(accepted(GOOD + "  join: certificate\n").join()).isEqualTo(JoinMode.CERTIFICATE);
        assertThat(rejected(GOOD + "  join: tokn\n"))
                .anySatisfy(p ->
                        assertThat(p.toString())
                                .contains("spec.join", "tokn", "token or certificate"));
    }

    @Test
    void digestDependsOnWhatIsSaidAndNotOnHow() {
        String commented = GOOD.replace("kind: Cluster", "# a comment\nkind: Cluster");
        String renamed = GOOD.replace("[master]", "[control-plane]");
        String changed = GOOD.replace("disk: ssd", "disk: hdd");

        assertThat(accepted(commented).digest()).isEqualTo(accepted(GOOD).digest());
        assertThat(accepted(renamed).digest()).isEqualTo(accepted(GOOD).digest());
        assertThat(accepted(changed).digest()).isNotEqualTo(accepted(GOOD).digest());
    }

    @ParameterizedTest
    @CsvSource({"sealer.io/v1", "sealer.io/v2", "sealer.cloud/v2"})
    void acceptsTheOlderApiVersions(String version) {
        assertThat(accepted(GOOD.replace("slipway.dev/v1", version)).name()).hasToString("demo");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    {}                                  | spec.artifacts.cni.url: expected exactly one of url and file, found neither
                    {url: "https://x/y", file: z}       | spec.artifacts.cni.url: expected exactly one of url and file, found url and file
                    {url: "https://x/y"}                | spec.artifacts.cni: sha256 is missing
                    {content: DIGEST}                   | spec.artifacts.cni: size is missing
                    {content: DIGEST, size: -1}         | spec.artifacts.cni.size: "-1" is not as expected: a number of bytes
                    {content: DIGEST, size: 1, sha256: DIGEST} | spec.artifacts.cni.sha256: sha256 goes with url only: take it out
                    {file: ./cni.tgz}                   | spec.artifacts.cni.file: a file of your machine, which only the command line can read
                    """)
    void knowsThreeSourcesOfAFile(String cni, String problem) {
        String section = "spec:\n  artifacts:\n    cni: " + cni.replace("DIGEST", "ab".repeat(32));

        assertThat(rejected(GOOD.replaceFirst("spec:", section)))
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .contains(problem);
    }

    @Test
    void leavesFilesOfTheMachineToTheCommandLine() {
        String local =
                GOOD.replaceFirst("spec:", "spec:\n  artifacts:\n    cni: {file: ./cni.tgz}");

        assertThat(ClusterfileReader.read(local, SecretPolicy.PENDING))
                .isInstanceOfSatisfying(
                        ClusterfileResult.Accepted.class,
                        accepted ->
                                assertThat(accepted.clusterfile().sources())
                                        .containsEntry(
                                                "spec.artifacts.cni",
                                                new FileSource.Local("./cni.tgz")));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    metadata: {name: demo}  | metadata: {nmae: demo}   | document 1, line 3, column 12: metadata.nmae: unknown field "nmae": did you mean "name"?
                    kind: Cluster           | kind: Clutser            | document 1, line 2, column 7: kind: unknown kind "Clutser": did you mean "Cluster"?
                    slipway.dev/v1          | slipway.dev/v2           | document 1, line 1, column 13: apiVersion: unknown apiVersion "slipway.dev/v2" of kind Cluster: did you mean "slipway.dev/v1"?
                    roles: [node]           | roles: [nod]             | document 1, line 10, column 15: spec.hosts[0].roles[0]: unknown role "nod": did you mean "node"?
                    roles: [node]           | roles: []                | document 1, line 10, column 7: spec.hosts[0].roles: there are no roles
                    10.0.0.21-10.0.0.22     | 10.0.0.22-10.0.0.21      | document 1, line 9, column 13: spec.hosts[0].ips[0]: "10.0.0.22-10.0.0.21" is not as expected: an IP address, a range such as 10.0.0.1-10.0.0.9, or a DNS name
                    10.0.0.21-10.0.0.22     | 10.0.0.0/24              | document 1, line 9, column 13: spec.hosts[0].ips[0]: "10.0.0.0/24" is not as expected: an IP address, a range such as 10.0.0.1-10.0.0.9, or a DNS name
                    10.0.0.24,10.0.0.25     | 10.0.0.21                | document 1, line 9, column 7: spec.hosts[0].ips: 10.0.0.21:22 stands in spec.hosts[0].ips already
                    disk: ssd               | "di sk": ssd             | document 1, line 11, column 16: spec.hosts[0].labels.di sk: "di sk" is no label's key
                    gpu-a:NoSchedule        | gpu-a:NoShedule          | document 1, line 12, column 16: spec.hosts[0].taints[0]: "dedicated-to=gpu-a:NoShedule" is not as expected: key=value:Effect, key:Effect, key:Effect- or key-, with effect NoSchedule, PreferNoSchedule or NoExecute
                    names: [cp-1]           | names: [cp-1, cp-2]      | document 1, line 16, column 7: spec.hosts[1].names: 2 names for 1 addresses
                    version: v1.36.2        | version: newest          | document 1, line 5, column 37: spec.runtime.version: "newest" is not as expected: a Kubernetes release such as v1.36.2
                    port: 22                | port: 70000              | document 1, line 14, column 19: spec.hosts[0].ssh.port: "70000" is out of range: expected a number from 1 to 65535
                    roles: [master]         | roles: [node]            | document 1, line 8, column 3: spec.hosts: there is no host with the role control-plane
                    env: [HTTP              | env: [{a: b}, HTTP       | document 1, line 7, column 9: spec.env[0]: expected a text, found fields
                    env: [HTTP              | env: [lower=1, HTTP      | document 1, line 7, column 9: spec.env[0]: "lower" is no variable: expected KEY=VALUE, the key in upper-case letters, digits and underscores
                    apiVersion: slipway     | apiVersion: &a slipway   | document 1, line 1, column 13: anchors and aliases are not understood here: write the value out
                    kind: Cluster           | kind: [                  | document 1, line 4, column 1: not YAML: expected ',' or ']', but got <scalar>
                    """)
    void namesPlaceAndNearestWord(String from, String to, String problem) {
        assertThat(rejected(GOOD.replace(from, to)))
                .extracting(Problem::toString)
                .contains(problem);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    type: kubeadm           | type: k3s                          | spec.runtime.type
                    roles: [node]           | roles: [master, node]              | spec.hosts[0].roles
                    ssh: {port: 22}         | ssh: {port: 22, encrypted: true}   | spec.hosts[0].ssh.encrypted
                    env: [HTTP              | image: r/kube:v1%  env: [HTTP    | spec.image
                    env: [HTTP              | dataRoot: /data%  env: [HTTP      | spec.dataRoot
                    env: [HTTP              | env: [SvcCIDR=10.0.0.0/9, HTTP     | spec.env[0]
                    kind: Cluster           | kind: Application                  | kind
                    env: [HTTP              | containerRuntime: {type: cri-o}%  env: [HTTP | spec.containerRuntime.type
                    """)
    void refusesByNameWhatIsKnownAndNotServed(String from, String to, String path) {
        assertThat(rejected(GOOD.replace(from, to.replace("%", "\n"))))
                .anySatisfy(p -> {
                    assertThat(p.code()).isEqualTo(ReasonCode.NOT_SERVED_YET);
                    assertThat(p.path()).isEqualTo(path);
                });
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    ssh: {port: 22}  | ssh: {passwd: hunter2-secret}                                        | spec.hosts[0].ssh.passwd
                    ssh: {port: 22}  | ssh: {pk: /hunter2-secret}                                           | spec.hosts[0].ssh.pk
                    ssh: {port: 22}  | ssh: {pkPasswd: hunter2-secret}                                      | spec.hosts[0].ssh.pkPasswd
                    ssh: {port: 22}  | ssh: {sudoPassword: hunter2-secret}                                  | spec.hosts[0].ssh.sudoPassword
                    env: [HTTP       | registry: {localRegistry: {password: hunter2-secret}}%  env: [HTTP  | spec.registry.localRegistry.password
                    env: [HTTP       | env: ["A=-----BEGIN PRIVATE KEY----- hunter2-secret", HTTP           | spec.env[0]
                    env: [HTTP       | manifests: [{name: s, text: "{apiVersion: v1, kind: Secret, stringData: {a: hunter2-secret}}"}]%  env: [HTTP | spec.manifests[0].text
                    """)
    void refusesSecretsNamingTheFieldAndNeverTheValue(String from, String to, String path) {
        List<Problem> problems = rejected(GOOD.replace(from, to.replace("%", "\n")));

        assertThat(problems)
                .anySatisfy(p -> {
                    assertThat(p.code()).isEqualTo(ReasonCode.INLINE_SECRET);
                    assertThat(p.path()).isEqualTo(path);
                });
        assertThat(problems.toString()).doesNotContain("hunter2");
    }

    @Test
    void takesSecretsAsPendingForTheCommandLine() {
        String text = GOOD.replace("credential: team-a, sudoCredential: team-a", "pk: ~/.ssh/id");

        assertThat(ClusterfileReader.read(text, SecretPolicy.PENDING))
                .isInstanceOf(ClusterfileResult.Accepted.class);
        assertThat(rejected(text)).extracting(Problem::path).containsExactly("spec.ssh.pk");
    }

    @Test
    void reportsAllProblemsOfAllDocumentsAtOnce() {
        String text =
                GOOD.replace("disk: ssd", "disk: s s").replace("[master]", "[mster]")
                        + """
                        ---
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: ClusterConfiguration
                        networkin: {}
                        ---
                        apiVersion: sealer.io/v1
                        kind: Plugin
                        """;

        assertThat(rejected(text))
                .extracting(Problem::document, Problem::path)
                .contains(
                        org.assertj.core.api.Assertions.tuple(1, "spec.hosts[0].labels.disk"),
                        org.assertj.core.api.Assertions.tuple(1, "spec.hosts[1].roles[0]"),
                        org.assertj.core.api.Assertions.tuple(2, "networkin"),
                        org.assertj.core.api.Assertions.tuple(3, ""));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    kubeadm.k8s.io/v1beta4|InitConfiguration|nodeRegistration: {name: x}|CLUSTERFILE_INVALID
                    kubeadm.k8s.io/v1beta4|InitConfiguration|nodeRegistration: {criSocket: "unix:///var/run/crio.sock"}|CLUSTERFILE_INVALID
                    kubeadm.k8s.io/v1beta4|InitConfiguration|bootstrapTokens: [{token: abcdef.0123456789abcdef}]|INLINE_SECRET
                    kubeadm.k8s.io/v1beta4|InitConfiguration|certificateKey: aa|INLINE_SECRET
                    kubeadm.k8s.io/v1beta4|InitConfiguration|skipPhases: [bootstrap-token]|CLUSTERFILE_INVALID
                    kubeadm.k8s.io/v1beta4|ClusterConfiguration|kubernetesVersion: v1.35.0|CLUSTERFILE_INVALID
                    kubeadm.k8s.io/v1beta4|ClusterConfiguration|certificatesDir: /pki|CLUSTERFILE_INVALID
                    kubeadm.k8s.io/v1beta4|ClusterConfiguration|etcd: {external: {}}|NOT_SERVED_YET
                    kubeadm.k8s.io/v1beta4|JoinConfiguration|discovery: {bootstrapToken: {token: abcdef.0123456789abcdef}}|INLINE_SECRET
                    kubeadm.k8s.io/v1beta4|JoinConfiguration|controlPlane: {}|CLUSTERFILE_INVALID
                    kubeadm.k8s.io/v1beta2|ClusterConfiguration|clusterName: a|CLUSTERFILE_INVALID
                    kubelet.config.k8s.io/v1beta1|KubeletConfiguration|cgroupDriver: cgroupfs|CLUSTERFILE_INVALID
                    """)
    void refusesWhatWouldContradictSlipwaysOwnSteps(
            String version, String kind, String body, String code) {
        String text = GOOD + "---\napiVersion: %s\nkind: %s\n%s\n".formatted(version, kind, body);

        assertThat(rejected(text))
                .singleElement()
                .satisfies(p -> assertThat(p.code()).isEqualTo(ReasonCode.valueOf(code)));
    }

    @Test
    void keepsWithinItsLimitsWhateverTheText() {
        assertThat(rejected("a: " + "[".repeat(100_000))).isNotEmpty();
        assertThat(rejected("a: " + "[".repeat(70) + "]".repeat(70)).toString())
                .contains("more than 64 levels deep");
        assertThat(rejected("---\na: b\n".repeat(101)).toString())
                .contains("more than 100 documents");
        assertThat(rejected("x".repeat(1_000_001)).toString()).contains("longer than 1 MB");
        assertThat(rejected("").toString()).contains("there is no document of kind Cluster");
    }

    @Test
    void takesTheOlderConfigDocumentsAsManifestsAndFiles() {
        String text =
                GOOD
                        + """
                        ---
                        apiVersion: sealer.io/v1
                        kind: Config
                        metadata: {name: net}
                        spec: {path: manifests/net.yaml, data: "{apiVersion: v1, kind: Namespace}"}
                        ---
                        apiVersion: sealer.io/v1
                        kind: Config
                        metadata: {name: policy}
                        spec: {path: /etc/kubernetes/audit.yaml, data: "a: b"}
                        """;

        Clusterfile clusterfile = accepted(text);

        assertThat(clusterfile.manifests()).extracting(Manifest::name).containsExactly("net");
        assertThat(clusterfile.files())
                .extracting(f -> f.path().value())
                .containsExactly("/etc/kubernetes/audit.yaml");
        assertThat(rejected(text.replace("data: \"a: b\"", "data: a, strategy: merge")))
                .extracting(Problem::code)
                .containsExactly(ReasonCode.NOT_SERVED_YET);
    }

    static Clusterfile accepted(String text) {
        return switch (ClusterfileReader.read(text, SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted(Clusterfile clusterfile) -> clusterfile;
            case ClusterfileResult.HostsOnly hosts -> throw new AssertionError(hosts.toString());
            case ClusterfileResult.Rejected(List<Problem> problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    static List<Problem> rejected(String text) {
        return switch (ClusterfileReader.read(text, SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted _, ClusterfileResult.HostsOnly _ ->
                    throw new AssertionError("accepted");
            case ClusterfileResult.Rejected(List<Problem> problems) -> problems;
        };
    }
}
