package dev.slipway.planner.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.PlanFixture;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);
    private static final Clusterfile CLUSTERFILE = PlanFixture.clusterfile(1);
    private static final ClusterHost CONTROL_PLANE = CLUSTERFILE.controlPlane();

    @Test
    void passesGoodHosts() {
        assertThat(findings(CLUSTERFILE, PlanFixture.fresh(CLUSTERFILE))).isEmpty();
        assertThat(findings(CLUSTERFILE, PlanFixture.installed(CLUSTERFILE))).isEmpty();
    }

    @ParameterizedTest(name = "{2}: {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    system   | architecture=riscv64       | HOST_UNSUPPORTED   | architecture "riscv64", expected one of aarch64, arm64, ppc64le, s390x, x86_64
                    system   | kernel=4.18.0-553.el8 | HOST_UNSUPPORTED | kernel "4.18.0-553.el8", Kubernetes v1.36.2 needs 4.19
                    system   | cgroups=1 | HOST_UNSUPPORTED | cgroups are of version 1, which the kubelet of v1.36.2 refuses
                    system   | module.overlay=no | PREFLIGHT_FAILED | kernel module "overlay" is not loaded and cannot be
                    network  | mtu=1100 | PREFLIGHT_FAILED | packets of at most 1100 octets leave the host, expected at least 1280: raise the interface's MTU
                    network  | default-address=10.96.0.7 | PREFLIGHT_FAILED | its address 10.96.0.7 is in the network of services (10.96.0.0/12)
                    system   | systemd=no                 | HOST_UNSUPPORTED   | there is neither systemctl nor OpenRC, expected systemd or OpenRC
                    system   | os=arch | HOST_UNSUPPORTED | "Debian GNU/Linux 12 (bookworm)" (ID "arch") is of no family of distributions that hosts are prepared on: Debian, Ubuntu, RHEL, SUSE, Alpine, Flatcar
                    system   | time=1800000500            | PREFLIGHT_FAILED   | the clock is 500 s ahead, expected at most 240 s off: set the time (chrony, ntpd)
                    hardware | cpus=1                     | PREFLIGHT_FAILED   | 1 CPU, a control plane needs 2
                    hardware | memory-mib=900             | PREFLIGHT_FAILED   | 900 MiB of memory, a control plane needs 1700
                    hardware | free-disk-mib=10           | DISK_FULL          | 10 MiB free below /var/lib, expected 1024
                    hardware | disk-writable=no           | DISK_READ_ONLY     | /var/lib cannot be written
                    network  | port=192B                  | PREFLIGHT_FAILED   | port 6443 is in use, Kubernetes needs it: stop what listens there
                    tools    | version.kubelet=v1.35.0    | VERSION_MISMATCH   | kubelet is "v1.35.0", expected v1.36.2
                    node     | file=/var/lib/etcd/member  | CLUSTER_PRESENT    | "/var/lib/etcd/member" is there and Slipway did not make it
                    owner    | installation=x             | HOST_OWNED_BY_OTHER | /var/lib/slipway/owner cannot be read as Slipway's mark
                    """)
    void saysWhatIsWrongWithAHost(String fact, String line, ReasonCode reason, String message) {
        var report = new HashMap<>(PlanFixture.report(CONTROL_PLANE, "v1.36.2", false));
        report.remove("owner");
        // The first value of a key counts.
        report.merge(fact, line, (old, added) -> added + "\n" + old);

        assertThat(problems(report))
                .extracting(HostFinding::reason, HostFinding::message)
                .containsExactly(tuple(reason, message));
    }

    @Test
    void takesAHostOfNoFamilyForWhatTheClusterfileSays() {
        Clusterfile said = PlanFixture.clusterfile(0, "v1.36.2", "  hostFamily: rhel\n");
        var report = new HashMap<>(PlanFixture.report(CONTROL_PLANE, "v1.36.2", false));
        report.remove("owner");
        report.merge("system", "os=arch", (old, added) -> added + "\n" + old);

        assertThat(problems(said, report)).isEmpty();
        assertThat(problems(report))
                .singleElement()
                .satisfies(f -> assertThat(f.advice()).contains("spec.hostFamily"));
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    tools | path.docker= | docker is not on the host's PATH | apt-get install docker.io
                    node | docker-unit=none | there is docker, but no service docker that starts it | apt-get install docker.io
                    tools | path.cri-dockerd= | cri-dockerd is not on the host's PATH | Name it in spec.artifacts (cri-dockerd)
                    node | docker-config=foreign | mirrors and skipVerify of spec.registries belong into /etc/docker/daemon.json, and this host has one of its own | or remove the file
                    """)
    void saysWhatAHostLacksForDocker(String fact, String line, String message, String advice) {
        Clusterfile docker =
                PlanFixture.clusterfile(
                        0,
                        "v1.36.2",
                        """
                          containerRuntime: {type: docker}
                          registries: [{host: docker.io, mirrors: [{url: "https://m.example"}]}]
                        """);
        String node = fact.equals("node") ? line + "\n" : "";
        String tools = line.startsWith("path.cri") ? "" : "path.cri-dockerd=/usr/bin/cri-dockerd\n";
        var facts =
                line.equals("path.docker=")
                        ? PlanFixture.fresh(docker)
                        : PlanFixture.freshWithDocker(docker, "", node, tools);

        assertThat(findings(docker, facts))
                .anySatisfy(f -> {
                    assertThat(f.message()).isEqualTo(message);
                    assertThat(f.advice()).contains(advice);
                });
        assertThat(
                        findings(
                                docker,
                                PlanFixture.freshWithDocker(
                                        docker,
                                        "",
                                        "docker-config=ours\n",
                                        "path.cri-dockerd=/usr/bin/cri-dockerd\n")))
                .isEmpty();
    }

    @Test
    void refusesArtifactsThatGoWhereFlatcarCannotBeWritten() {
        Clusterfile fetching =
                PlanFixture.clusterfile(
                        0,
                        "v1.36.2",
                        """
                          artifacts:
                            kubernetes: {url: "https://x.example/k.tgz", sha256: %1$s}
                            runc: {url: "https://x.example/r", sha256: %1$s, into: /usr/sbin}
                        """
                                .formatted("0".repeat(64)));
        var report = new HashMap<>(PlanFixture.report(CONTROL_PLANE, "v1.36.2", false));
        report.remove("owner");
        report.merge("system", "os=flatcar", (old, added) -> added + "\n" + old);

        assertThat(problems(fetching, report))
                .extracting(HostFinding::reason, HostFinding::message)
                .containsExactly(
                        tuple(
                                ReasonCode.DISK_READ_ONLY,
                                "artifact runc goes to /usr/sbin, and /usr cannot be written on Flatcar"));
    }

    @Test
    void refusesPackagesWhereThereAreNone() {
        var report = new HashMap<>(PlanFixture.report(CONTROL_PLANE, "v1.36.2", false));
        report.remove("owner");
        report.merge("system", "os=flatcar", (old, added) -> added + "\n" + old);

        assertThat(
                        problems(
                                PlanFixture.clusterfile(
                                        0,
                                        "v1.36.2",
                                        "  host: {packages: [socat, {name: nfs-utils, families: [rhel]}]}\n"),
                                report))
                .extracting(HostFinding::reason, HostFinding::message)
                .containsExactly(
                        tuple(
                                ReasonCode.HOST_UNSUPPORTED,
                                "Flatcar has no packages, and a /usr that cannot be written: it cannot have socat of spec.host.packages"));
    }

    @Test
    void wantsAProgramAndAFreePortForTheClustersOwnRegistry() {
        Clusterfile clusterfile =
                PlanFixture.clusterfile(
                        0, "v1.36.2", "  registry: {hosts: [10.0.0.1], port: 5001}\n");
        var report = new HashMap<>(PlanFixture.report(CONTROL_PLANE, "v1.36.2", false));
        report.remove("owner");
        report.merge("network", "port=1389\n", (old, added) -> added + old);

        assertThat(problems(clusterfile, report))
                .extracting(HostFinding::reason, HostFinding::message)
                .contains(
                        tuple(
                                ReasonCode.TOOL_MISSING,
                                "registry, the program of the cluster's own registry, is not on the host's PATH"))
                .anySatisfy(problem -> assertThat(problem.toString()).contains("5001"));
    }

    @Test
    void saysWhatAHostLacksToFetchAndUnpackArtifacts() {
        Clusterfile fetching =
                PlanFixture.clusterfile(
                        0,
                        "v1.36.2",
                        """
                          artifacts:
                            kubernetes: {url: "https://x.example/k.tgz", sha256: %1$s}
                            containerd: {url: "https://x.example/c.tgz", sha256: %1$s}
                        """
                                .formatted("0".repeat(64)));
        var report = new HashMap<>(PlanFixture.report(CONTROL_PLANE, "v1.36.2", false));
        report.remove("owner");
        report.put("tools", "");

        assertThat(problems(fetching, report))
                .extracting(HostFinding::reason, HostFinding::message)
                .containsExactly(
                        tuple(
                                ReasonCode.TOOL_MISSING,
                                "fetching artifacts needs curl or wget, and neither is on the host's PATH"),
                        tuple(
                                ReasonCode.TOOL_MISSING,
                                "unpacking artifacts needs tar, which is not on the host's PATH"),
                        tuple(
                                ReasonCode.TOOL_MISSING,
                                "unpacking artifacts needs gzip, which is not on the host's PATH"));
    }

    @Test
    void saysThatAControlPlaneCannotFetchItsManifests() {
        Clusterfile fetching =
                PlanFixture.read(
                        CLUSTERFILE
                                .source()
                                .replaceFirst(
                                        "(?s)text: \\|.*",
                                        "url: https://x.example/network.yaml\n      sha256: "
                                                + "0".repeat(64)));
        var report = new HashMap<>(PlanFixture.report(CONTROL_PLANE, "v1.36.2", false));
        report.remove("owner");
        report.computeIfPresent("tools", (fact, lines) -> lines.replace("path.curl", "path.x"));

        assertThat(problems(fetching, report))
                .extracting(HostFinding::message)
                .containsExactly(
                        "fetching manifests needs curl or wget, and neither is on the host's PATH");
    }

    @Test
    void refusesAHostOfAnotherCluster() {
        var other =
                new Ownership(
                        "other-installation",
                        PlanFixture.OWNERSHIP.tenant(),
                        new ClusterName("theirs"),
                        1);
        var report = new HashMap<>(PlanFixture.report(CONTROL_PLANE, "v1.36.2", true));
        report.put("owner", other.text());

        assertThat(problems(report))
                .extracting(HostFinding::message)
                .containsExactly(
                        "the host belongs to cluster \"theirs\" of tenant \"local\", installed by another Slipway (other-installation)");
    }

    @Test
    void reportsTheProblemsOfAllHostsAtOnce() {
        var facts = new HashMap<HostAddress, HostFacts>();
        CLUSTERFILE.hosts().forEach(h -> facts.put(h.address(), FactReader.read(Map.of(), NOW)));

        assertThat(findings(CLUSTERFILE, facts).stream().map(HostFinding::host).distinct())
                .containsExactlyElementsOf(
                        CLUSTERFILE.hosts().stream().map(ClusterHost::address).toList());
    }

    @Test
    void refusesTwoHostsOfOneName() {
        Clusterfile two = PlanFixture.clusterfile(2);
        var facts = PlanFixture.fresh(two);
        ClusterHost second = two.workers().get(1);
        facts.put(second.address(), facts.get(two.workers().getFirst().address()));

        assertThat(findings(two, facts))
                .extracting(HostFinding::reason)
                .containsExactly(ReasonCode.HOSTNAME_CONFLICT, ReasonCode.PREFLIGHT_FAILED);
    }

    @ParameterizedTest(name = "{1} {2}: {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    system  | cgroups=2\\ncontrollers=cpu memory          | cgroups  | cgroup controllers are missing: cpuset, pids | FAIL
                    network | mtu=9000                                    | mtu      | packets of at most 9000 octets leave the host, 1500 the others | WARN
                    network | resolvers=                                  | dns      | /etc/resolv.conf names no name server | WARN
                    network | resolvers=127.0.0.53                        | dns      | the only name servers are on the loopback (127.0.0.53): CoreDNS would ask itself | WARN
                    network | address=10.244.3.1                          | networks | its address 10.244.3.1 is in the network of pods (10.244.0.0/16) | WARN
                    network | route=10.240.0.0/12                         | networks | its route to 10.240.0.0/12 overlaps with the network of pods (10.244.0.0/16) | WARN
                    hardware | product-uuid=AA                            | product-uuid | the firmware's product_uuid is the same as that of 10.0.0.1:22 | WARN
                    system  | time=1800000040                             | clock    | the clock is 40 s ahead of those of the other hosts, expected at most 30 s: set the time (chrony, ntpd) | FAIL
                    """)
    void comparesAHostWithTheOthersAndSaysWhatOnlyMayBeWrong(
            String fact, String line, String check, String message, HostFinding.Level level) {
        Clusterfile three = PlanFixture.clusterfile(2);
        var facts = new HashMap<HostAddress, HostFacts>();
        for (ClusterHost host : three.hosts()) {
            var report = new HashMap<>(PlanFixture.report(host, "v1.36.2", false));
            report.remove("owner");
            report.merge("network", "mtu=1500\nresolvers=192.0.2.53\n", (old, more) -> old + more);
            report.merge(
                    "hardware",
                    "product-uuid=" + (host.isControlPlane() ? "aa" : ""),
                    String::concat);
            if (host.equals(three.workers().getLast())) {
                report.merge(fact, line.replace("\\n", "\n"), (old, first) -> first + "\n" + old);
            }
            facts.put(host.address(), FactReader.read(report, NOW));
        }

        assertThat(findings(three, facts))
                .extracting(
                        HostFinding::host,
                        f -> f.check().word(),
                        HostFinding::message,
                        HostFinding::level)
                .containsExactly(tuple(three.workers().getLast().address(), check, message, level));
    }

    @Test
    void saysWhichNetworksOfTheClusterItselfOverlap() {
        Clusterfile overlapping =
                PlanFixture.clusterfile(
                        0,
                        "v1.36.2",
                        """
                        ---
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: ClusterConfiguration
                        networking: {podSubnet: "10.96.0.0/16,fd00::/48", serviceSubnet: "10.96.128.0/20,fd01::/112"}
                        """);

        assertThat(findings(overlapping, PlanFixture.fresh(overlapping)))
                .extracting(HostFinding::message)
                .containsExactly(
                        "the network of pods (10.96.0.0/16) overlaps with that of services (10.96.128.0/20)");
    }

    @Test
    void saysThatAHostLacksAnAddressOfAFamilyThatTheClusterHas() {
        Clusterfile dual =
                PlanFixture.clusterfile(
                        0,
                        "v1.36.2",
                        """
                        ---
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: ClusterConfiguration
                        networking: {podSubnet: "10.244.0.0/16,fd01::/48"}
                        """);
        var report = new HashMap<>(PlanFixture.report(CONTROL_PLANE, "v1.36.2", false));
        report.remove("owner");

        assertThat(problems(dual, report)).isEmpty();
        report.put("network", "address=10.0.0.1\ndefault-address=10.0.0.1\n");
        assertThat(problems(dual, report))
                .extracting(HostFinding::message)
                .containsExactly(
                        "it has no IPv6 address that leads elsewhere, and the cluster has networks of IPv6");
    }

    @Test
    void onlyWarnsOfWhatKubeadmIsToldToIgnore() {
        Clusterfile ignoring =
                PlanFixture.clusterfile(
                        0,
                        "v1.36.2",
                        """
                        ---
                        apiVersion: kubeadm.k8s.io/v1beta4
                        kind: InitConfiguration
                        nodeRegistration: {ignorePreflightErrors: [SystemVerification]}
                        """);
        var report = new HashMap<>(PlanFixture.report(CONTROL_PLANE, "v1.36.2", false));
        report.remove("owner");
        report.merge("system", "cgroups=1\n", String::concat);

        assertThat(problems(ignoring, report))
                .extracting(HostFinding::level)
                .containsExactly(HostFinding.Level.WARN);
    }

    @Test
    void resetsWhateverIsNobodyElses() {
        var facts = new HashMap<HostAddress, HostFacts>();
        CLUSTERFILE.hosts().forEach(h -> facts.put(h.address(), FactReader.read(Map.of(), NOW)));

        assertThat(Preflight.beforeReset(CLUSTERFILE, List.of(), facts, PlanFixture.OWNERSHIP))
                .allMatch(r -> r.findings().isEmpty());
    }

    private static List<HostFinding> problems(Map<String, String> report) {
        return problems(CLUSTERFILE, report);
    }

    private static List<HostFinding> problems(Clusterfile clusterfile, Map<String, String> report) {
        return findings(clusterfile, Map.of(CONTROL_PLANE.address(), FactReader.read(report, NOW)));
    }

    private static List<HostFinding> findings(
            Clusterfile clusterfile, Map<HostAddress, HostFacts> facts) {
        return Preflight.beforeApply(clusterfile, List.of(), facts, PlanFixture.OWNERSHIP).stream()
                .flatMap(r -> r.findings().stream())
                .toList();
    }
}
