package dev.slipway.planner.inspect;

import static dev.slipway.planner.inspect.K0sHosts.CONTROLLER;
import static dev.slipway.planner.inspect.K0sHosts.WORKER;
import static dev.slipway.planner.inspect.K0sHosts.WORKING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.PlanFixture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class K0sPreflightTest {
    private static final Clusterfile CLUSTERFILE = K0sHosts.clusterfile();

    @Test
    void passesGoodHosts() {
        var fresh = new HashMap<HostAddress, HostFacts>();
        var installed = new HashMap<HostAddress, HostFacts>();
        for (ClusterHost host : CLUSTERFILE.hosts()) {
            fresh.put(host.address(), K0sHosts.facts(K0sHosts.fresh(host)));
            installed.put(host.address(), K0sHosts.facts(K0sHosts.installed(host)));
        }

        assertThat(findings(CLUSTERFILE, fresh)).isEmpty();
        assertThat(findings(CLUSTERFILE, installed)).isEmpty();
    }

    @ParameterizedTest(name = "{0} {2}: {5}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    10.0.0.1 | system | architecture=s390x | FAIL | HOST_UNSUPPORTED | architecture "s390x", expected one of aarch64, arm64, armv7l, riscv64, x86_64
                    10.0.0.1 | system | kernel=3.2.0-4 | WARN | PREFLIGHT_FAILED | kernel "3.2.0-4", Kubernetes v1.36.2 needs 3.10
                    10.0.1.1 | system | cgroups=1 | FAIL | HOST_UNSUPPORTED | cgroups are of version 1, which the kubelet of v1.36.2 refuses
                    10.0.0.2 | system | cgroups=2;controllers=cpu memory | FAIL | HOST_UNSUPPORTED | cgroup controllers are missing: cpuset, pids
                    10.0.0.1 | system | firewall=ufw | WARN | PREFLIGHT_FAILED | "ufw" is on: what nodes and pods say to one another has to be let through
                    10.0.0.1 | hardware | memory-mib=960 | WARN | PREFLIGHT_FAILED | 960 MiB of memory, a control plane needs 1024
                    10.0.1.1 | hardware | memory-mib=400 | WARN | PREFLIGHT_FAILED | 400 MiB of memory, a worker needs 500
                    10.0.0.1 | hardware | free-disk-mib=400 | WARN | PREFLIGHT_FAILED | 400 MiB free below /var/lib, expected 500
                    10.0.1.1 | hardware | free-disk-mib=1200 | WARN | PREFLIGHT_FAILED | 1200 MiB free below /var/lib, expected 1300
                    10.0.0.2 | hardware | free-disk-mib=1700 | WARN | PREFLIGHT_FAILED | 1700 MiB free below /var/lib, expected 1800
                    10.0.1.1 | hardware | free-disk-percent=14 | WARN | PREFLIGHT_FAILED | 14 % free below /var/lib, expected 15
                    10.0.1.1 | hardware | free-disk-mib=10 | FAIL | DISK_FULL | 10 MiB free below /var/lib, expected 1300
                    10.0.1.1 | hardware | disk-writable=no | FAIL | DISK_READ_ONLY | /var/lib cannot be written
                    10.0.0.1 | network | port=192B | FAIL | PREFLIGHT_FAILED | port 6443 is in use, Kubernetes needs it: stop what listens there
                    10.0.0.1 | network | port=24E3 | FAIL | PREFLIGHT_FAILED | port 9443 is in use, Kubernetes needs it: stop what listens there
                    10.0.0.1 | network | port=1FC4 | FAIL | PREFLIGHT_FAILED | port 8132 is in use, Kubernetes needs it: stop what listens there
                    10.0.1.1 | network | port=280A | FAIL | PREFLIGHT_FAILED | port 10250 is in use, Kubernetes needs it: stop what listens there
                    10.0.1.1 | tools | version.k0s=v1.35.0+k0s.0 | FAIL | VERSION_MISMATCH | k0s is "v1.35.0+k0s.0", expected v1.36.2+k0s.0
                    10.0.1.1 | node | k0s=k0sworker no | FAIL | CLUSTER_PRESENT | "service k0sworker" is there and Slipway did not make it
                    10.0.1.1 | node | k0s=k0sworker yes v1.36.2+k0s.0;file=/data/k0s | FAIL | CLUSTER_PRESENT | "/data/k0s" is there and Slipway did not make it
                    10.0.1.1 | node | file=/etc/kubernetes/kubelet.conf | FAIL | CLUSTER_PRESENT | "/etc/kubernetes/kubelet.conf" is there and Slipway did not make it
                    """)
    void saysWhatIsWrongWithAHost(
            String address,
            String fact,
            String lines,
            HostFinding.Level level,
            ReasonCode reason,
            String message) {
        ClusterHost host = K0sHosts.host(CLUSTERFILE, HostAddress.of(address + ":22"));
        var report = K0sHosts.with(K0sHosts.fresh(host), fact, lines.replace(';', '\n'));

        assertThat(problems(CLUSTERFILE, host, report))
                .extracting(HostFinding::level, HostFinding::reason, HostFinding::message)
                .containsExactly(tuple(level, reason, message));
    }

    @ParameterizedTest(name = "{0} {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    10.0.0.1 | hardware | cpus=1
                    10.0.1.1 | hardware | swap=yes
                    10.0.0.1 | hardware | free-disk-percent=5
                    10.0.0.1 | system | cgroups=1
                    10.0.0.1 | system | selinux=enforcing
                    10.0.0.1 | network | port=280A
                    10.0.0.1 | network | port=00B3
                    10.0.1.1 | network | port=192B
                    10.0.1.1 | system | module.overlay=no;module.br_netfilter=no
                    10.0.0.1 | network | resolvers=127.0.0.53
                    """)
    void asksForNothingThatK0sDoesNotNeed(String address, String fact, String lines) {
        ClusterHost host = K0sHosts.host(CLUSTERFILE, HostAddress.of(address + ":22"));
        var report = K0sHosts.with(K0sHosts.fresh(host), fact, lines.replace(';', '\n'));

        assertThat(problems(CLUSTERFILE, host, report)).isEmpty();
    }

    @Test
    void wantsTheProgramUnlessAnArtifactBringsIt() {
        Clusterfile brought =
                K0sHosts.clusterfile(
                        "  artifacts:\n    k0s: {url: \"https://x.example/k0s\", sha256: %s}\n"
                                .formatted("0".repeat(64)),
                        "");
        ClusterHost worker = K0sHosts.host(CLUSTERFILE, WORKER);
        var report = new HashMap<>(K0sHosts.fresh(worker));

        report.put("tools", "");
        assertThat(problems(CLUSTERFILE, worker, report))
                .extracting(HostFinding::reason, HostFinding::message, HostFinding::advice)
                .containsExactly(
                        tuple(
                                ReasonCode.TOOL_MISSING,
                                "k0s is not on the host's PATH",
                                "Name it in spec.artifacts (k0s), or put k0s v1.36.2+k0s.0 there as /usr/local/bin/k0s."));
        assertThat(problems(brought, worker, report))
                .extracting(HostFinding::message)
                .containsExactly(
                        "fetching artifacts needs curl or wget, and neither is on the host's PATH");
        report.put("tools", "path.wget=/usr/bin/wget\n");
        assertThat(problems(brought, worker, report)).isEmpty();
    }

    @Test
    void refusesAHostThatTheOtherRuntimeWasInstalledOn() {
        ClusterHost worker = K0sHosts.host(CLUSTERFILE, WORKER);
        var ofKubeadm = new HashMap<>(PlanFixture.report(worker, "v1.36.2", true));
        ofKubeadm.put("tools", K0sHosts.fresh(worker).get("tools"));

        assertThat(problems(CLUSTERFILE, worker, ofKubeadm))
                .extracting(HostFinding::reason, HostFinding::message, HostFinding::advice)
                .containsExactly(
                        tuple(
                                ReasonCode.CLUSTER_PRESENT,
                                "the cluster was installed here with kubeadm, and its runtime is k0s now",
                                "Reset it with the Clusterfile that it was installed with (slipway reset demo -f FILE), then apply again."));

        Clusterfile kubeadm = PlanFixture.clusterfile(1);
        ClusterHost node = kubeadm.workers().getFirst();
        var ofK0s = new HashMap<>(PlanFixture.report(node, "v1.36.2", true));
        ofK0s.put("node", K0sHosts.installed(node).get("node"));
        assertThat(problems(kubeadm, node, ofK0s))
                .extracting(HostFinding::message)
                .containsExactly(
                        "the cluster was installed here with k0s, and its runtime is kubeadm now");
    }

    @Test
    void saysHowToClearWhatAnEarlierGenerationLeft() {
        ClusterHost worker = K0sHosts.host(CLUSTERFILE, WORKER);
        var report = new HashMap<>(K0sHosts.installed(worker));
        report.computeIfPresent(
                "owner", (_, lines) -> lines.replace("generation=1", "generation=2"));

        assertThat(problems(CLUSTERFILE, worker, report))
                .extracting(HostFinding::advice)
                .containsExactly(
                        "Run k0s stop and k0s reset there and remove /var/lib/slipway/owner, then apply again.");
    }

    @Test
    void refusesAHostWhoseServiceIsThatOfTheOtherRole() {
        ClusterHost worker = K0sHosts.host(CLUSTERFILE, WORKER);
        var report = new HashMap<>(K0sHosts.installed(K0sHosts.host(CLUSTERFILE, CONTROLLER)));
        report.put("system", K0sHosts.fresh(worker).get("system"));

        assertThat(problems(CLUSTERFILE, worker, report))
                .extracting(HostFinding::reason, HostFinding::message)
                .containsExactly(
                        tuple(
                                ReasonCode.CLUSTER_PRESENT,
                                "service k0scontroller is installed, and the host is to have k0sworker"));
    }

    @Test
    void startsAServiceThatWasInstalledAndDoesNotRun() {
        ClusterHost worker = K0sHosts.host(CLUSTERFILE, WORKER);
        var report = new HashMap<>(K0sHosts.installed(worker));
        report.put("node", "file=/var/lib/k0s\nk0s=k0sworker no\njoined=yes\n");

        assertThat(problems(CLUSTERFILE, worker, report)).isEmpty();
    }

    @Test
    void takesPortsFromTheConfiguration() {
        Clusterfile configured =
                K0sHosts.clusterfile(
                        "",
                        """
                          api: {port: 7000, k0sApiPort: 7001}
                          konnectivity: {agentPort: 7002, adminPort: 7003}
                        """);
        ClusterHost controller = K0sHosts.host(configured, CONTROLLER);
        var report =
                K0sHosts.with(
                        K0sHosts.fresh(controller),
                        "network",
                        "port=192B\nport=24E3\nport=1B58\nport=1B59\nport=1B5A\nport=1B5B");

        assertThat(problems(configured, controller, report))
                .extracting(HostFinding::message)
                .containsExactly(
                        "port 7000 is in use, Kubernetes needs it: stop what listens there",
                        "port 7001 is in use, Kubernetes needs it: stop what listens there",
                        "port 7002 is in use, Kubernetes needs it: stop what listens there",
                        "port 7003 is in use, Kubernetes needs it: stop what listens there");
    }

    @Test
    void takesOldCgroupsWhereTheKubeletDoes() {
        Clusterfile told =
                K0sHosts.clusterfile(
                        "",
                        "  workerProfiles:\n    - {name: default, values: {failCgroupV1: false}}\n");
        ClusterHost worker = K0sHosts.host(told, WORKER);
        var report = K0sHosts.with(K0sHosts.fresh(worker), "system", "cgroups=1");

        assertThat(problems(told, worker, report))
                .extracting(HostFinding::level, HostFinding::message)
                .containsExactly(
                        tuple(
                                HostFinding.Level.WARN,
                                "cgroups are of version 1, which Kubernetes gives up"));
    }

    @Test
    void doesNotJudgeADiskThatK0sDoesNotUse() {
        Clusterfile elsewhere =
                PlanFixture.read(
                        CLUSTERFILE
                                .source()
                                .replace(
                                        "roles: [worker]}",
                                        "roles: [worker], k0s: {dataDir: /data/k0s}}"));
        ClusterHost worker = K0sHosts.host(elsewhere, WORKER);
        var report = K0sHosts.with(K0sHosts.fresh(worker), "hardware", "free-disk-mib=700");

        assertThat(problems(elsewhere, worker, report)).isEmpty();
    }

    @Test
    void wantsAPrivateAddressToBeTheHosts() {
        Clusterfile addressed =
                PlanFixture.read(
                        CLUSTERFILE
                                .source()
                                .replace(
                                        "roles: [worker]}",
                                        "roles: [worker], k0s: {privateAddress: 192.168.7.1}}"));
        ClusterHost worker = K0sHosts.host(addressed, WORKER);

        assertThat(problems(addressed, worker, K0sHosts.fresh(worker)))
                .extracting(HostFinding::message)
                .containsExactly("privateAddress 192.168.7.1 is no address of the host");
        assertThat(
                        problems(
                                addressed,
                                worker,
                                K0sHosts.with(
                                        K0sHosts.fresh(worker), "network", "address=192.168.7.1")))
                .isEmpty();
    }

    @Test
    void wantsAVirtualAddressToBeNobodys() {
        Clusterfile virtual =
                K0sHosts.clusterfile(
                        "",
                        """
                          network:
                            controlPlaneLoadBalancing:
                              enabled: true
                              keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.77/24], authPass: x}]}
                        """);
        ClusterHost controller = K0sHosts.host(virtual, CONTROLLER);

        assertThat(
                        problems(
                                virtual,
                                controller,
                                K0sHosts.with(
                                        K0sHosts.fresh(controller),
                                        "network",
                                        "address=10.0.0.77")))
                .extracting(HostFinding::message)
                .containsExactly(
                        "10.0.0.77 is an address of the host and the cluster's endpoint: say another one in ClusterConfig, spec.network.controlPlaneLoadBalancing");
    }

    @ParameterizedTest
    @CsvSource({"v1.29.4+k0s.0, FAIL", "v1.30.0+k0s.0, WARN"})
    void wantsMachineIdsOfTheirOwnWhereTheyAreAnIdentity(String release, HostFinding.Level level) {
        Clusterfile clusterfile = K0sHosts.clusterfile(release, "", "");
        var facts = new HashMap<HostAddress, HostFacts>();
        for (HostAddress address : List.of(WORKING, WORKER)) {
            ClusterHost host = K0sHosts.host(clusterfile, address);
            var report = new HashMap<>(K0sHosts.fresh(host));
            report.merge("system", "machine-id=m\n", (old, first) -> first + old);
            report.computeIfPresent(
                    "tools", (_, lines) -> lines.replace(K0sHosts.RELEASE, release));
            facts.put(address, K0sHosts.facts(report));
        }

        assertThat(findings(clusterfile, facts))
                .extracting(HostFinding::level, HostFinding::message)
                .containsExactly(tuple(level, "/etc/machine-id is the same as that of " + WORKING));
    }

    private static List<HostFinding> problems(
            Clusterfile clusterfile, ClusterHost host, Map<String, String> report) {
        return findings(clusterfile, Map.of(host.address(), K0sHosts.facts(report)));
    }

    private static List<HostFinding> findings(
            Clusterfile clusterfile, Map<HostAddress, HostFacts> facts) {
        return Preflight.beforeApply(clusterfile, List.of(), facts, PlanFixture.OWNERSHIP).stream()
                .flatMap(r -> r.findings().stream())
                .toList();
    }
}
