package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.SshTestClient.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeadmTrapsIT {

    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(3, 1);

    private static Outcome run(String command) {
        return HOSTS.ssh().run("cp1", command);
    }

    private static Outcome validate(String document) {
        return HOSTS.ssh()
                .run(
                        "cp1",
                        "cat >/root/c.yaml; kubeadm config validate --config /root/c.yaml",
                        document);
    }

    private static Outcome init(String before) {
        return HOSTS.ssh()
                .run(
                        "cp1",
                        "cat >/root/init.yaml; "
                                + before
                                + "\nkubeadm init --config /root/init.yaml",
                        Documents.init(HOSTS.address("cp1")));
    }

    @BeforeAll
    static void preparesTheHost() {
        var fresh = init(":");
        assertThat(fresh.exitCode()).isEqualTo(1);
        assertThat(fresh.errors())
                .contains(
                        "[ERROR FileContent--proc-sys-net-ipv4-ip_forward]",
                        "[ERROR CRI]",
                        "[ERROR ContainerRuntimeVersion]",
                        "[WARNING Swap]");
        assertThat(HOSTS.ssh().run("cp1", "sh -s", Documents.PREPARE).both())
                .doesNotContain("rror");
    }

    @AfterEach
    void clean() {
        run("kubeadm reset -f; systemctl start containerd; swapoff -a");
    }

    @Test
    void aServiceAccountKeyOfAnotherPairIsNotNoticedByInit() {
        var init =
                init(
                        Documents.AUTHORITY
                                + "openssl genpkey -algorithm RSA 2>/dev/null | openssl pkey -pubout -out sa.pub");
        assertThat(init.exitCode()).as(init.both()).isZero();
        assertThat(
                        run("kubectl --kubeconfig /etc/kubernetes/admin.conf get pods -n kube-system")
                                .output())
                .containsPattern("kube-controller-manager-cp1 +0/1 +CrashLoopBackOff");
        assertThat(run("crictl ps -a").output())
                .containsPattern("Exited +5 +kube-controller-manager");
        assertThat(
                        run("kubectl --kubeconfig /etc/kubernetes/admin.conf get cm cluster-info -n kube-public -o yaml")
                                .output())
                .contains("kubeconfig:")
                .doesNotContain("jws-kubeconfig");
    }

    @Test
    void aMissingPublicServiceAccountKeyFailsLate() {
        var init = init(Documents.AUTHORITY + "rm sa.pub");
        assertThat(init.exitCode()).isEqualTo(1);
        assertThat(init.errors())
                .contains(
                        "error execution phase wait-control-plane: cannot obtain client without bootstrap: could not bootstrap the admin user in file admin.conf");
    }

    @Test
    void aMissingServiceAccountKeyIsReplacedSilently() {
        var init = init(Documents.AUTHORITY + "sha256sum sa.pub; rm sa.key");
        assertThat(init.exitCode()).as(init.both()).isZero();
        assertThat(init.output()).contains("[certs] Generating \"sa\" key and public key");
        assertThat(run("sha256sum /etc/kubernetes/pki/sa.pub").output())
                .isNotEqualTo(init.output().lines().findFirst().orElse("") + "\n");
    }

    @Test
    void aKeyOfAnotherAuthorityIsRefused() {
        var init =
                init(
                        Documents.AUTHORITY
                                + "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key");
        assertThat(init.exitCode()).isEqualTo(1);
        assertThat(init.errors())
                .contains("x509: provided PrivateKey doesn't match parent's PublicKey");
    }

    @Test
    void anEd25519AuthorityIsRefused() {
        var init = init(Documents.AUTHORITY + "openssl genpkey -algorithm ed25519 -out ca.key");
        assertThat(init.errors()).contains("ca.key is neither in RSA nor ECDSA format");
    }

    @Test
    void anAuthorityThatIsNoneIsRefused() {
        var init =
                init(
                        Documents.AUTHORITY
                                + "openssl req -x509 -key ca.key -subj /CN=kubernetes -addext basicConstraints=critical,CA:FALSE -out ca.crt 2>/dev/null");
        assertThat(init.errors()).contains("ca certificate is not a certificate authority");
    }

    @Test
    void givenFilesKeepTheirModes() {
        assertThat(init(Documents.AUTHORITY + "chmod 0666 ca.key").exitCode()).isZero();
        assertThat(run("stat -c %a /etc/kubernetes/pki/ca.key").output()).isEqualTo("666\n");
    }

    @Test
    void swapKeepsTheKubeletDown() {
        var init = init("swapon /swap.img");
        assertThat(init.exitCode()).isEqualTo(1);
        assertThat(init.output())
                .contains("[kubelet-check] The kubelet is not healthy after 4m0.00s");
        assertThat(run("systemctl is-active kubelet").output()).isEqualTo("activating\n");
    }

    @Test
    void anImageThatCannotBePulledIsNamed() {
        var init =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                "cat >/root/init.yaml; kubeadm init --config /root/init.yaml",
                                Documents.init(HOSTS.address("cp1"))
                                        + "imageRepository: registry.invalid/k8s\n");
        assertThat(init.exitCode()).isEqualTo(1);
        assertThat(init.errors())
                .contains(
                        "[ERROR ImagePull]: failed to pull image \"registry.invalid/k8s/etcd:3.6.8-0\"");
    }

    @Test
    void initWarnsOfAnUnknownFieldThatValidateRefuses() {
        String document = Documents.init(HOSTS.address("cp1")) + "controlPlaneEndpont: typo\n";
        var validate = validate(document);
        assertThat(validate.exitCode()).isEqualTo(1);
        assertThat(validate.errors())
                .contains("strict decoding error: unknown field \"controlPlaneEndpont\"");
        var init = run("kubeadm init --config /root/c.yaml");
        assertThat(init.exitCode()).as(init.both()).isZero();
        assertThat(init.errors()).contains("unknown field \"controlPlaneEndpont\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v1beta5|ClusterConfiguration|clusterName: a|unknown configuration APIs",
                "v1beta2|ClusterConfiguration|clusterName: a|uses an old API spec",
                "v1beta4|Bogus|clusterName: a|unknown configuration APIs",
                "v1beta4|InitConfiguration|nodeRegistration: {kubeletExtraArgs: {node-ip: 1.2.3.4}}|cannot unmarshal object into",
                "v1beta4|InitConfiguration|nodeRegistration: {names: x}|unknown field \"nodeRegistration.names\"",
                "v1beta4|InitConfiguration|bootstrapTokens: [{token: abc}]|the bootstrap token is invalid",
                "v1beta4|ClusterConfiguration|networking: {podSubnet: 10.244.0.0/99}|couldn't parse subnet",
                "v1beta4|ClusterConfiguration|kubernetesVersion: v1.20.0|control plane version >= 1.35.0",
                "v1beta4|ClusterConfiguration|a: [|yaml",
            })
    void validateRefuses(String version, String kind, String line, String message) {
        var outcome =
                validate(
                        "apiVersion: kubeadm.k8s.io/%s\nkind: %s\n%s\n"
                                .formatted(version, kind, line));
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors()).contains(message);
    }

    @Test
    void theOlderApiIsAcceptedWithAWarning() {
        var outcome =
                validate(
                        "apiVersion: kubeadm.k8s.io/v1beta3\nkind: InitConfiguration\nnodeRegistration:\n  kubeletExtraArgs:\n    node-ip: 1.2.3.4\n");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output()).isEqualTo("ok\n");
        assertThat(outcome.errors()).contains("uses a deprecated API spec");
    }

    @Test
    void anOldKubeadmKnowsNoNewApiAndWantsTheBridgeSetting() throws Exception {
        RunningHost host = HOSTS.simulator().host("cp1");
        host.kubernetesVersion("v1.29.4");
        try {
            assertThat(
                            validate(
                                            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\n")
                                    .errors())
                    .contains("unknown configuration APIs");
            assertThat(run("kubeadm version -o short; kubelet --version").output())
                    .isEqualTo("v1.29.4\nKubernetes v1.29.4\n");
            String old =
                    "printf 'apiVersion: kubeadm.k8s.io/v1beta3\\nkind: ClusterConfiguration\\nkubernetesVersion: v1.29.4\\n' >/root/old.yaml; ";
            assertThat(
                            run(old
                                            + "modprobe -r br_netfilter; kubeadm init --config /root/old.yaml")
                                    .errors())
                    .contains("[ERROR FileContent--proc-sys-net-bridge-bridge-nf-call-iptables]");
        } finally {
            host.kubernetesVersion("v1.36.2");
            run("modprobe br_netfilter");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kubeadm init --config /root/init.yaml --token a.b|can not mix '--config' with arguments [token]",
                "kubeadm init --bogus|unknown flag: --bogus",
                "kubeadm init --config /root/init.yaml --skip-phases bogus|invalid phase name: bogus",
                "kubeadm bogus|unknown command \"bogus\" for \"kubeadm\"",
                "kubeadm config validate|error:",
                "kubeadm init --config /nowhere|no such file or directory",
                "kubeadm token list|failed to load admin kubeconfig",
            })
    void badCallsEndWithOne(String command, String message) {
        init("exit 0");
        var outcome = run(command);
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors())
                .contains(
                        message,
                        "To see the stack trace of this error execute with --v=5 or higher");
    }

    @Test
    void resetOfACleanHostSucceedsWithAWarning() {
        var outcome = run("kubeadm reset -f");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.errors())
                .contains("No kubeadm config, using etcd pod spec to get data directory");
    }
}
