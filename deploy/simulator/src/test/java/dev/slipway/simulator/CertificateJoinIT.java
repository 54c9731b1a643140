package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.SshTestClient.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A worker that brings its kubelet's certificate, as the real kubeadm took it: everything has to
/// agree, and what does not is told as the real one tells it.
class CertificateJoinIT {
    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(14, 2);

    private static final String IGNORED =
            """
            nodeRegistration:
              ignorePreflightErrors:
              - FileAvailable--etc-kubernetes-kubelet.conf
              - FileAvailable--etc-kubernetes-pki-ca.crt
            """;

    @BeforeAll
    static void makesTheCluster() {
        for (String host : new String[] {"cp1", "w1"}) {
            HOSTS.ssh().run(host, "sh -s", Documents.PREPARE);
        }
        Outcome init =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                "cat >/root/init.yaml\n"
                                        + Documents.AUTHORITY
                                        + "kubeadm init --config /root/init.yaml",
                                Documents.init(HOSTS.address("cp1")));
        assertThat(init.exitCode()).as(init.both()).isZero();
    }

    @AfterEach
    void cleanTheWorker() {
        HOSTS.ssh().run("w1", "kubeadm reset -f");
    }

    @Test
    void joinsWithoutTokenAndSigningRequest() {
        Outcome join = join("w1", "-days 30", IGNORED);

        assertThat(join.exitCode()).as(join.both()).isZero();
        assertThat(
                        HOSTS.ssh()
                                .run(
                                        "cp1",
                                        "sleep 1; kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes; cat /.simulator/wire/clusters/*/signing-requests")
                                .both())
                .containsPattern("w1 +(NotReady|Ready)")
                .doesNotContainPattern("(?m)^w1$");
        assertThat(
                        HOSTS.ssh()
                                .run(
                                        "w1",
                                        "ls /etc/kubernetes; readlink /var/lib/kubelet/pki/kubelet-client-current.pem; ls /var/lib/kubelet/pki")
                                .output())
                .contains("/root/client.pem", "kubelet.crt")
                .doesNotContain("bootstrap-kubelet.conf");
    }

    @Test
    void findsWhatLiesThereUnlessToldToPassOverIt() {
        Outcome join = join("w1", "-days 30", "");

        assertThat(join.exitCode()).isEqualTo(1);
        assertThat(join.errors())
                .contains(
                        "[ERROR FileAvailable--etc-kubernetes-kubelet.conf]",
                        "[ERROR FileAvailable--etc-kubernetes-pki-ca.crt]");
    }

    @Test
    void refusesTheCertificateOfAnotherNode() {
        assertThat(join("w2", "-days 30", IGNORED).errors())
                .contains("error execution phase kubelet-start: cannot get Node \"w1\"");
    }

    @Test
    void refusesAnExpiredCertificate() {
        assertThat(join("w1", "-days -1", IGNORED).errors())
                .contains("failed to get config map: Unauthorized");
    }

    @Test
    void refusesTheCertificateOfAnotherAuthority() {
        Outcome join =
                join(
                        "w1",
                        "-days 30",
                        IGNORED,
                        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out signer.crt -days 30 -subj /CN=kubernetes 2>/dev/null");

        assertThat(join.errors()).contains("failed to get config map: Unauthorized");
    }

    @Test
    void refusesAKeyOfAnotherPair() {
        Outcome join =
                join(
                        "w1",
                        "-days 30",
                        IGNORED,
                        ":",
                        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out client.key");

        assertThat(join.errors()).contains("private key does not match public key");
    }

    private static Outcome join(String node, String life, String registration) {
        return join(node, life, registration, ":");
    }

    private static Outcome join(String node, String life, String registration, String signer) {
        return join(node, life, registration, signer, ":");
    }

    /// @param signer what happens to ca.key and signer.crt before they sign
    /// @param key what happens to client.key after it was signed
    private static Outcome join(
            String node, String life, String registration, String signer, String key) {
        String authority =
                HOSTS.ssh()
                        .run("cp1", "cat /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/ca.key")
                        .output();
        String place =
                """
                cd /root && cat >authority.pem
                openssl x509 -in authority.pem -out signer.crt && openssl pkey -in authority.pem -out ca.key
                mkdir -p /etc/kubernetes/pki /var/lib/kubelet/pki && cp signer.crt /etc/kubernetes/pki/ca.crt
                %s
                openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out client.key
                openssl req -new -key client.key -subj /O=system:nodes/CN=system:node:%s -out client.csr
                printf 'extendedKeyUsage=clientAuth\\n' >client.ext
                openssl x509 -req -in client.csr -CA signer.crt -CAkey ca.key -set_serial 7 %s -extfile client.ext -out client.crt 2>/dev/null
                %s
                (umask 077 && cat client.crt client.key >client.pem)
                ln -sfn /root/client.pem /var/lib/kubelet/pki/kubelet-client-current.pem
                cat >/etc/kubernetes/kubelet.conf <<'END'
                apiVersion: v1
                kind: Config
                clusters:
                - cluster:
                    certificate-authority: /etc/kubernetes/pki/ca.crt
                    server: https://%s:6443
                  name: kubernetes
                contexts:
                - context:
                    cluster: kubernetes
                    user: node
                  name: node
                current-context: node
                users:
                - name: node
                  user:
                    client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem
                    client-key: /var/lib/kubelet/pki/kubelet-client-current.pem
                END
                cat >join.yaml <<'END'
                apiVersion: kubeadm.k8s.io/v1beta4
                kind: JoinConfiguration
                discovery:
                  file:
                    kubeConfigPath: /etc/kubernetes/kubelet.conf
                %sEND
                kubeadm config validate --config join.yaml && kubeadm join --config join.yaml
                """
                        .formatted(signer, node, life, key, HOSTS.address("cp1"), registration);
        return HOSTS.ssh().run("w1", place, authority);
    }
}
