package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.RunningHost;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Workers that come with their kubelet's certificate: the cluster lets them in without a token and
/// without signing anything for them.
@ExtendWith(Platform.Lifetime.class)
class CertificateJoinScenarioTest {
    private static final String CERTIFICATE = "  join: certificate\n";

    private final Cli cli = Platform.get().cli();

    @Test
    void workersJoinByTheirCertificateAndAResetLeavesNothing() {
        try (var fleet = new Fleet(70, 4)) {
            fleet.trust(cli);
            RunningHost first = fleet.host(1);

            apply(fleet.several("certified", List.of(1), List.of(2, 3), CERTIFICATE));

            nodesAre(first, "node-1", "node-2", "node-3");
            hasIdentity(fleet.host(2), "https://127.78.70.1:6443");
            hasIdentity(fleet.host(3), "https://127.78.70.1:6443");
            assertThat(signingRequests(first)).isEmpty();
            assertThat(first.run("kubeadm token list")).as("it is taken back").isEmpty();

            apply(fleet.several("certified", List.of(1), List.of(2, 3, 4), CERTIFICATE));

            nodesAre(first, "node-1", "node-2", "node-3", "node-4");
            hasIdentity(fleet.host(4), "https://127.78.70.1:6443");
            assertThat(calls(first, "kubeadm token create")).isZero();
            assertThat(calls(fleet.host(2), "kubeadm join")).isEqualTo(1);
            assertThat(signingRequests(first)).isEmpty();

            succeeded(cli.run("reset", "certified", "--yes", "--watch"));
            fleet.hosts().forEach(CertificateJoinScenarioTest::isClean);

            apply(
                    fleet.several(
                            "certified",
                            List.of(1),
                            List.of(2),
                            "  endpoint: {mode: local-proxy}\n" + CERTIFICATE));

            nodesAre(first, "node-1", "node-2");
            hasIdentity(fleet.host(2), "https://127.0.0.1:7443");
            succeeded(cli.run("reset", "certified", "--yes", "--watch"));
        }
    }

    private void apply(Path file) {
        succeeded(cli.run("apply", "-f", file.toString(), "--watch"));
    }

    /// All of them Ready, and no others.
    private static void nodesAre(RunningHost host, String... names) {
        assertThat(
                        host.run(
                                        "kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes --no-headers")
                                .lines()
                                .map(line -> line.split(" +"))
                                .filter(words -> words[1].equals("Ready"))
                                .map(words -> words[0]))
                .containsExactlyInAnyOrder(names);
    }

    /// Those that the cluster's controller manager had to answer.
    private static String signingRequests(RunningHost host) {
        return host.run("cat /.simulator/wire/clusters/*/signing-requests 2>/dev/null || :");
    }

    /// Chain, name and key agree; the files are where the kubelet renews them, and root's alone.
    private static void hasIdentity(RunningHost worker, String server) {
        assertThat(
                        worker.run(
                                """
                                cd /var/lib/kubelet/pki
                                openssl verify -CAfile /etc/kubernetes/pki/ca.crt -purpose sslclient kubelet-client-current.pem
                                openssl x509 -in kubelet-client-current.pem -noout -subject -nameopt RFC2253
                                [ "$(openssl x509 -in kubelet-client-current.pem -noout -pubkey)" = "$(openssl pkey -in kubelet-client-current.pem -pubout)" ] && echo pair
                                readlink kubelet-client-current.pem
                                stat -L -c '%a %U' kubelet-client-current.pem /etc/kubernetes/kubelet.conf /etc/kubernetes/pki/ca.crt
                                sed -n 's/^ *server: //p' /etc/kubernetes/kubelet.conf
                                ls /etc/kubernetes
                                """))
                .isEqualTo(
                        """
                        kubelet-client-current.pem: OK
                        subject=CN=system:node:%s,O=system:nodes
                        pair
                        /var/lib/kubelet/pki/kubelet-client-issued.pem
                        600 root
                        600 root
                        644 root
                        %s
                        kubelet.conf
                        manifests
                        pki%s
                        """
                                .formatted(
                                        worker.name(),
                                        server,
                                        server.contains("127.0.0.1") ? "\nslipway" : ""));
    }

    private static void isClean(RunningHost host) {
        assertThat(
                        host.run(
                                        """
                                        ls -A /etc/kubernetes/pki /var/lib/kubelet 2>/dev/null | grep -v : || :
                                        ls /etc/kubernetes/*.conf 2>/dev/null || :
                                        grep -rl 'PRIVATE KEY' /run /etc/kubernetes /var/lib/kubelet /var/lib/slipway 2>/dev/null || :
                                        """)
                                .strip())
                .as(host.name())
                .isEmpty();
    }
}
