package dev.slipway.planner.plan.k0s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.GoldenPlan;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanCompiler;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// k0s clusters that change, shrink, lose and replace controllers, are backed up, restored and
/// reset.
class DayNTest {
    private static final String CONFIG =
            """
            ---
            apiVersion: k0s.k0sproject.io/v1beta1
            kind: ClusterConfig
            spec: %s
            """;

    @Test
    void upgradesControllersOneByOneAndWorkersInTheirWindow() throws IOException {
        Plan plan = upgrade(3, 3, "");

        GoldenPlan.matches("k0s-upgrade-3-3", plan);
        assertThat(names(plan))
                .containsSubsequence(
                        "prepare",
                        "upgrade-control-planes",
                        "upgrade-workers",
                        "access",
                        "verify-members",
                        "verify",
                        "record");
        assertThat(phase(plan, "upgrade-control-planes").summary().window()).isEqualTo(1);
        // The lead comes last.
        assertThat(hosts(phase(plan, "upgrade-control-planes")))
                .containsExactly("10.0.0.2:22", "10.0.0.3:22", "10.0.0.1:22");
    }

    @Test
    void upgradesAHundredWorkersTenAtATime() throws IOException {
        Plan plan = upgrade(3, 100, "");

        GoldenPlan.matchesInShort("k0s-upgrade-3-100", plan);
        var summary = phase(plan, "upgrade-workers").summary();
        assertThat(summary.window()).isEqualTo(10);
        assertThat(summary.disruptionBudget()).hasValue(10);
    }

    @Property(tries = 60)
    void takesAwayNoMoreWorkersThanWasSaid(
            @ForAll @IntRange(min = 1, max = 120) int workers,
            @ForAll @IntRange(max = 40) int said,
            @ForAll boolean percentage) {
        String limit =
                said == 0
                        ? ""
                        : "  limits: {phases: {upgrade-workers: {window: 1000, maxUnavailable: %d%s}}}\n"
                                .formatted(said, percentage ? "%" : "");
        int most = said == 0 ? workers / 10 : percentage ? workers * said / 100 : said;

        var summary = phase(upgrade(1, workers, limit), "upgrade-workers").summary();

        assertThat(summary.disruptionBudget().orElseThrow()).isBetween(1, Math.max(1, most));
        assertThat(said == 0 ? summary.window() : summary.disruptionBudget().orElseThrow())
                .isLessThanOrEqualTo(Math.max(1, most));
    }

    @Test
    void goesOnWithAnUpgradeThatBrokeOffWhereNodesAreMissed() {
        Clusterfile before = RunningK0s.cluster(RunningK0s.BEFORE, 3, 20, "");
        Clusterfile now = RunningK0s.cluster(RunningK0s.RELEASE, 3, 20, "");
        var facts = RunningK0s.running(now, RunningK0s.BEFORE);
        facts.putAll(state(now, "yes " + RunningK0s.RELEASE, "10.0.0.2", "10.0.1.1"));
        facts.putAll(state(now, "no", "10.0.0.3", "10.0.1.7"));

        Plan plan =
                PlanFixture.plan(
                        RunningK0s.input(Operation.APPLY, now, facts, Optional.of(before), ""));

        assertThat(hosts(phase(plan, "upgrade-control-planes")))
                .containsExactly("10.0.0.3:22", "10.0.0.1:22");
        PlannedPhase workers = phase(plan, "upgrade-workers");
        assertThat(hosts(workers)).hasSize(19).startsWith("10.0.1.7:22", "10.0.1.2:22");
        // A tenth of all, not of those that are left.
        assertThat(workers.summary().disruptionBudget()).hasValue(2);
    }

