package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.simulator.SshTestClient.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What one controller does with what an installer gets wrong. Minutes long: `./mvnw verify
/// -Psoak`.
@Tag("soak")
class K0sTrapsIT {
    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(52, 1);

    private static final K0sHost CP1 = new K0sHost(HOSTS, "cp1");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @BeforeAll
    static void bringsTheProgram() {
        assertThat(CP1.run("k0s version").exitCode()).as("no host has it by itself").isEqualTo(127);
        CP1.with(K0sHost.RELEASE);
    }

    @AfterEach
    void clean() {
        CP1.clean();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "k0s frobnicate|unknown command \"frobnicate\" for \"k0s\"",
                "k0s install everything|unknown command \"everything\" for \"k0s install\"",
                "k0s install controller --bogus|unknown flag: --bogus",
                "k0s install controller -x|unknown shorthand flag: 'x' in -x",
                "k0s install controller --data-dir|flag needs an argument: --data-dir",
                "k0s install controller --single=perhaps|invalid argument \"perhaps\" for \"--single\" flag",
                "k0s install controller more|unknown command \"more\" for \"k0s install controller\"",
                "k0s install controller --config /nowhere|failed to load node config: failed to read file: open /nowhere: no such file or directory",
                "k0s install worker --config /etc/k0s/k0s.yaml|unknown flag: --config",
                "k0s install worker --enable-worker|unknown flag: --enable-worker",
                "k0s etcd leave --datadir /var/lib/k0s|unknown flag: --datadir",
                "k0s etcd member-list|can't list etcd cluster members",
                "k0s status --output json|unknown flag: --output",
                "k0s status|status: can't do http request: /run/k0s/status.sock status",
                "k0s start|k0s has not been installed as a service",
                "k0s stop|k0s has not been installed as a service",
                "k0s kubeconfig admin|failed to read admin config, check if the control plane is initialized on this node",
                "k0s controller --disable-components dns|unknown component dns",
            })
    void badCallsEndWithOne(String command, String message) {
        Outcome outcome = CP1.run(command);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors()).startsWith("Error: ").contains(message);
    }

    @Test
    void kubectlWithoutAClusterSaysSo() {
        assertThat(CP1.run("k0s kubectl get nodes").errors())
                .isEqualTo(
                        "error: cannot stat k0s kubeconfig, is the server running?: stat /var/lib/k0s/pki/admin.conf: no such file or directory\n");
    }

    @Test
    void installWritesAUnitThatComesUpWithTheHostAndDoesNotStartIt() {
        CP1.get(
                "k0s install controller --no-taints --enable-worker --data-dir /srv/k0s -e ONE=1 -e 'TWO=2 3' --kubelet-extra-args='--node-ip=%s --v=2'"
                        .formatted(CP1.address()));

        assertThat(CP1.get("cat /etc/systemd/system/k0scontroller.service"))
                .contains(
                        "ExecStart=/usr/local/bin/k0s controller --data-dir=/srv/k0s --enable-worker=true --kubelet-extra-args=--node-ip=%s\\x20--v=2 --no-taints=true\n"
                                .formatted(CP1.address()),
                        "Environment=\"TWO=2 3\"\n",
                        "KillMode=process\n",
                        "Restart=always\n");
        assertThat(
                        CP1.run(
                                        "systemctl is-enabled k0scontroller; systemctl is-active k0scontroller")
                                .output())
                .isEqualTo("enabled\ninactive\n");
        Outcome again = CP1.run("k0s install controller");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.errors())
                .isEqualTo(
                        "Error: failed to install controller service: failed to install service: Init already exists: /etc/systemd/system/k0scontroller.service\n");
        CP1.get("k0s install controller --force");
        assertThat(CP1.get("cat /etc/systemd/system/k0scontroller.service"))
                .doesNotContain("/srv/k0s");
    }

    @Test
    void startsAndStopsOnceOnly() {
        CP1.get("k0s install controller");
        assertThat(CP1.run("k0s stop").errors()).isEqualTo("Error: already stopped\n");
        CP1.get("k0s start");
        assertThat(CP1.run("k0s start").errors()).isEqualTo("Error: already running\n");
        CP1.awaitUp();

        assertThat(
                        CP1.get(
                                "systemctl is-active k0scontroller; systemctl show -p MainPID --value k0scontroller"))
                .isEqualTo("active\n" + CP1.get("sed 1q /.simulator/boot/k0s/pid"));
        CP1.get("systemctl stop k0scontroller");

        assertThat(CP1.run("k0s status").exitCode()).isEqualTo(1);
        assertThat(CP1.run("curl -k https://%s:6443".formatted(CP1.address())).exitCode())
                .isNotZero();
        assertThat(CP1.get("ls /.simulator/wire/listen /.simulator/wire/etcd"))
                .doesNotContain(CP1.address());
    }

    @Test
    void oneHalfOfAPairIsReplacedByAWholeOne() {
        CP1.get(
                "mkdir -p /var/lib/k0s/pki && cd /var/lib/k0s/pki && openssl req -x509 -newkey rsa:2048 -nodes -keyout /root/ca.key -out ca.crt -subj /CN=mine 2>/dev/null");
        CP1.start("controller", "");
        CP1.awaitUp();

        assertThat(CP1.get("openssl x509 -in /var/lib/k0s/pki/ca.crt -noout -subject"))
                .contains("kubernetes-ca");
    }

    @Test
    void aKeyOfAnotherAuthorityKeepsItDown() {
        CP1.get(
                "mkdir -p /var/lib/k0s/pki && cd /var/lib/k0s/pki && openssl req -x509 -newkey rsa:2048 -nodes -keyout /root/ca.key -out ca.crt -subj /CN=mine 2>/dev/null && openssl genrsa -out ca.key 2048 2>/dev/null");
        CP1.start("controller", "");

        CP1.awaitSaid("x509: provided PrivateKey doesn't match parent's PublicKey");
        assertThat(CP1.run("k0s status").exitCode()).isEqualTo(1);
    }

    @Test
    void aConfigurationThatIsBrokenLaterKeepsItDownAndIsNotedAtInstall() {
        CP1.put(
                "/etc/k0s/k0s.yaml",
                "apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nspec: {api: {prt: 1}}\n");
        assertThat(CP1.run("k0s install controller -c /etc/k0s/k0s.yaml").errors()).contains("prt");
        CP1.put(
                "/etc/k0s/k0s.yaml",
                "apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\n");
        CP1.get("k0s install controller -c /etc/k0s/k0s.yaml");
        CP1.put(
                "/etc/k0s/k0s.yaml",
                "apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nspec: {api: {prt: 1}}\n");

        CP1.get("k0s start");

        CP1.awaitSaid("prt");
        assertThat(CP1.run("systemctl is-active k0scontroller").output())
                .isIn("activating\n", "active\n");
        assertThat(CP1.run("k0s status").errors())
                .isEqualTo("Error: status: can't do http request: /run/k0s/status.sock status\n");
        CP1.put(
                "/etc/k0s/k0s.yaml",
                "apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\n");
        CP1.awaitUp();
    }

    @Test
    void theEnvironmentOfADropInReachesTheProgram() {
        CP1.get("k0s install controller");
        CP1.put(
                "/etc/systemd/system/k0scontroller.service.d/slipway.conf",
                "[Service]\nEnvironment=\"K0S_TOKEN=abc\" PROXY=x\n");
        CP1.get("systemctl daemon-reload; k0s start");

        CP1.awaitSaid("failed to decode token");
        CP1.get("rm -r /etc/systemd/system/k0scontroller.service.d");
    }

    @Test
    void aControllerThatWorksIsANodeThatTakesNoPodsUnlessItIsTold() {
        CP1.start("controller", "--enable-worker");
        CP1.awaitUp();
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(CP1.kubectl("get node cp1 -o json"))
                                .contains(
                                        "{\"key\":\"node-role.kubernetes.io/control-plane\",\"effect\":\"NoSchedule\"}",
                                        "\"node.k0sproject.io/role\":\"control-plane\""));
        CP1.clean();
        CP1.start("controller", "--enable-worker --no-taints");
        CP1.awaitUp();

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(CP1.kubectl("get nodes"))
                                .containsPattern("cp1 +Ready +control-plane"));
        assertThat(CP1.kubectl("get node cp1 -o json")).doesNotContain("NoSchedule");
    }

    @Test
    void withoutANetworkOfItsOwnNodesWaitForOne() {
        CP1.put(
                "/etc/k0s/k0s.yaml",
                "apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nspec: {network: {provider: custom}}\n");
        CP1.start("controller", "-c /etc/k0s/k0s.yaml --enable-worker");
        CP1.awaitUp();
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(CP1.kubectl("get nodes")).containsPattern("cp1 +NotReady"));

        HOSTS.ssh().run("cp1", "k0s kubectl apply -f -", Documents.CNI);

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(CP1.kubectl("get nodes")).containsPattern("cp1 +Ready"));
    }

    @Test
    void whatVanishesFromTheManifestsIsDeleted() {
        CP1.put("/var/lib/k0s/manifests/mine/a.yaml", configMap("a"));
        CP1.put("/var/lib/k0s/manifests/mine/b.yaml", configMap("b"));
        CP1.put("/var/lib/k0s/manifests/stray.yaml", configMap("stray"));
        CP1.start("controller", "");
        CP1.awaitUp();
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(CP1.kubectl("get cm -o name"))
                                .isEqualTo("configmap/a\nconfigmap/b\n"));

        CP1.get("rm /var/lib/k0s/manifests/mine/a.yaml");

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(CP1.kubectl("get cm -o name")).isEqualTo("configmap/b\n"));
    }

    private static String configMap(String name) {
        return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: default}\ndata: {k: v}\n"
                .formatted(name);
    }

    @Test
    void theClustersConfigurationIsAnObjectIfItIsDynamic() {
        CP1.put(
                "/etc/k0s/k0s.yaml",
                "apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nspec: {api: {port: 6443}, network: {podCIDR: 10.1.0.0/16, serviceCIDR: 10.2.0.0/16}}\n");
        CP1.start("controller", "-c /etc/k0s/k0s.yaml --enable-dynamic-config");
        CP1.awaitUp();

        assertThat(CP1.kubectl("get clusterconfig k0s -n kube-system -o json"))
                .contains("\"podCIDR\":\"10.1.0.0/16\"")
                .doesNotContain("serviceCIDR", "\"api\"");
    }

    @Test
    void maintenanceMayDoWhatItsRoleGives() {
        CP1.start("controller", "--enable-worker --no-taints");
        CP1.awaitUp();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(CP1.kubectl("get nodes")).contains("cp1"));
        CP1.get("k0s kubeconfig create run --groups keepers >/root/keeper.conf");
        String keeper = "k0s kubectl --kubeconfig /root/keeper.conf ";
        assertThat(CP1.run(keeper + "drain cp1 --ignore-daemonsets").errors())
                .contains("nodes is forbidden: User \"run\" cannot patch resource \"nodes\"");

        HOSTS.ssh()
                .run(
                        "cp1",
                        "k0s kubectl apply -f -",
                        """
                        apiVersion: rbac.authorization.k8s.io/v1
                        kind: ClusterRole
                        metadata: {name: keepers}
                        rules:
                          - apiGroups: [""]
                            resources: [nodes]
                            verbs: [get, list, patch]
                          - apiGroups: [""]
                            resources: [pods]
                            verbs: [get, list, delete]
                          - apiGroups: [""]
                            resources: [pods/eviction]
                            verbs: [create]
                          - apiGroups: [apps]
                            resources: [daemonsets]
                            verbs: [get]
                        ---
                        apiVersion: rbac.authorization.k8s.io/v1
                        kind: ClusterRoleBinding
                        metadata: {name: keepers}
                        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: keepers}
                        subjects:
                          - {apiGroup: rbac.authorization.k8s.io, kind: Group, name: keepers}
                        """);

        assertThat(CP1.get(keeper + "drain cp1 --ignore-daemonsets")).contains("node/cp1 drained");
        assertThat(CP1.get(keeper + "uncordon cp1")).isEqualTo("node/cp1 uncordoned\n");
        assertThat(CP1.run(keeper + "delete node cp1").errors()).contains("cannot delete resource");
    }

    @Test
    void resetRemovesOnlyWhatItIsTold() {
        CP1.start("controller", "--data-dir /srv/k0s");
        CP1.awaitUp();
        CP1.get("k0s stop && k0s reset");
        assertThat(CP1.get("ls /srv/k0s")).as("another folder than the default").contains("pki");

        CP1.get("k0s reset --data-dir /srv/k0s");

        assertThat(CP1.run("ls -d /srv/k0s").exitCode()).isNotZero();
        assertThat(CP1.run("systemctl cat k0scontroller").exitCode()).isNotZero();
    }

    @Test
    void oneReleaseWantsATokenThatCanBeReadForEver() {
        CP1.with("v1.35.1+k0s.0");
        CP1.start("controller", "");
        CP1.awaitUp();
        CP1.get("k0s stop; k0s install controller --force --token-file /etc/k0s/token; k0s start");

        CP1.awaitSaid("token file \"/etc/k0s/token\" not found");
        CP1.with(K0sHost.RELEASE);
        CP1.awaitUp();
    }
}
