package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.simulator.SshTestClient.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A cluster of k0s without registries: bundles of images, its configuration in the cluster, and
/// what comes back from a backup. The tests build on each other.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class K0sBackupIT {

    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(43, 2);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TOKEN =
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: bootstrap-token-abcdef, namespace: kube-system}
            type: bootstrap.kubernetes.io/token
            stringData:
              token-id: abcdef
              token-secret: 0123456789abcdef
              usage-bootstrap-authentication: "true"
            """;

    private static Outcome run(String host, String command) {
        return HOSTS.ssh().run(host, command);
    }

    private static String succeeds(String host, String command) {
        return succeeds(host, command, "");
    }

    private static String succeeds(String host, String command, String input) {
        var outcome = HOSTS.ssh().run(host, command, input);
        assertThat(outcome.exitCode()).as(outcome.both()).isZero();
        return outcome.output();
    }

    private static Outcome apply(String manifest) {
        return HOSTS.ssh().run("cp1", "k0s kubectl apply -f -", manifest);
    }

    private static void installController() {
        succeeds(
                "cp1",
                "k0s install controller -c /etc/k0s/k0s.yaml --data-dir /var/lib/k0s --enable-dynamic-config && k0s start");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(run("cp1", "k0s kubectl get --raw /readyz").output())
                                .isEqualTo("ok"));
    }

    private static String worker() {
        return run("cp1", "k0s kubectl get nodes").output();
    }

    @BeforeAll
    static void startsAController() {
        for (String host : new String[] {"cp1", "w1"}) {
            succeeds(
                    host,
                    "cat >/usr/local/bin/k0s && chmod 755 /usr/local/bin/k0s && mkdir -p -m 700 /etc/k0s",
                    new K0sProgram("v1.36.2+k0s.0").text());
        }
        succeeds(
                "cp1",
                "cat >/etc/k0s/k0s.yaml && k0s config validate -c /etc/k0s/k0s.yaml",
                """
                apiVersion: k0s.k0sproject.io/v1beta1
                kind: ClusterConfig
                metadata: {name: k0s}
                spec:
                  api: {address: %s}
                  storage: {etcd: {peerAddress: %s}}
                  controllerManager: {extraArgs: {v: "2"}}
                  images: {default_pull_policy: Never}
                """
                        .formatted(HOSTS.address("cp1"), HOSTS.address("cp1")));
        installController();
    }

    @Test
    @Order(1)
    void aNodeIsReadyOnceItsBundleIsThere() {
        String token = succeeds("cp1", "k0s token create --wait");
        succeeds(
                "w1",
                "cat >/etc/k0s/token && k0s install worker --token-file /etc/k0s/token && k0s start",
                token);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(worker()).contains("w1"));
        await().during(Duration.ofSeconds(2))
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(worker()).contains("NotReady"));

        String bundle =
                succeeds(
                        "cp1",
                        "k0s airgap list-images | k0s airgap bundle-artifacts | gzip | base64 -w 0");
        succeeds("w1", "echo no bundle >/var/lib/k0s/images/a.tar");
        succeeds("w1", "base64 -d >/var/lib/k0s/images/b.tar", bundle);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(worker()).containsPattern("w1 +Ready"));
        assertThat(run("w1", "k0s ctr -n k8s.io images ls -q").output())
                .contains("quay.io/k0sproject/kube-proxy:v1.36.2");
    }

    @Test
    @Order(2)
    void theConfigurationInTheClusterIsReconciled() {
        assertThat(succeeds("cp1", "k0s config status"))
                .containsPattern("LAST SEEN +TYPE +REASON +OBJECT +MESSAGE")
                .contains("SuccessfulReconcile", "clusterconfig/k0s");
        String stored = succeeds("cp1", "k0s kubectl -n kube-system get clusterconfig k0s -o yaml");
        assertThat(stored)
                .contains("default_pull_policy", "\"v\":\"2\"")
                .doesNotContain("peerAddress");
        assertThat(apply(stored).output()).contains("clusterconfig.k0s.k0sproject.io/k0s");

        var unknown = apply(stored.replace("default_pull_policy", "pull_policy"));
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.errors())
                .contains("strict decoding error: unknown field \"spec.images.pull_policy\"");

        assertThat(apply(stored.replace("\"Never\"", "\"Sometimes\"")).exitCode()).isZero();
        assertThat(succeeds("cp1", "k0s config status"))
                .contains(
                        "FailedReconciling",
                        "failed to validate config: [spec: default_pull_policy: Unsupported value: \"Sometimes\"");
        assertThat(succeeds("cp1", "EDITOR='sed -i s/Sometimes/IfNotPresent/' k0s config edit"))
                .contains("k0s edited");
        assertThat(succeeds("cp1", "EDITOR=true k0s config edit"))
                .isEqualTo("Edit cancelled, no changes made.\n");
        assertThat(succeeds("cp1", "k0s config status -o json"))
                .contains("\"reason\":\"FailedReconciling\"", "\"kind\":\"ClusterConfig\"");
    }

    @Test
    @Order(3)
    void aBackupIsMadeOfARunningController() {
        apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: kept}\n");
        assertThat(apply(TOKEN).exitCode()).isZero();
        assertThat(
                        succeeds(
                                "cp1",
                                "mkdir -m 700 /root/backups; k0s backup --save-path /root/backups"))
                .isEmpty();
        assertThat(succeeds("cp1", "ls /root/backups"))
                .matches("k0s_backup_\\d{4}-\\d\\d-\\d\\dT\\d\\d_\\d\\d_\\d\\d_000Z\\.tar\\.gz\n");
        assertThat(succeeds("cp1", "tar -tzf /root/backups/*"))
                .contains(
                        "etcd-snapshot.db\n",
                        "pki/ca.key\n",
                        "pki/etcd/ca.key\n",
                        "manifests/",
                        "k0s.yaml\n")
                .doesNotContain("etcd/member");
        assertThat(succeeds("cp1", "k0s backup --save-path - | tar -tz")).contains("pki/ca.crt");
        assertThat(run("w1", "k0s backup --save-path /root").errors())
                .isEqualTo(
                        "Error: backup command must be run on the controller node, have `worker`\n");
        apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: late}\n");
    }

    @Test
    @Order(4)
    void aRestoredControllerHasTheClusterAsItWas() {
        String pin = succeeds("cp1", "sha256sum /var/lib/k0s/pki/ca.crt /var/lib/k0s/pki/sa.key");
        var running = run("cp1", "k0s restore /root/backups/*");
        assertThat(running.exitCode()).isEqualTo(1);
        assertThat(running.errors()).contains("k0s must be down during the restore operation");
        assertThat(run("cp1", "k0s stop; k0s restore /root/backups/*").errors())
                .contains(
                        "failed to restore on step `etcd`: data-dir \"/var/lib/k0s/etcd\" not empty or could not be read");
        assertThat(run("cp1", "k0s backup --save-path /root").errors())
                .contains("unable to detect cluster status");
        succeeds("cp1", "k0s reset; echo broken >/root/broken.tar.gz");
        assertThat(run("cp1", "k0s restore /root/broken.tar.gz").errors())
                .contains("failed to unpack backup archive `/root/broken.tar.gz`");

        succeeds("cp1", "cd /root && k0s restore /root/backups/* && ls k0s_2*_000Z.yaml");
        succeeds(
                "cp1",
                "rm -rf /var/lib/k0s && k0s restore --config-out /root/config.yaml - </root/backups/$(ls /root/backups) && cmp /root/config.yaml /etc/k0s/k0s.yaml");
        assertThat(succeeds("cp1", "sha256sum /var/lib/k0s/pki/ca.crt /var/lib/k0s/pki/sa.key"))
                .isEqualTo(pin);
        installController();

        assertThat(succeeds("cp1", "k0s kubectl get namespaces -o name"))
                .contains("namespace/kept")
                .doesNotContain("late");
        assertThat(succeeds("cp1", "k0s token list")).contains("abcdef");
        assertThat(succeeds("cp1", "k0s etcd member-list"))
                .isEqualTo(
                        "{\"members\":{\"cp1\":\"https://%s:2380\"}}\n"
                                .formatted(HOSTS.address("cp1")));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(worker()).containsPattern("w1 +Ready"));
    }
}