    @Test
    void drainsFromTheWorkerItselfByAMaterialAndStopsNothingBefore() {
        PlannedPhase workers = phase(upgrade(1, 2, ""), "upgrade-workers");

        List<Step> steps = workers.tasks().getFirst().steps();
        assertThat(steps)
                .extracting(Step::name)
                .startsWith("drain-node", "stop-k0sworker", "swap-program", "reinstall-service")
                .endsWith("node-ready", "uncordon-node");
        assertThat(steps)
                .filteredOn(s -> !s.materials().isEmpty())
                .extracting(Step::name)
                .containsExactly("drain-node", "uncordon-node");
        assertThat(steps.getFirst().materials())
                .containsExactly(Materials.kubeconfig(KubeIdentity.MAINTENANCE));
        assertThat(workers.toString()).doesNotContain("admin.conf");
    }

    @ParameterizedTest
    @CsvSource({
        // The only node has nowhere to send its pods to.
        "1, 1, '', false",
        "1, 2, '', true",
        "1, 1, '[control-plane, worker]', true"
    })
    void drainsWherePodsHaveAnotherNode(
            int controllers, int workers, String roles, boolean expected) {
        String role = roles.isEmpty() ? "" : "roles: " + roles;

        Plan plan =
                PlanFixture.plan(
                        RunningK0s.change(
                                cluster(RunningK0s.BEFORE, role, controllers, workers, ""),
                                cluster(RunningK0s.RELEASE, role, controllers, workers, "")));

        assertThat(plan.toString().contains("drain-node")).isEqualTo(expected);
    }

    @Test
    void judgesTheConfigurationAndEtcdBeforeAControllerStops() {
        PlannedPhase controllers = phase(upgrade(3, 0, ""), "upgrade-control-planes");

        assertThat(controllers.tasks().getFirst().steps())
                .extracting(Step::name)
                .containsExactly(
                        "put-config",
                        "validate-config",
                        "check-quorum",
                        "stop-k0scontroller",
                        "swap-program",
                        "place-config",
                        "reinstall-service",
                        "note-start",
                        "start-k0scontroller",
                        "await-k0scontroller",
                        "await-api",
                        "await-etcd");
        assertThat(controllers.tasks().getLast().steps())
                .extracting(Step::name)
                .endsWith("put-access", "apply-access");
    }

    @Test
    void refusesADrainThatOutlivesItsKubeconfig() {
        assertThat(
                        PlanCompiler.compile(
                                RunningK0s.change(
                                        RunningK0s.cluster(RunningK0s.BEFORE, 1, 2, ""),
                                        RunningK0s.cluster(
                                                RunningK0s.RELEASE,
                                                1,
                                                2,
                                                "  drain: {timeout: 41m}\n"))))
                .isInstanceOfSatisfying(
                        Compilation.Refused.class,
                        r -> assertThat(r.message()).contains("41 minutes", "40 minutes at most"));
    }

    @Test
    void startsControllersAnewOneByOneForAnotherConfiguration() throws IOException {
        Plan plan = configure("", CONFIG.formatted("{api: {extraArgs: {v: \"3\"}}}"));

        GoldenPlan.matches("k0s-configure-3-1", plan);
        PlannedPhase configure = phase(plan, "configure");
        assertThat(configure.summary().window()).isEqualTo(1);
        assertThat(hosts(configure)).containsExactly("10.0.0.1:22", "10.0.0.2:22", "10.0.0.3:22");
        assertThat(steps(configure, 0))
                .containsSubsequence(
                        "validate-config", "check-quorum", "restart-k0scontroller", "await-api");
    }

    @Test
    void replacesTheClustersPartInTheClusterWhereItIsDynamic() {
        PlannedPhase configure =
                phase(
                        configure(
                                ", dynamicConfig: true",
                                CONFIG.formatted(
                                        "{telemetry: {enabled: true}, network: {kuberouter: {hairpin: Allowed}}}")),
                        "configure");

        assertThat(configure.toString()).doesNotContain("systemctl restart");
        assertThat(steps(configure, 0))
                .containsExactly(
                        "put-config",
                        "validate-config",
                        "place-config",
                        "put-cluster-config",
                        "replace-cluster-config");
        assertThat(steps(configure, 1))
                .containsExactly("put-config", "validate-config", "place-config");
        Step put = configure.tasks().getFirst().steps().get(3);
        assertThat(put.toString())
                .contains("hairpin: Allowed", "namespace: kube-system", "enabled: true")
                .doesNotContain("api:", "storage:", "10.0.0.");
    }

