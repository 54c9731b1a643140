package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.json;
import static dev.slipway.scenarios.Story.outcome;
import static dev.slipway.scenarios.Story.runOf;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A cluster that somebody made with kubeadm becomes Slipway's: what the Clusterfile says otherwise
/// is told, nobody's keys are taken unasked, nothing on the hosts is touched, the next plan is
/// empty, and from then on it is a cluster like any other.
@ExtendWith(Platform.Lifetime.class)
class AdoptScenarioTest {
    private static final String TOKEN = "abcdef.0123456789abcdef";
    private static final String RIGHT =
            """
              certificates: {keyAlgorithm: RSA-2048}
            ---
            apiVersion: kubeadm.k8s.io/v1beta4
            kind: ClusterConfiguration
            clusterName: kubernetes
            networking: {podSubnet: 10.32.0.0/16}
            """;
    private static final String PREPARE =
            """
            set -e
            export HOME=/root
            swapoff -a
            sed -i '/swap/d' /etc/fstab
            printf 'overlay\\nbr_netfilter\\n' >/etc/modules-load.d/k8s.conf
            modprobe -a overlay br_netfilter
            printf 'net.bridge.bridge-nf-call-iptables = 1\\nnet.ipv4.ip_forward = 1\\n' >/etc/sysctl.d/99-k8s.conf
            sysctl -q --system
            printf '[Service]\\nExecStart=/usr/bin/kubelet\\nRestart=always\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/kubelet.service
            systemctl daemon-reload
            systemctl enable -q --now containerd
            systemctl enable -q kubelet
            """;
    private static final String NETWORK =
            """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: example-cni, namespace: kube-system}
            spec:
              template:
                spec:
                  hostNetwork: true
            """;

    private final Platform platform = Platform.get();
    private final Cli cli = platform.cli();

    @Test
    void takesOverAClusterThatKubeadmMadeAndGrowsIt() throws IOException {
        try (var fleet = new Fleet(90, 3)) {
            makeACluster(fleet.host(1), fleet.host(2));
            fleet.trust(cli);
            String before = everything(fleet);
            List<String> callsBefore = fleet.host(2).calls();

            saysWhatDiffers(fleet);
            asksForConsent(fleet);
            assertThat(everything(fleet)).isEqualTo(before);

            Path file = fleet.existing("adopted", List.of(1), List.of(2), RIGHT);
            adopts(fleet, file);
            assertThat(everything(fleet)).isEqualTo(before);
            assertThat(services(fleet.host(2).calls())).isEqualTo(services(callsBefore));
            keepsTheKeysToItself(fleet);
            findsNothingToDo(file);
            refusesItToOthers(file);
            looksAtIt();

            Path grown = fleet.existing("adopted", List.of(1), List.of(2, 3), RIGHT);
            succeeded(cli.run("apply", "-f", grown.toString(), "--watch"));
            assertThat(calls(fleet.host(3), "kubeadm join")).isEqualTo(1);
            assertThat(calls(fleet.host(1), "kubeadm init")).isEqualTo(1);

            resets(fleet);
        }
    }

    private static void makeACluster(RunningHost first, RunningHost second) {
        first.run(PREPARE);
        second.run(PREPARE);
        String made =
                first.run(
                        """
                        export HOME=/root
                        cat >/root/init.yaml <<'END'
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: InitConfiguration
                        bootstrapTokens:
                        - token: %s
                          ttl: 2h0m0s
                        localAPIEndpoint:
                          advertiseAddress: %s
                        ---
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: ClusterConfiguration
                        kubernetesVersion: v1.36.2
                        networking:
                          podSubnet: 10.32.0.0/16
                        END
                        kubeadm init --config /root/init.yaml
                        cat >/root/cni.yaml <<'END'
                        %sEND
                        kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f /root/cni.yaml
                        """
                                .formatted(TOKEN, first.address(), NETWORK));
        assertThat(made).contains("initialized successfully", "created");
        String pin =
                first.run(
                                "openssl x509 -in /etc/kubernetes/pki/ca.crt -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d ' ' -f 1")
                        .strip();
        String joined =
                second.run(
                        """
                        export HOME=/root
                        cat >/root/join.yaml <<'END'
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: JoinConfiguration
                        discovery:
                          bootstrapToken:
                            token: %s
                            apiServerEndpoint: %s:6443
                            caCertHashes:
                            - sha256:%s
                        END
                        kubeadm join --config /root/join.yaml
                        """
                                .formatted(TOKEN, first.address(), pin));
        assertThat(joined).contains("This node has joined the cluster");
    }

    /// Every file of the cluster on its hosts, by checksum.
    private static String everything(Fleet fleet) {
        return Stream.of(fleet.host(1), fleet.host(2))
                .map(host ->
                        host.run(
                                "find /etc/kubernetes /etc/containerd /etc/systemd /root/.kube -type f 2>/dev/null | sort | xargs sha256sum; cat /var/lib/kubelet/config.yaml"))
                .reduce("", String::concat);
    }

