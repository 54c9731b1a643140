package dev.slipway.planner.plan.kubeadm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanCompiler;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What waits for what where control planes come and go.
class ControlPlanesTest {
    private static final String PROXY = "  endpoint: {mode: local-proxy}\n";

    @Test
    void installsTheFirstThenTheOthersOneByOneThenTheWorkers() {
        Plan plan = PlanFixture.plan(PlanFixture.install(PlanFixture.several(3, 2, "")));

        assertThat(names(plan))
                .containsExactly(
                        "prepare",
                        "authority",
                        "init",
                        "token",
                        "join-control-planes",
                        "join-workers",
                        "access",
                        "verify-members",
                        "verify",
                        "record");
        PlannedPhase join = phase(plan, "join-control-planes");
        assertThat(join.summary().window()).isEqualTo(1);
        assertThat(hosts(join)).containsExactly("10.0.0.2:22", "10.0.0.3:22");
        assertThat(join.haltingHosts()).hasSize(2);
        assertThat(hosts(phase(plan, "init"))).containsExactly("10.0.0.1:22");
    }

    @Test
    void admitsATokenOnlyWhereSomebodyJoinsByIt() {
        String certificate = "  join: certificate\n";

        assertThat(names(grown("", 1))).contains("token");
        assertThat(names(grown(certificate, 1))).doesNotContain("token");
        assertThat(phase(grown(certificate, 1), "record").toString())
                .doesNotContain("revoke-token");
        assertThat(names(grown("  endpoint: {mode: local-proxy}\n" + certificate, 3)))
                .as("control planes join by token")
                .contains("token");
    }

    /// By a worker, to as many control planes.
    private static Plan grown(String more, int controlPlanes) {
        return PlanFixture.plan(
                PlanFixture.change(
                        PlanFixture.several(1, 1, more),
                        PlanFixture.several(controlPlanes, 2, more)));
    }

    @Test
    void aTokenOutlivesTheLongestRun() {
        String limits = "  limits: {startBy: 1m, tokenValidity: 1h, phases: {%s}}\n";
        String quick =
                "prepare: {timeout: 2m}, authority: {timeout: 1m}, init: {timeout: 5m}, token: {timeout: 1m}, configure: {timeout: 1m}, join-control-planes: {timeout: 2m}, join-workers: {timeout: 4m, window: 10}";

        assertThat(PlanCompiler.tokenLife(PlanFixture.several(1, 10, "")))
                .isEqualTo(Duration.ofHours(24));
        assertThat(PlanCompiler.tokenLife(PlanFixture.several(1, 10, limits.formatted(quick))))
                .isEqualTo(Duration.ofHours(1));
        // Three windows of prepare, the single ones, one control plane, ten windows of workers.
        assertThat(PlanCompiler.tokenLife(PlanFixture.several(1, 100, limits.formatted(quick))))
                .isEqualTo(Duration.ofMinutes(3 * 3 + 2 + 6 + 2 + 2 + 3 + 10 * 5));
    }

    @Test
    void refusesANameThatNoCertificateHolds() {
        Clusterfile clusterfile =
                PlanFixture.read(
                        PlanFixture.several(1, 1, "  join: certificate\n")
                                .source()
                                .replace(
                                        "{ips: [10.0.1.1],",
                                        "{ips: [10.0.1.1], names: [%s],"
                                                .formatted("a23456789.".repeat(18) + "abcdef")));

        assertThat(PlanCompiler.compile(PlanFixture.install(clusterfile)))
                .isInstanceOfSatisfying(
                        Compilation.Refused.class,
                        refused ->
                                assertThat(refused.message())
                                        .contains("10.0.1.1:22", "186", "185", "spec.join: token"));
    }

    @Test
    void touchesNoHealthyNodeButForItsListOfControlPlanes() {
        Plan plan =
                PlanFixture.plan(
                        PlanFixture.change(
                                PlanFixture.several(1, 2, PROXY),
                                PlanFixture.several(3, 3, PROXY)));

        assertThat(names(plan))
                .containsExactly(
                        "prepare",
                        "token",
                        "configure",
                        "join-control-planes",
                        "join-workers",
                        "endpoint",
                        "access",
                        "verify-members",
                        "verify",
                        "record");
        assertThat(hosts(phase(plan, "prepare")))
                .containsExactly("10.0.0.2:22", "10.0.0.3:22", "10.0.1.3:22");
        assertThat(hosts(phase(plan, "endpoint")))
                .containsExactly("10.0.0.1:22", "10.0.1.1:22", "10.0.1.2:22");
        assertThat(phase(plan, "endpoint").toString())
                .contains("10.0.0.1:6443", "10.0.0.2:6443", "10.0.0.3:6443");
    }