    @Test
    void startsControllersAnewForWhatIsTheirOwnThoughTheRestIsDynamic() {
        PlannedPhase configure =
                phase(
                        configure(
                                ", dynamicConfig: true",
                                CONFIG.formatted("{api: {extraArgs: {v: \"3\"}}}")),
                        "configure");

        assertThat(steps(configure, 0))
                .contains("check-quorum", "restart-k0scontroller", "await-api")
                .doesNotContain("replace-cluster-config");
    }

    @Test
    void givesTheClusterItsPartOnceAllControllersKnowIt() {
        PlannedPhase upgrade =
                phase(
                        PlanFixture.plan(
                                RunningK0s.change(
                                        RunningK0s.cluster(
                                                RunningK0s.BEFORE + ", dynamicConfig: true",
                                                3,
                                                1,
                                                ""),
                                        RunningK0s.cluster(
                                                RunningK0s.RELEASE + ", dynamicConfig: true",
                                                3,
                                                1,
                                                CONFIG.formatted("{telemetry: {enabled: true}}")))),
                        "upgrade-control-planes");

        assertThat(steps(upgrade, 1)).doesNotContain("replace-cluster-config");
        assertThat(steps(upgrade, 2)).endsWith("replace-cluster-config");
    }

    @Test
    void takesAControllerOutOfEtcdFromAnotherBeforeItIsReset() throws IOException {
        Plan plan =
                PlanFixture.plan(
                        RunningK0s.change(
                                RunningK0s.cluster(RunningK0s.RELEASE, 3, 2, ""),
                                cluster(RunningK0s.RELEASE, "", List.of(1), List.of(1), "")));

        GoldenPlan.matches("k0s-remove-3-2", plan);
        assertThat(hosts(phase(plan, "remove-nodes"))).containsExactly("10.0.0.1:22");
        assertThat(steps(phase(plan, "remove-members"), 0))
                .containsExactly("remove-etcd-members", "delete-controllers");
        assertThat(hosts(phase(plan, "reset-removed")))
                .containsExactly("10.0.0.2:22", "10.0.0.3:22", "10.0.1.2:22");
        assertThat(names(plan))
                .containsSubsequence(
                        "access",
                        "drain-nodes",
                        "remove-members",
                        "remove-nodes",
                        "reset-removed",
                        "record");
    }

    @Test
    void drainsNoControllerThatIsNoNode() {
        Plan plan =
                PlanFixture.plan(
                        RunningK0s.change(
                                RunningK0s.cluster(RunningK0s.RELEASE, 3, 1, ""),
                                RunningK0s.cluster(RunningK0s.RELEASE, 1, 1, "")));

        assertThat(steps(phase(plan, "remove-members"), 0))
                .containsExactly("remove-etcd-members", "delete-controllers");
        assertThat(names(plan)).doesNotContain("drain-nodes", "remove-nodes");
    }

    /// One learner at a time: the dead member goes first, the new one joins, and the one that
    /// leaves goes last.
    @Test
    void replacesTheLeader() throws IOException {
        Plan plan =
                PlanFixture.plan(
                        RunningK0s.change(
                                RunningK0s.cluster(RunningK0s.RELEASE, 3, 1, ""),
                                cluster(RunningK0s.RELEASE, "", List.of(2, 3, 4), List.of(1), "")));

        GoldenPlan.matches("k0s-replace-leader", plan);
        assertThat(names(plan))
                .containsSubsequence(
                        "token",
                        "join-control-planes",
                        "remove-members",
                        "reset-removed",
                        "verify");
        assertThat(hosts(phase(plan, "join-control-planes"))).containsExactly("10.0.0.4:22");
        assertThat(hosts(phase(plan, "remove-members"))).containsExactly("10.0.0.2:22");
        assertThat(hosts(phase(plan, "reset-removed"))).containsExactly("10.0.0.1:22");
        assertThat(phase(plan, "remove-members").toString()).contains("leave 'cp-1' '10.0.0.1'");
    }

