package dev.slipway.planner.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.PlanFixture;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CheckTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);
    private static final Clusterfile CLUSTERFILE = PlanFixture.clusterfile(1);
    private static final HostAddress CONTROL_PLANE = CLUSTERFILE.controlPlane().address();
    private static final HostAddress WORKER = CLUSTERFILE.workers().getFirst().address();

    /// What a host tells that is well.
    private static final Map<String, String> WELL =
            Map.of(
                    "system",
                    "selinux=off\nfirewall=none\ncgroups=2\ncontrollers=cpuset cpu io memory pids\nmodule.overlay=yes\nmodule.br_netfilter=yes\n",
                    "network",
                    "mtu=1500\nresolvers=192.0.2.53\nip-forward=yes\nbridge-netfilter=yes\n",
                    "probe",
                    "disk-sync-us=2000\nname.registry.k8s.io=yes\npeers=1\n",
                    "registry",
                    "image=registry.k8s.io/kube-proxy:v1.36.2 200\n",
                    "cluster",
                    "runtime=yes\nnode=Ready\npods=9\npods-bad=0\nservices=2\nservices-bad=0\n");

    @Test
    void everyCheckCanBePassed() {
        List<HostReport> reports =
                check(
                        Map.of(
                                CONTROL_PLANE,
                                report(true, Map.of()),
                                WORKER,
                                report(true, Map.of())));

        assertThat(reports).allMatch(r -> r.findings().isEmpty());
        // Ports are looked at on a host that is no node, and two hosts have two UUIDs.
        assertThat(reports.getFirst().passed())
                .containsExactlyInAnyOrderElementsOf(all(Set.of(Check.PORTS, Check.PRODUCT_UUID)));
        assertThat(check(Map.of(CONTROL_PLANE, report(false, Map.of()))).getFirst().passed())
                .contains(Check.PORTS)
                .doesNotContain(Check.NODE, Check.RUNTIME, Check.SYSCTL);
    }

    @ParameterizedTest(name = "{1}: {4}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    system   | selinux=enforcing   | selinux  | WARN | SELinux is enforcing, and its policy knows no containers: they run unconfined, or are denied files of the host
                    system   | firewall=ufw        | firewall | WARN | "ufw" is on: what nodes and pods say to one another has to be let through
                    probe    | disk-sync-us=25000  | disk-sync | WARN | a small write takes 25.0 ms until it is on the disk, etcd expects less than 10 ms
                    system   | selinux=enforcing   | selinux  | WARN | SELinux is enforcing, and its policy knows no containers: they run unconfined, or are denied files of the host
                    system   | firewall=ufw        | firewall | WARN | "ufw" is on: what nodes and pods say to one another has to be let through
                    probe    | disk-sync-us=250000 | disk-sync | FAIL | a small write takes 250.0 ms until it is on the disk, etcd expects less than 10 ms
                    probe    | name.registry.k8s.io=no | dns   | FAIL | the name "registry.k8s.io" does not resolve
                    probe    | peer=10.0.1.1:10250 | peers     | FAIL | nothing comes back from 10.0.1.1:10250
                    registry | image=registry.k8s.io/kube-proxy:v1.36.2 404 | images | FAIL | neither on the host nor in the registry: registry.k8s.io/kube-proxy:v1.36.2
                    registry | image=registry.k8s.io/kube-proxy:v1.36.2 000 | registry | FAIL | the registry does not answer, and the host has no "registry.k8s.io/kube-proxy:v1.36.2"
                    registry | image=registry.k8s.io/kube-proxy:v1.36.2 401 | registry | FAIL | the registry wants a login for "registry.k8s.io/kube-proxy:v1.36.2", and neither the Clusterfile's registries nor Docker's config.json have one
                    registry | login=yes;image=registry.k8s.io/kube-proxy:v1.36.2 403 | registry | FAIL | the registry refuses the login of Docker's config.json for "registry.k8s.io/kube-proxy:v1.36.2"
                    registry | image=registry.k8s.io/kube-proxy:v1.36.2 503 | registry | FAIL | the registry answers 503 for "registry.k8s.io/kube-proxy:v1.36.2"
                    cluster  | runtime=no          | runtime   | FAIL | containerd runs, but does not answer on its socket
                    node     | containerd-active=  | runtime   | FAIL | containerd does not run
                    network  | ip-forward=no       | sysctl    | FAIL | net.ipv4.ip_forward is not 1: pods reach nothing beyond the host
                    network  | bridge-netfilter=no | sysctl    | FAIL | br_netfilter is not loaded: services are not reached across bridges
                    hardware | swap=yes            | swap      | WARN | swap is on, and the kubelet will not start again with it
                    node     | kubelet-active=     | node      | FAIL | the kubelet does not run
                    cluster  | node=NotReady       | node      | FAIL | the node is NotReady
                    cluster  | node=Ready,SchedulingDisabled | node | WARN | the node takes no new pods (cordoned)
                    cluster  | node-trouble=Error from server (NotFound): x | node | FAIL | the cluster has no such node: "Error from server (NotFound): x"
                    cluster  | node-trouble=refused | node     | FAIL | the cluster does not answer: "refused"
                    cluster  | pods-bad=1;pod=kube-system/etcd-cp-1 Error 0/1 | pods | FAIL | 1 of 9 pods not ready: kube-system/etcd-cp-1 Error 0/1
                    cluster  | pods-bad=1;pod=shop/web-1 Pending 0/1 | pods | WARN | 1 of 9 pods not ready: shop/web-1 Pending 0/1
                    cluster  | services-bad=1;service=shop/web | services | WARN | 1 of 2 services without endpoints: shop/web
                    cluster  | services-bad=1;service=default/kubernetes | services | FAIL | 1 of 2 services without endpoints: default/kubernetes
                    """)
    void saysWhatIsWrongWithANode(
            String fact, String lines, String check, HostFinding.Level level, String message) {
        List<HostReport> reports =
                check(
                        Map.of(
                                CONTROL_PLANE,
                                report(true, Map.of(fact, lines.replace(';', '\n') + "\n")),
                                WORKER,
                                report(true, Map.of())));

        assertThat(reports.getFirst().findings())
                .extracting(f -> f.check().word(), HostFinding::level, HostFinding::message)
                .containsExactly(tuple(check, level, message));
        assertThat(reports.getFirst().findings())
                .allSatisfy(f -> assertThat(f.advice()).isNotEmpty());
        assertThat(reports.getFirst().passed()).doesNotContain(Check.of(check));
        assertThat(reports.getLast().findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "HOST_UNREACHABLE, ssh",
        "AUTHENTICATION_FAILED, ssh",
        "HOST_KEY_UNKNOWN, ssh",
        "SUDO_REFUSED, sudo",
        "SUDO_PASSWORD_WRONG, sudo",
        "HOST_TOOL_MISSING, facts",
        "TASK_LOST, ssh"
    })
    void saysWhyAHostCouldNotBeInspectedAndReportsTheOthers(ReasonCode reason, String check) {
        List<HostReport> reports =
                Preflight.check(
                        CLUSTERFILE,
                        facts(Map.of(CONTROL_PLANE, report(true, Map.of()))),
                        Map.of(WORKER, new Preflight.Unseen(reason, "why")),
                        Set.of(),
                        PlanFixture.OWNERSHIP);

        assertThat(reports.getFirst().isUsable()).isTrue();
        assertThat(reports.getLast().findings())
                .extracting(f -> f.check().word(), HostFinding::reason, HostFinding::message)
                .containsExactly(tuple(check, reason, "why"));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    runtime=no | docker and cri-dockerd run, but nothing answers on /run/cri-dockerd.sock
                    cri-docker-active= | cri-dockerd (service cri-docker) does not run
                    docker-active= | docker does not run
                    """)
    void namesWhatOfDockerDoesNotWork(String line, String message) {
        Clusterfile docker =
                PlanFixture.clusterfile(1, "v1.36.2", "  containerRuntime: {type: docker}\n");
        String well = "docker-unit=foreign\ndocker-active=yes\ncri-docker-active=yes\n";
        var report =
                report(
                        true,
                        Map.of(
                                "tools",
                                "path.docker=/usr/bin/docker\npath.cri-dockerd=/usr/bin/cri-dockerd\n",
                                "node",
                                (line.startsWith("runtime") ? "" : line + "\n") + well,
                                "cluster",
                                line.startsWith("runtime") ? line + "\n" : ""));

        assertThat(
                        Preflight.check(
                                        docker,
                                        facts(Map.of(CONTROL_PLANE, report)),
                                        Map.of(),
                                        Set.of(),
                                        PlanFixture.OWNERSHIP)
                                .getFirst()
                                .findings())
                .extracting(HostFinding::check, HostFinding::reason, HostFinding::message)
                .containsExactly(tuple(Check.RUNTIME, ReasonCode.CONTAINER_RUNTIME_DOWN, message));
    }

    @Test
    void missesANodeThatWasOne() {
        List<HostReport> reports =
                Preflight.check(
                        CLUSTERFILE,
                        facts(
                                Map.of(
                                        CONTROL_PLANE,
                                        report(true, Map.of()),
                                        WORKER,
                                        report(false, Map.of()))),
                        Map.of(),
                        Set.of(CONTROL_PLANE, WORKER),
                        PlanFixture.OWNERSHIP);

        assertThat(reports.getLast().findings())
                .extracting(HostFinding::check, HostFinding::reason)
                .containsExactly(tuple(Check.NODE, ReasonCode.NODE_MISSING));
    }

    @Test
    void asksNothingOfTheRegistryWhereAllImagesAreOnTheHost() {
        var offline =
                report(
                        true,
                        Map.of(
                                "probe",
                                "name.registry.k8s.io=no\n",
                                "registry",
                                "image=registry.k8s.io/kube-proxy:v1.36.2 present\n"));

        assertThat(check(Map.of(CONTROL_PLANE, offline)).getFirst().findings()).isEmpty();
    }

    @Test
    void takesASilentPortForNothingWhereTheAddressIsTranslatedOnTheWay() {
        var translated = new HashMap<>(report(true, Map.of()));
        translated.put("translated", "yes");

        assertThat(
                        check(
                                        Map.of(
                                                CONTROL_PLANE,
                                                report(
                                                        true,
                                                        Map.of("probe", "peer=10.0.1.1:10250\n")),
                                                WORKER,
                                                translated))
                                .getFirst()
                                .findings())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Check.class)
    void everyCheckHasAWordOfItsOwn(Check check) {
        assertThat(Check.of(check.word())).isEqualTo(check);
    }

    private static Set<Check> all(Set<Check> but) {
        return java.util.Arrays.stream(Check.values())
                .filter(c -> !but.contains(c))
                .collect(Collectors.toSet());
    }

    /// @param bad lines that come first, so they count
    private static Map<String, String> report(boolean member, Map<String, String> bad) {
        var report = new HashMap<String, String>();
        report.put("member", member ? "yes" : "no");
        WELL.forEach((fact, lines) -> report.merge(fact, lines, String::concat));
        bad.forEach((fact, lines) -> report.merge(fact, lines, (well, first) -> first + well));
        return report;
    }

    private static List<HostReport> check(Map<HostAddress, Map<String, String>> reports) {
        return Preflight.check(
                CLUSTERFILE, facts(reports), Map.of(), Set.of(), PlanFixture.OWNERSHIP);
    }

    private static Map<HostAddress, HostFacts> facts(
            Map<HostAddress, Map<String, String>> reports) {
        var facts = new HashMap<HostAddress, HostFacts>();
        reports.forEach((address, more) -> {
            ClusterHost host = CLUSTERFILE.host(address).orElseThrow();
            boolean member = "yes".equals(more.get("member"));
            var report = new HashMap<>(PlanFixture.report(host, "v1.36.2", member));
            report.computeIfPresent("hardware", (_, lines) -> lines.replace("swap=yes\n", ""));
            if (!member) {
                report.remove("owner");
            }
            if (more.containsKey("translated")) {
                report.computeIfPresent(
                        "network", (_, lines) -> lines.replace(address.address(), "192.168.0.7"));
            }
            more.forEach((fact, lines) ->
                    report.merge(fact, lines, (standard, first) -> first + standard));
            facts.put(address, FactReader.read(report, NOW));
        });
        return facts;
    }
}