    @Test
    void takesTheMemberOutOfEtcdBeforeTheMachineIsCleaned() {
        Plan plan =
                PlanFixture.plan(
                        PlanFixture.change(
                                PlanFixture.several(3, 1, PROXY),
                                PlanFixture.several(List.of(3), List.of(), PROXY)));

        assertThat(names(plan))
                .containsExactly(
                        "configure",
                        "endpoint",
                        "access",
                        "drain-nodes",
                        "remove-members",
                        "remove-nodes",
                        "reset-removed",
                        "verify-members",
                        "verify",
                        "record");
        for (String phase : List.of("access", "drain-nodes", "remove-members", "remove-nodes")) {
            assertThat(hosts(phase(plan, phase))).as(phase).containsExactly("10.0.0.3:22");
        }
        assertThat(request(plan, "drain-nodes"))
                .isEqualTo(
                        new KubeRequest.Drain(
                                List.of("cp-1", "cp-2", "node-10-0-1-1"),
                                Optional.empty(),
                                Duration.ofMinutes(10),
                                false));
        assertThat(request(plan, "remove-nodes"))
                .isEqualTo(new KubeRequest.Delete(List.of("cp-1", "cp-2", "node-10-0-1-1")));
        assertThat(hosts(phase(plan, "reset-removed")))
                .containsExactly("10.0.0.1:22", "10.0.0.2:22", "10.0.1.1:22");
    }

    @Test
    void replacesTheOnlyControlPlaneByWayOfTheOneThatLeaves() {
        Plan plan =
                PlanFixture.plan(
                        PlanFixture.change(
                                PlanFixture.several(1, 1, PROXY),
                                PlanFixture.several(List.of(2), List.of(1), PROXY)));

        assertThat(hosts(phase(plan, "token"))).containsExactly("10.0.0.1:22");
        assertThat(hosts(phase(plan, "join-control-planes"))).containsExactly("10.0.0.2:22");
        assertThat(phase(plan, "join-control-planes").toString())
                .contains("server control-plane-1 10.0.0.1:6443", "-2 10.0.0.2:6443");
        assertThat(hosts(phase(plan, "endpoint"))).contains("10.0.0.2:22");
        assertThat(phase(plan, "endpoint").toString())
                .contains("server control-plane-1 10.0.0.2:6443")
                .doesNotContain("10.0.0.1:6443");
        assertThat(hosts(phase(plan, "remove-nodes"))).containsExactly("10.0.0.2:22");
        assertThat(names(plan)).doesNotContain("init");
    }

    @Test
    void drainsAsTheFileSays() {
        Clusterfile now =
                PlanFixture.several(
                        List.of(1),
                        List.of(),
                        PROXY + "  drain: {gracePeriod: 30s, timeout: 2m, force: true}\n");

        Plan plan = PlanFixture.plan(PlanFixture.change(PlanFixture.several(1, 1, PROXY), now));

        assertThat(request(plan, "drain-nodes"))
                .isEqualTo(
                        new KubeRequest.Drain(
                                List.of("node-10-0-1-1"),
                                Optional.of(Duration.ofSeconds(30)),
                                Duration.ofMinutes(2),
                                true));
    }

    @Test
    void removesAnAbsentHostFirstAndNeverTouchesIt() {
        Plan plan = PlanFixture.plan(PlanFixture.change(three(), without(three(), "10.0.0.1")));

        assertThat(names(plan))
                .containsExactly(
                        "remove-absent-members",
                        "access",
                        "remove-absent",
                        "configure",
                        "endpoint",
                        "verify-members",
                        "verify",
                        "record");
        for (String phase : List.of("remove-absent-members", "access", "remove-absent")) {
            assertThat(hosts(phase(plan, phase))).as(phase).containsExactly("10.0.0.2:22");
        }
        assertThat(plan.phases())
                .allSatisfy(p -> assertThat(hosts(p)).doesNotContain("10.0.0.1:22"));
    }