    @Test
    void removesAnAbsentControllerFirstAndNeverTouchesIt() {
        Clusterfile before = RunningK0s.cluster(RunningK0s.RELEASE, 3, 1, "");
        Clusterfile now =
                PlanFixture.read(
                        before.source()
                                .replace(
                                        "{ips: [10.0.0.1], names: [cp-1], roles: [control-plane]}",
                                        "{ips: [10.0.0.1], names: [cp-1], roles: [control-plane], absent: true}"));

        Plan plan = PlanFixture.plan(RunningK0s.change(before, now));

        assertThat(names(plan)).first().isEqualTo("remove-absent-members");
        assertThat(hosts(phase(plan, "remove-absent-members"))).containsExactly("10.0.0.2:22");
        assertThat(steps(phase(plan, "remove-absent-members"), 0))
                .containsExactly("remove-etcd-members", "delete-controllers");
        assertThat(plan.phases())
                .allSatisfy(p -> assertThat(hosts(p)).doesNotContain("10.0.0.1:22"));
    }

    @Test
    void asksNoEtcdThatIsNotK0ss() {
        String external =
                CONFIG.formatted(
                        "{storage: {type: etcd, etcd: {externalCluster: {endpoints: [\"http://etcd.example:2379\"], etcdPrefix: demo}}}}");
        Plan plan =
                PlanFixture.plan(
                        RunningK0s.change(
                                RunningK0s.cluster(RunningK0s.BEFORE, 3, 1, external),
                                RunningK0s.cluster(RunningK0s.RELEASE, 2, 1, external)));

        assertThat(plan.toString()).doesNotContain("k0s etcd");
    }

    @Test
    void resetsWorkersThenControllersTheFirstLast() throws IOException {
        Plan plan = PlanFixture.plan(reset(3, 2));

        GoldenPlan.matches("k0s-reset-3-2", plan);
        assertThat(names(plan))
                .containsExactly("delete-nodes", "reset-workers", "reset-control-plane");
        assertThat(phase(plan, "reset-control-plane").summary().window()).isEqualTo(1);
        assertThat(hosts(phase(plan, "reset-control-plane")))
                .containsExactly("10.0.0.3:22", "10.0.0.2:22", "10.0.0.1:22");
        assertThat(steps(phase(plan, "reset-workers"), 0))
                .startsWith("check-owner", "stop-k0s", "k0s-reset", "remove-data")
                .endsWith("release-host");
    }

