package dev.slipway.planner.clusterfile;

import static dev.slipway.planner.clusterfile.ClusterfileReaderTest.accepted;
import static dev.slipway.planner.clusterfile.ClusterfileReaderTest.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.outcome.ReasonCode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class K0sHostSectionTest {
    private static final String CONFIG =
            """
            ---
            apiVersion: k0s.k0sproject.io/v1beta1
            kind: ClusterConfig
            spec: {workerProfiles: [{name: gpu, values: {maxPods: 40}}]}
            """;

    @Test
    void readsAllThatK0sIsTold() {
        List<ClusterHost> hosts =
                accepted(
                                file(
                                        """
                                            - ips: [10.0.0.11]
                                              roles: [control-plane, worker]
                                              labels: {a: b}
                                              k0s:
                                                installFlags: [--debug, "--kubelet-extra-args=--v=4 --max-pods=50", --disable-components=metrics-server]
                                                dataDir: /data/k0s
                                                kubeletRootDir: /data/kubelet
                                                noTaints: true
                                                profile: gpu
                                                privateAddress: 192.168.0.11
                                            - {ips: [10.0.0.21], roles: [worker], k0s: {profile: default}}
                                        """))
                        .hosts();

        assertThat(hosts.getFirst().k0s())
                .isEqualTo(
                        new K0sHost(
                                true,
                                true,
                                List.of(
                                        "--debug",
                                        "--kubelet-extra-args=--v=4 --max-pods=50",
                                        "--disable-components=metrics-server"),
                                Optional.of(RemotePath.of("/data/k0s")),
                                Optional.of(RemotePath.of("/data/kubelet")),
                                Optional.of("gpu"),
                                Optional.of("192.168.0.11")));
        assertThat(hosts.getLast().k0s()).isEqualTo(K0sHost.NONE);
    }

    /// The words of k0sctl count too; what works is a node.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[control-plane]|false|false|0",
                "[controller]|false|false|0",
                "[control-plane, worker]|true|true|1",
                "[master, node]|true|true|1",
                "[controller+worker]|true|true|1",
                "[single]|true|true|1"
            })
    void knowsControllersThatWork(String roles, boolean works, boolean noTaints, int nodes) {
        Clusterfile clusterfile =
                accepted(file("    - {ips: [10.0.0.11], roles: %s}\n".formatted(roles)));

        assertThat(clusterfile.controlPlane().k0s().working()).isEqualTo(works);
        assertThat(clusterfile.controlPlane().k0s().noTaints()).isEqualTo(noTaints);
        assertThat(clusterfile.nodes()).hasSize(nodes);
        assertThat(clusterfile.workers()).isEmpty();
    }

    /// Where others take pods the taint stays, as k0s has it, and the only host may have it too.
    @Test
    void leavesTheTaintWhereItIsMeant() {
        assertThat(
                        accepted(
                                        file(
                                                """
                                                    - {ips: [10.0.0.11], roles: [control-plane, worker]}
                                                    - {ips: [10.0.0.21], roles: [worker]}
                                                """))
                                .controlPlane()
                                .k0s()
                                .noTaints())
                .isFalse();
        assertThat(
                        accepted(
                                        file(
                                                "    - {ips: [10.0.0.11], roles: [single], k0s: {noTaints: false}}\n"))
                                .controlPlane()
                                .k0s()
                                .noTaints())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    worker | dataDir: data | dataDir | "data" is not as expected: the absolute path of a folder of k0s's own
                    worker | dataDir: / | dataDir | "/" is not as expected: the absolute path of a folder of k0s's own
                    worker | dataDir: "/data k0s" | dataDir | "/data k0s" is not as expected: the absolute path of a folder of k0s's own
                    worker | dataDir: /var/lib/slipway/k0s | dataDir | /var/lib/slipway/k0s is no folder for k0s, which empties it when it leaves: /var/lib/slipway is Slipway's or the system's
                    worker | dataDir: /var/lib | dataDir | /var/lib is no folder for k0s, which empties it when it leaves: /var/lib/slipway is Slipway's or the system's
                    worker | dataDir: /data/../etc | dataDir | /etc is no folder for k0s, which empties it when it leaves: /etc is Slipway's or the system's
                    worker | dataDir: /opt | dataDir | /opt is no folder for k0s, which empties it when it leaves: /opt is Slipway's or the system's
                    worker | kubeletRootDir: /run/kubelet | kubeletRootDir | /run/kubelet is no folder for k0s, which empties it when it leaves: /run is Slipway's or the system's
                    worker | {dataDir: /data/k0s, kubeletRootDir: /data} | kubeletRootDir | k0s's own folder lies in it: say one beside or below dataDir
                    worker | noTaints: true | noTaints | only a controller that works has k0s's taint: say roles: [control-plane, worker], or take it out
                    worker | profile: cpu | profile | unknown worker profile "cpu", expected one of default, gpu: profiles are spec.workerProfiles of ClusterConfig
                    worker | privateAddress: gate.example | privateAddress | "gate.example" is not as expected: an IP address
                    worker | installFlags: [debug] | installFlags[0] | "debug" is not as expected: a flag of k0s install as one word, such as --debug or --iptables-mode=nft
                    worker | installFlags: ["--iptables-mode nft"] | installFlags[0] | "--iptables-mode nft" is not as expected: a flag of k0s install as one word, such as --debug or --iptables-mode=nft
                    worker | installFlags: [--debug, --debug=false] | installFlags[1] | --debug stands there twice
                    worker | installFlags: [--disable-components=coredns] | installFlags[0] | --disable-components is a flag of controllers: take it out
                    worker | installFlags: ["--kubelet-extra-args=--v=4 --hostname-override=a"] | installFlags[0] | Slipway has a place for --hostname-override: say names of the host
                    worker | installFlags: [--data-dir=/data] | installFlags[0] | Slipway has a place for --data-dir: say k0s.dataDir of the host
                    worker | installFlag: [] | installFlag | unknown field "installFlag"
                    control-plane | profile: gpu | profile | a controller that does not work has no kubelet: say roles: [control-plane, worker], or take it out
                    control-plane | kubeletRootDir: /data/kubelet | kubeletRootDir | a controller that does not work has no kubelet: say roles: [control-plane, worker], or take it out
                    control-plane | installFlags: [--iptables-mode=nft] | installFlags[0] | --iptables-mode is a flag of hosts that work, and this one is a controller alone: take it out
                    """)
    void saysWhatIsWrong(String role, String section, String field, String message) {
        assertThat(
                        rejected(
                                file(
                                        """
                                            - {ips: [10.0.0.11], roles: [control-plane]}
                                            - ips: [10.0.0.21]
                                              roles: [%s]
                                              k0s:
                                                %s
                                        """
                                                .formatted(role, section))))
                .filteredOn(p -> p.path().startsWith("spec.hosts["))
                .extracting(p ->
                        p.path().replaceFirst("^spec.hosts.[0-9].\\.k0s\\.", "")
                                + " | "
                                + p.message())
                .containsExactly(field + " | " + message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--config=/a",
                "-c=/a",
                "--token-file=/a",
                "--enable-worker",
                "--single",
                "--no-taints",
                "--kubelet-root-dir=/a",
                "--profile=gpu",
                "--labels=a=b",
                "--taints=a=b:NoSchedule",
                "--force",
                "--start",
                "--enable-dynamic-config",
                "--env=A=b",
                "--init-only",
                "--status-socket=/a",
                "--kubelet-extra-args=\"--node-ip=10.0.0.1\""
            })
    void keepsFlagsThatAreSlipways(String flag) {
        assertThat(rejected(flags(flag)))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.path()).isEqualTo("spec.hosts[0].k0s.installFlags[0]");
                    assertThat(p.message()).startsWith("Slipway has a place for -");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--kubelet-extra-args=--a=https://u:hunter2@a.example",
                "--a=abcdef.hunter2hunter2aa"
            })
    void refusesSecretsAndNeverShowsThem(String flag) {
        assertThat(rejected(flags(flag)))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.code()).isEqualTo(ReasonCode.INLINE_SECRET);
                    assertThat(p.toString()).doesNotContain("hunter2");
                });
    }

    @Test
    void wantsTheReleaseThatKnowsTheField() {
        String text =
                file(
                        "    - {ips: [10.0.0.11], roles: [single], k0s: {kubeletRootDir: /data/kubelet}}\n");

        accepted(text.replace("v1.36.2", "v1.32.1"));
        assertThat(rejected(text.replace("v1.36.2", "v1.32.0")))
                .extracting(Problem::message)
                .containsExactly(
                        "k0s v1.32.0+k0s.0 keeps the kubelet's folder below its own, another one can be said from v1.32.1 on");
    }

    @Test
    void takesPrivateAddressesOfOneHostEach() {
        assertThat(
                        rejected(
                                file(
                                        """
                                            - {ips: [10.0.0.11], roles: [control-plane], k0s: {privateAddress: 192.168.0.1}}
                                            - {ips: [10.0.0.21], roles: [worker], k0s: {privateAddress: 192.168.0.1}}
                                            - {ips: [10.0.0.22-10.0.0.23], roles: [worker], k0s: {privateAddress: 192.168.0.2}}
                                        """)))
                .extracting(Problem::message)
                .containsExactly(
                        "192.168.0.1 stands in spec.hosts[0].k0s.privateAddress already",
                        "one private address for 2 hosts: give each an entry of its own");
    }

    @Test
    void refusesWhatAControllerAloneHasNoUseFor() {
        assertThat(
                        rejected(
                                file(
                                        """
                                            - {ips: [10.0.0.11], roles: [control-plane], labels: {a: b}, taints: ["a=b:NoSchedule"]}
                                        """)))
                .extracting(Problem::path)
                .containsExactly("spec.hosts[0].labels", "spec.hosts[0].taints");
    }

    @Test
    void takesASingleHostForTheOnlyOne() {
        assertThat(
                        rejected(
                                file(
                                        """
                                            - {ips: [10.0.0.11], roles: [single]}
                                            - {ips: [10.0.0.21], roles: [worker]}
                                        """)))
                .extracting(Problem::message)
                .containsExactly(
                        "single is the only host of a cluster, and there are others: say [control-plane, worker]");
    }

    @Test
    void hasNoPlaceWithKubeadm() {
        String text =
                file("    - {ips: [10.0.0.11], roles: [single], k0s: {noTaints: true}}\n")
                        .replace("type: k0s, version: v1.36.2+k0s.0", "version: v1.36.2")
                        .replace(CONFIG, "");

        assertThat(rejected(text))
                .extracting(p -> p.code() + " " + p.path())
                .containsExactlyInAnyOrder(
                        "NOT_SERVED_YET spec.hosts[0].roles",
                        "CLUSTERFILE_INVALID spec.hosts[0].k0s");
    }

    private static String flags(String flag) {
        return file(
                """
                    - ips: [10.0.0.11]
                      roles: [single]
                      k0s: {installFlags: ['%s']}
                """
                        .formatted(flag));
    }

    private static String file(String hosts) {
        return """
        apiVersion: slipway.dev/v1
        kind: Cluster
        metadata: {name: demo}
        spec:
          runtime: {type: k0s, version: v1.36.2+k0s.0}
          ssh: {credential: team-a}
          hosts:
        """
                + hosts
                + CONFIG;
    }
}