    @Test
    void refusesToGoOnWithoutAMajority() {
        assertThat(
                        PlanCompiler.compile(
                                PlanFixture.change(
                                        three(),
                                        without(without(three(), "10.0.0.1"), "10.0.0.2"))))
                .isInstanceOfSatisfying(
                        Compilation.Refused.class,
                        r -> {
                            assertThat(r.reason()).isEqualTo(ReasonCode.ETCD_QUORUM_LOST);
                            assertThat(r.message())
                                    .contains(
                                            "2 of 3 control planes are declared absent (10.0.0.1:22, 10.0.0.2:22)");
                        });
    }

    @Test
    void asksForTheNameOfAnAbsentHostThatWasNeverSeen() {
        Clusterfile before = PlanFixture.several(1, 1, PROXY);
        Clusterfile now = without(before, "10.0.1.1");
        var input = PlanFixture.change(before, now);
        var facts = new java.util.HashMap<>(input.facts());
        facts.keySet().removeIf(h -> h.address().equals("10.0.1.1"));

        assertThat(PlanCompiler.compile(PlanFixture.apply(now, facts, input.recorded())))
                .isInstanceOfSatisfying(
                        Compilation.Refused.class,
                        r -> assertThat(r.message()).contains("10.0.1.1:22", "(names)"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|{mode: local-proxy}|spec.endpoint from none, so the control plane's own address to local-proxy on port 7443",
                "{mode: local-proxy}|{mode: local-proxy, port: 8443}|on port 7443 to local-proxy on port 8443",
                "lb.example|{mode: kube-vip, address: 10.0.0.9}|from external lb.example:6443 to kube-vip 10.0.0.9"
            })
    void refusesAnotherEndpoint(String before, String now, String message) {
        assertThat(
                        PlanCompiler.compile(
                                PlanFixture.change(
                                        PlanFixture.several(1, 0, endpoint(before)),
                                        PlanFixture.several(1, 0, endpoint(now)))))
                .isInstanceOfSatisfying(
                        Compilation.Refused.class, r -> assertThat(r.message()).contains(message));
    }

    @Test
    void changesWhatKeepsTheEndpointReachable() {
        Plan plan =
                PlanFixture.plan(
                        PlanFixture.change(
                                three(),
                                PlanFixture.several(
                                        3, 1, "  endpoint: {mode: local-proxy, proxy: nginx}\n")));

        assertThat(names(plan))
                .containsExactly("endpoint", "access", "verify-members", "verify", "record");
        assertThat(hosts(phase(plan, "endpoint"))).hasSize(4);
    }

    @Test
    void resetsControlPlanesOneByOneTheFirstLast() {
        Plan plan = PlanFixture.plan(PlanFixture.reset(three()));

        assertThat(names(plan))
                .containsExactly("delete-nodes", "reset-workers", "reset-control-plane");
        assertThat(phase(plan, "reset-control-plane").summary().window()).isEqualTo(1);
        assertThat(hosts(phase(plan, "reset-control-plane")))
                .containsExactly("10.0.0.3:22", "10.0.0.2:22", "10.0.0.1:22");
    }

    private static KubeRequest request(Plan plan, String phase) {
        return ((Step.Kube) phase(plan, phase).tasks().getFirst().steps().getFirst()).request();
    }

    private static Clusterfile three() {
        return PlanFixture.several(3, 1, PROXY);
    }

    private static Clusterfile without(Clusterfile clusterfile, String address) {
        return PlanFixture.read(
                clusterfile
                        .source()
                        .replaceAll(
                                "(\\{ips: \\[" + address.replace(".", "\\.") + "\\][^}]*)\\}",
                                "$1, absent: true}"));
    }

    private static String endpoint(String value) {
        return value.isEmpty() ? "" : "  endpoint: " + value + "\n";
    }

    private static List<String> names(Plan plan) {
        return plan.phases().stream().map(p -> p.name().value()).toList();
    }

    private static List<String> hosts(PlannedPhase phase) {
        return phase.tasks().stream().map(t -> t.host().toString()).toList();
    }

    private static PlannedPhase phase(Plan plan, String name) {
        return plan.phase(new PhaseName(name));
    }
}
