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
        assertThat(
                        Preflight.beforeApply(
                                CLUSTERFILE,
                                List.of(),
                                PlanFixture.fresh(CLUSTERFILE),
                                PlanFixture.OWNERSHIP))
                .isEmpty();
        assertThat(
                        Preflight.beforeApply(
                                CLUSTERFILE,
                                List.of(),
                                PlanFixture.installed(CLUSTERFILE),
                                PlanFixture.OWNERSHIP))
                .isEmpty();
    }

    @ParameterizedTest(name = "{2}: {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    system   | architecture=riscv64       | HOST_UNSUPPORTED   | architecture "riscv64", expected one of aarch64, arm64, ppc64le, s390x, x86_64
                    system   | systemd=no                 | HOST_UNSUPPORTED   | there is no systemctl, expected systemd
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
                .extracting(HostProblem::reason, HostProblem::message)
                .containsExactly(tuple(reason, message));
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
                .extracting(HostProblem::reason, HostProblem::message)
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
                .extracting(HostProblem::message)
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
                .extracting(HostProblem::message)
                .containsExactly(
                        "the host belongs to cluster \"theirs\" of tenant \"local\", installed by another Slipway (other-installation)");
    }

    @Test
    void reportsTheProblemsOfAllHostsAtOnce() {
        var facts = new HashMap<HostAddress, HostFacts>();
        CLUSTERFILE.hosts().forEach(h -> facts.put(h.address(), FactReader.read(Map.of(), NOW)));

        assertThat(
                        Preflight.beforeApply(CLUSTERFILE, List.of(), facts, PlanFixture.OWNERSHIP)
                                .stream()
                                .map(HostProblem::host)
                                .distinct())
                .containsExactlyElementsOf(
                        CLUSTERFILE.hosts().stream().map(ClusterHost::address).toList());
    }

    @Test
    void refusesTwoHostsOfOneName() {
        Clusterfile two = PlanFixture.clusterfile(2);
        var facts = PlanFixture.fresh(two);
        ClusterHost second = two.workers().get(1);
        facts.put(second.address(), facts.get(two.workers().getFirst().address()));

        assertThat(Preflight.beforeApply(two, List.of(), facts, PlanFixture.OWNERSHIP))
                .extracting(HostProblem::reason)
                .containsExactly(ReasonCode.HOSTNAME_CONFLICT, ReasonCode.PREFLIGHT_FAILED);
    }

    @Test
    void resetsWhateverIsNobodyElses() {
        var facts = new HashMap<HostAddress, HostFacts>();
        CLUSTERFILE.hosts().forEach(h -> facts.put(h.address(), FactReader.read(Map.of(), NOW)));

        assertThat(Preflight.beforeReset(CLUSTERFILE.hosts(), facts, PlanFixture.OWNERSHIP))
                .isEmpty();
    }

    private static List<HostProblem> problems(Map<String, String> report) {
        return problems(CLUSTERFILE, report);
    }

    private static List<HostProblem> problems(Clusterfile clusterfile, Map<String, String> report) {
        Map<HostAddress, HostFacts> facts =
                Map.of(CONTROL_PLANE.address(), FactReader.read(report, NOW));
        return Preflight.beforeApply(clusterfile, List.of(), facts, PlanFixture.OWNERSHIP);
    }
}