    /// What was done to services.
    private static List<String> services(List<String> calls) {
        return calls.stream()
                .filter(call -> call.matches("systemctl (start|stop|restart|enable|daemon).*"))
                .toList();
    }

    private void saysWhatDiffers(Fleet fleet) {
        Path wrong =
                fleet.existing(
                        "adopted",
                        List.of(1),
                        List.of(),
                        """
                        ---
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: ClusterConfiguration
                        networking: {podSubnet: 10.33.0.0/16}
                        """);

        Cli.Result refused =
                cli.run("adopt", "-f", wrong.toString(), "--yes-take-authority", "--watch");

        assertThat(refused.code()).as(refused.all()).isEqualTo(1);
        assertThat(refused.all())
                .contains(
                        "CLUSTER_DIFFERS",
                        "\"10.33.0.0/16\", the cluster has \"10.32.0.0/16\"",
                        "spec.certificates.keyAlgorithm: the Clusterfile says \"ECDSA-P256\", the cluster has \"RSA-2048\"",
                        "clusterName: the Clusterfile says \"adopted\", the cluster has \"kubernetes\"",
                        "lists 1 hosts, the cluster has 2 nodes (node-2)");
    }

    private void asksForConsent(Fleet fleet) {
        Path file = fleet.existing("adopted", List.of(1), List.of(2), RIGHT);

        Cli.Result unasked = cli.run("adopt", "-f", file.toString(), "--watch");
        Cli.Result planned = cli.run("adopt", "-f", file.toString(), "--dry-run");

        assertThat(unasked.code()).as(unasked.all()).isEqualTo(2);
        assertThat(unasked.err()).contains("ca.key", "--yes-take-authority");
        assertThat(succeeded(planned).out())
                .contains("take-authority", "record", "mark-hosts")
                .doesNotContain("prepare");
        fleet.hosts()
                .forEach(host ->
                        assertThat(host.root().resolve("var/lib/slipway/owner")).doesNotExist());
    }

    private void adopts(Fleet fleet, Path file) throws IOException {
        String run =
                runOf(
                        succeeded(
                                cli.run(
                                        "adopt",
                                        "-f",
                                        file.toString(),
                                        "--yes-take-authority",
                                        "--watch")));
        for (RunningHost host : List.of(fleet.host(1), fleet.host(2))) {
            assertThat(host.root().resolve("var/lib/slipway/owner"))
                    .content()
                    .contains("cluster=adopted");
        }
        JsonNode described = json(cli.run("describe", "run", run, "-o", "json"));
        assertThat(described.path("operation").asText()).isEqualTo("adopt");
        assertThat(described.path("outcome").asText()).isEqualTo("SUCCEEDED");
    }

    /// No line of a private key is in what the services write down, nor in what stays on hosts.
    private void keepsTheKeysToItself(Fleet fleet) throws IOException {
        Path pki = fleet.host(1).root().resolve("etc/kubernetes/pki");
        Map<String, String> secrets = new HashMap<>();
        for (String key : List.of("ca.key", "etcd/ca.key", "front-proxy-ca.key", "sa.key")) {
            secrets.put(key, Files.readAllLines(pki.resolve(key)).get(1));
        }
        var search = new SecretSearch(platform, secrets);
        search.inServices();
        fleet.hosts().forEach(search::onHost);
    }

    private void findsNothingToDo(Path file) {
        for (String operation : List.of("apply", "adopt")) {
            List<String> words =
                    operation.equals("apply")
                            ? List.of("apply", "-f", file.toString(), "--watch")
                            : List.of(
                                    "adopt",
                                    "-f",
                                    file.toString(),
                                    "--watch",
                                    "--yes-take-authority");
            assertThat(outcome(cli, succeeded(cli.run(words.toArray(String[]::new)))))
                    .as(operation)
                    .isEqualTo("NOTHING_TO_DO");
        }
    }

    private void refusesItToOthers(Path file) {
        Cli.Result stolen =
                cli.run(
                        platform.as("thieves", "eve", "operator"),
                        "adopt",
                        "-f",
                        file.toString(),
                        "--yes-take-authority",
                        "--accept-new-host-keys",
                        "--watch");

        assertThat(stolen.code()).as(stolen.all()).isEqualTo(1);
        assertThat(stolen.all()).contains("HOST_OWNED_BY_OTHER", "adopted");
    }

    /// By certificates that the cluster's own authority signed.
    private void looksAtIt() {
        assertThat(succeeded(cli.run("get", "nodes", "--cluster", "adopted")).out())
                .contains("node-1", "node-2");
        assertThat(succeeded(cli.run("kubeconfig", "adopted")).out())
                .contains("https://127.78.90.1:6443");
    }

    private void resets(Fleet fleet) {
        succeeded(cli.run("reset", "adopted", "--yes", "--watch"));

        fleet.hosts()
                .forEach(host -> {
                    assertThat(host.root().resolve("etc/kubernetes/kubelet.conf")).doesNotExist();
                    assertThat(host.root().resolve("etc/kubernetes/pki/ca.key")).doesNotExist();
                    assertThat(host.root().resolve("var/lib/slipway/owner")).doesNotExist();
                });
    }
}