    @Test
    void backsUpTheFirstControllerThatRuns() throws IOException {
        Clusterfile cluster = RunningK0s.cluster(RunningK0s.RELEASE, 3, 1, "");
        var facts = RunningK0s.running(cluster, RunningK0s.RELEASE);
        facts.putAll(state(cluster, "no", "10.0.0.1"));

        Plan plan = PlanFixture.plan(archive(Operation.BACKUP, cluster, facts, "/var/backups"));

        GoldenPlan.matches("k0s-backup", plan);
        assertThat(names(plan)).containsExactly("backup");
        assertThat(hosts(phase(plan, "backup"))).containsExactly("10.0.0.2:22");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no|/var/backups|''|CONTROL_PLANE_NOT_UP|no controller of cluster demo runs (10.0.0.1:22)",
                "yes|backups|''|INVALID_REQUEST|say an absolute path",
                "yes|/var/lib/k0s/backups|''|INVALID_REQUEST|in k0s's own folder /var/lib/k0s",
                "yes|/var/backups|{storage: {type: kine, kine: {dataSource: \"postgres://db.example/k0s\"}}}|NOT_SERVED_YET|backup: k0s keeps the cluster's data in a database",
                "yes|/var/backups|{storage: {type: etcd, etcd: {externalCluster: {endpoints: [\"http://e.example:2379\"], etcdPrefix: demo}}}}|NOT_SERVED_YET|in an etcd of its own"
            })
    void refusesBackupsThatWouldHoldNothing(
            String active, String folder, String spec, ReasonCode reason, String message) {
        Clusterfile cluster =
                RunningK0s.cluster(
                        RunningK0s.RELEASE, 1, 1, spec.isEmpty() ? "" : CONFIG.formatted(spec));

        assertThat(
                        PlanCompiler.compile(
                                archive(
                                        Operation.BACKUP,
                                        cluster,
                                        RunningK0s.facts(
                                                cluster.hosts(),
                                                true,
                                                active + " " + RunningK0s.RELEASE),
                                        folder)))
                .isInstanceOfSatisfying(
                        Compilation.Refused.class,
                        r -> {
                            assertThat(r.reason()).isEqualTo(reason);
                            assertThat(r.message()).contains(message);
                        });
    }

    @Test
    void backsUpAFileOfKines() {
        Clusterfile cluster =
                RunningK0s.cluster(
                        RunningK0s.RELEASE, 1, 1, CONFIG.formatted("{storage: {type: kine}}"));

        assertThat(
                        names(
                                PlanFixture.plan(
                                        archive(
                                                Operation.BACKUP,
                                                cluster,
                                                RunningK0s.running(cluster, RunningK0s.RELEASE),
                                                "/var/backups"))))
                .containsExactly("backup");
    }

    /// The first controller comes back from the archive, the others join it anew, and workers that
    /// are members find the cluster again by themselves.
    @Test
    void restoresOnTheFirstControllerAndJoinsTheOthers() throws IOException {
        Clusterfile cluster = RunningK0s.cluster(RunningK0s.RELEASE, 3, 2, "");
        var facts = RunningK0s.running(cluster, RunningK0s.RELEASE);
        // A new machine, one that lost its etcd, and one that was stopped.
        facts.putAll(RunningK0s.facts(only(cluster, "10.0.0.1"), false, ""));
        facts.putAll(state(cluster, "no", "10.0.0.2", "10.0.0.3"));

        Plan plan =
                PlanFixture.plan(archive(Operation.RESTORE, cluster, facts, "/var/b/demo.tar.gz"));

        GoldenPlan.matches("k0s-restore-3-2", plan);
        assertThat(names(plan))
                .startsWith("check-archive")
                .containsSubsequence("prepare", "authority", "init", "join-control-planes")
                .doesNotContain("join-workers");
        assertThat(hosts(phase(plan, "check-archive"))).containsExactly("10.0.0.1:22");
        assertThat(phase(plan, "check-archive").summary().mutating()).isFalse();
        assertThat(steps(phase(plan, "init"), 0))
                .containsSubsequence("place-config", "restore-archive", "install-service");
        assertThat(hosts(phase(plan, "join-control-planes")))
                .containsExactly("10.0.0.2:22", "10.0.0.3:22");
    }

    @Test
    void restoresOnTheFirstOfTheFileAlthoughAnotherIsAMember() {
        Clusterfile cluster = RunningK0s.cluster(RunningK0s.RELEASE, 3, 0, "");
        var facts = RunningK0s.facts(cluster.hosts(), true, "no");
        facts.putAll(RunningK0s.facts(only(cluster, "10.0.0.1"), false, ""));

        Plan plan =
                PlanFixture.plan(archive(Operation.RESTORE, cluster, facts, "/var/b/demo.tar.gz"));

        assertThat(hosts(phase(plan, "init"))).containsExactly("10.0.0.1:22");
        assertThat(hosts(phase(plan, "join-control-planes")))
                .containsExactly("10.0.0.2:22", "10.0.0.3:22");
    }

    @Test
    void restoresNothingUnderControllersThatRun() {
        Clusterfile cluster = RunningK0s.cluster(RunningK0s.RELEASE, 3, 1, "");
        var facts = RunningK0s.facts(cluster.hosts(), true, "no");
        facts.putAll(state(cluster, "yes " + RunningK0s.RELEASE, "10.0.0.3", "10.0.1.1"));

        assertThat(
                        PlanCompiler.compile(
                                archive(Operation.RESTORE, cluster, facts, "/var/b/demo.tar.gz")))
                .isInstanceOfSatisfying(
                        Compilation.Refused.class,
                        r -> {
                            assertThat(r.reason()).isEqualTo(ReasonCode.PREFLIGHT_FAILED);
                            assertThat(r.message()).contains("(10.0.0.3:22)", "k0s stop");
                        });
    }

    @Test
    void writesScriptsThatFillEveryGapAndStepsOfWhichNoneIsMeantTwice() {
        var plans =
                List.of(
                        upgrade(3, 3, ""),
                        PlanFixture.plan(reset(3, 2)),
                        PlanFixture.plan(
                                RunningK0s.change(
                                        cluster(
                                                RunningK0s.BEFORE,
                                                "roles: [control-plane, worker]",
                                                3,
                                                1,
                                                ""),
                                        cluster(
                                                RunningK0s.RELEASE,
                                                "roles: [control-plane, worker]",
                                                3,
                                                1,
                                                ""))));

        assertThat(plans)
                .allSatisfy(p -> assertThat(p.toString()).doesNotContainPattern("@[A-Z_]+@"));
    }

    private static Plan upgrade(int controllers, int workers, String more) {
        return PlanFixture.plan(
                RunningK0s.change(
                        RunningK0s.cluster(RunningK0s.BEFORE, controllers, workers, ""),
                        RunningK0s.cluster(RunningK0s.RELEASE, controllers, workers, more)));
    }

    /// @param more of `spec.runtime`
    private static Plan configure(String more, String config) {
        return PlanFixture.plan(
                RunningK0s.change(
                        RunningK0s.cluster(RunningK0s.RELEASE + more, 3, 1, ""),
                        RunningK0s.cluster(RunningK0s.RELEASE + more, 3, 1, config)));
    }

    private static Clusterfile cluster(
            String release, String ofController, int controllers, int workers, String more) {
        return cluster(
                release,
                ofController,
                RunningK0s.upTo(controllers),
                RunningK0s.upTo(workers),
                more);
    }

    private static Clusterfile cluster(
            String release,
            String ofController,
            List<Integer> controllers,
            List<Integer> workers,
            String more) {
        return RunningK0s.cluster(release, ofController, controllers, workers, more);
    }

    private static PlanInput reset(int controllers, int workers) {
        Clusterfile cluster = RunningK0s.cluster(RunningK0s.RELEASE, controllers, workers, "");
        return archive(
                Operation.RESET, cluster, RunningK0s.running(cluster, RunningK0s.RELEASE), "");
    }

    private static PlanInput archive(
            Operation operation,
            Clusterfile cluster,
            Map<HostAddress, HostFacts> facts,
            String path) {
        return RunningK0s.input(operation, cluster, facts, Optional.of(cluster), path);
    }

    private static Map<HostAddress, HostFacts> state(
            Clusterfile cluster, String state, String... addresses) {
        var facts = new HashMap<HostAddress, HostFacts>();
        for (String address : addresses) {
            facts.putAll(RunningK0s.facts(only(cluster, address), true, state));
        }
        return facts;
    }

    private static List<ClusterHost> only(Clusterfile cluster, String address) {
        return cluster.hosts().stream().filter(h -> h.address().address().equals(address)).toList();
    }

    private static List<String> names(Plan plan) {
        return plan.phases().stream().map(p -> p.name().value()).toList();
    }

    private static List<String> hosts(PlannedPhase phase) {
        return phase.tasks().stream().map(t -> t.host().toString()).toList();
    }

    private static List<String> steps(PlannedPhase phase, int task) {
        return phase.tasks().get(task).steps().stream().map(Step::name).toList();
    }

    private static PlannedPhase phase(Plan plan, String name) {
        return plan.phase(new PhaseName(name));
    }
}
