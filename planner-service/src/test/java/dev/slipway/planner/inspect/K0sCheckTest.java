package dev.slipway.planner.inspect;

import static dev.slipway.planner.inspect.K0sHosts.CONTROLLER;
import static dev.slipway.planner.inspect.K0sHosts.WORKER;
import static dev.slipway.planner.inspect.K0sHosts.WORKING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.PlanFixture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class K0sCheckTest {
    private static final Clusterfile CLUSTERFILE = K0sHosts.clusterfile();

    /// What a host tells that is well.
    private static final Map<String, String> WELL =
            Map.of(
                    "system",
                    "selinux=off\nfirewall=none\ncgroups=2\ncontrollers=cpuset cpu io memory pids\n",
                    "network",
                    "mtu=1500\nresolvers=192.0.2.53\nip-forward=yes\nbridge-netfilter=yes\n",
                    "probe",
                    "disk-sync-us=2000\nname.quay.io=yes\npeers=1\n",
                    "registry",
                    "image=quay.io/k0sproject/kube-proxy:v1.36.2 200\n",
                    "cluster",
                    "runtime=yes\nnode=Ready\npods=9\npods-bad=0\nservices=2\nservices-bad=0\n");

    @Test
    void passesWhatIsAskedOfANode() {
        HostReport report = check(WORKING, installed(WORKING, Map.of()));

        assertThat(report.findings()).isEmpty();
        assertThat(report.passed())
                .contains(Check.NODE, Check.RUNTIME, Check.SYSCTL, Check.REGISTRY, Check.DISK_SYNC)
                // Of its images one is known, and it needs neither kernel modules nor swap off.
                .doesNotContain(Check.IMAGES, Check.MODULES, Check.SWAP);
    }

    @Test
    void asksAControllerThatIsNoNodeForItsApiAlone() {
        var told = installed(CONTROLLER, Map.of("network", "ip-forward=no\nbridge-netfilter=no\n"));
        told.put("cluster", "node=Ready\n");
        told.remove("registry");

        HostReport report = check(CONTROLLER, told);

        assertThat(report.findings()).isEmpty();
        assertThat(report.passed())
                .contains(Check.NODE, Check.DISK_SYNC)
                .doesNotContain(Check.RUNTIME, Check.SYSCTL, Check.CGROUPS, Check.REGISTRY);
    }

    @ParameterizedTest(name = "{0} {2}: {5}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    10.0.1.1 | node | k0s=k0sworker no | node | FAIL | k0sworker does not run
                    10.0.0.1 | node | k0s=k0scontroller no | node | FAIL | k0scontroller does not run
                    10.0.1.1 | cluster | node=NotReady | node | FAIL | the node is NotReady
                    10.0.0.1 | cluster | node-trouble=[-]etcd failed | node | FAIL | the cluster does not answer: "[-]etcd failed"
                    10.0.1.1 | cluster | runtime=no | runtime | FAIL | containerd runs, but does not answer on its socket
                    10.0.1.1 | network | ip-forward=no | sysctl | FAIL | net.ipv4.ip_forward is not 1: pods reach nothing beyond the host
                    10.0.1.1 | network | bridge-netfilter=no | sysctl | FAIL | br_netfilter is not loaded: services are not reached across bridges
                    10.0.0.1 | probe | disk-sync-us=25000 | disk-sync | WARN | a small write takes 25.0 ms until it is on the disk, etcd expects less than 10 ms
                    10.0.1.1 | probe | name.quay.io=no | dns | FAIL | the name "quay.io" does not resolve
                    10.0.1.1 | probe | peer=10.0.0.1:8132 | peers | FAIL | nothing comes back from 10.0.0.1:8132
                    10.0.0.1 | probe | peer=10.0.0.3:2380 | peers | FAIL | nothing comes back from 10.0.0.3:2380
                    10.0.1.1 | registry | image=quay.io/k0sproject/kube-proxy:v1.36.2 000 | registry | FAIL | the registry does not answer, and the host has no "quay.io/k0sproject/kube-proxy:v1.36.2"
                    10.0.0.1 | cluster | pods=9;pods-bad=1;pod=kube-system/coredns-1 Pending 0/1 | pods | FAIL | 1 of 9 pods not ready: kube-system/coredns-1 Pending 0/1
                    """)
    void saysWhatIsWrongWithAHost(
            String address,
            String fact,
            String lines,
            String check,
            HostFinding.Level level,
            String message) {
        HostAddress host = HostAddress.of(address + ":22");

        HostReport report =
                check(host, installed(host, Map.of(fact, lines.replace(';', '\n') + "\n")));

        assertThat(report.findings())
                .extracting(f -> f.check().word(), HostFinding::level, HostFinding::message)
                .containsExactly(tuple(check, level, message));
        assertThat(report.findings()).allSatisfy(f -> assertThat(f.advice()).isNotEmpty());
    }

    @Test
    void namesTheFolderOfEtcd() {
        assertThat(
                        check(
                                        CONTROLLER,
                                        installed(
                                                CONTROLLER,
                                                Map.of("probe", "disk-sync-us=25000\n")))
                                .findings())
                .extracting(HostFinding::advice)
                .containsExactly(
                        "Put /var/lib/k0s/etcd on a faster disk (SSD, no network storage), and nothing else that writes much.");
    }

    /// An image that a registry does not have may be one that the release calls otherwise.
    @Test
    void doesNotMissAnImageOfWhichItKnowsNoMoreThanTheName() {
        assertThat(
                        check(
                                        WORKER,
                                        installed(
                                                WORKER,
                                                Map.of(
                                                        "registry",
                                                        "image=quay.io/k0sproject/kube-proxy:v1.36.2 404\n")))
                                .findings())
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    10.0.1.1 | | quay.io
                    10.0.1.1 | images: {repository: "reg.example:5000/mirror"} | reg.example
                    10.0.1.1 | images: {default_pull_policy: Never} |
                    10.0.1.1 | images: {kubeproxy: {image: reg.example/proxy}} |
                    10.0.0.1 | |
                    10.0.0.2 | | quay.io
                    """)
    void asksARegistryWhereTheHostPullsFromIt(String address, String config, String registry) {
        Clusterfile clusterfile =
                K0sHosts.clusterfile("", config == null ? "" : "  " + config + "\n");
        ClusterHost host = K0sHosts.host(clusterfile, HostAddress.of(address + ":22"));
        List<String> steps =
                CheckSteps.of(clusterfile, host, Map.of()).stream().map(Step::name).toList();

        if (registry == null) {
            assertThat(steps).containsExactly("try-host", "ask-cluster");
            assertThat(CheckSteps.names(clusterfile, host)).isEmpty();
        } else {
            assertThat(steps).containsExactly("try-host", "ask-registry", "ask-cluster");
            assertThat(CheckSteps.names(clusterfile, host)).containsExactly(registry);
        }
    }

    @Test
    void reachesHostsByTheirPrivateAddresses() {
        Clusterfile addressed =
                PlanFixture.read(
                        CLUSTERFILE
                                .source()
                                .replace(
                                        "names: [cp-1], roles: [control-plane]}",
                                        "names: [cp-1], roles: [control-plane], k0s: {privateAddress: 192.168.7.1}}"));

        assertThat(
                        CheckSteps.peers(
                                addressed,
                                new NodePorts(addressed),
                                K0sHosts.host(addressed, WORKER)))
                .contains("192.168.7.1:6443", "192.168.7.1:8132", "10.0.0.2:6443")
                .doesNotContain("10.0.0.1:6443");
    }

    private static Map<String, String> installed(HostAddress address, Map<String, String> bad) {
        var report = new HashMap<>(K0sHosts.installed(K0sHosts.host(CLUSTERFILE, address)));
        WELL.forEach((fact, lines) -> report.merge(fact, lines, String::concat));
        if (bad.containsKey("node")) {
            report.computeIfPresent("node", (_, lines) -> lines.replaceAll("k0s=.*\n", ""));
        }
        bad.forEach((fact, lines) -> report.merge(fact, lines, (well, first) -> first + well));
        return report;
    }

    /// All hosts are well, but the one that is told of.
    private static HostReport check(HostAddress address, Map<String, String> told) {
        var facts = new HashMap<HostAddress, HostFacts>();
        for (ClusterHost host : CLUSTERFILE.hosts()) {
            facts.put(host.address(), K0sHosts.facts(installed(host.address(), Map.of())));
        }
        facts.put(address, K0sHosts.facts(told));
        return Preflight.check(CLUSTERFILE, facts, Map.of(), Set.of(), PlanFixture.OWNERSHIP)
                .stream()
                .filter(r -> r.host().equals(address))
                .findFirst()
                .orElseThrow();
    }
}
