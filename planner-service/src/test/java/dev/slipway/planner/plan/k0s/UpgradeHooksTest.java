package dev.slipway.planner.plan.k0s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanCompiler;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlannedPhase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Hooks around the upgrade of nodes and around backups.
class UpgradeHooksTest {
    private static final String HOOKS =
            """
              hooks:
                - {name: mute, action: pre-upgrade-host, data: mute, timeout: 3m}
                - {name: loud, action: post-upgrade-host, scope: worker, data: loud, timeout: 7m}
                - {name: still, action: pre-backup, data: still}
                - {name: go, action: post-backup, scope: cp-1, data: go}
            """;
    private static final Clusterfile BEFORE = cluster(RunningK0s.BEFORE);
    private static final Clusterfile NOW = cluster(RunningK0s.RELEASE);

    private static Clusterfile cluster(String release) {
        return RunningK0s.cluster(release, 3, 2, HOOKS);
    }

    @Test
    void surroundTheUpgradeOfEachNodeWithinItsOwnTask() {
        Plan plan = PlanFixture.plan(RunningK0s.change(BEFORE, NOW));

        assertThat(steps(phase(plan, "upgrade-workers"), 0))
                .startsWith("pre-hook-mute", "pre-mark-mute", "drain-node", "stop-k0sworker")
                .endsWith("node-ready", "uncordon-node", "post-hook-loud", "post-mark-loud");
        assertThat(steps(phase(plan, "upgrade-control-planes"), 0))
                .startsWith("pre-hook-mute", "pre-mark-mute")
                .doesNotContain("post-hook-loud");
        // 20 minutes, 11 for the drain, and the hooks.
        assertThat(phase(plan, "upgrade-workers").taskTimeout()).hasMinutes(41);
        assertThat(phase(plan, "upgrade-control-planes").taskTimeout()).hasMinutes(33);
        assertThat(names(plan)).doesNotContain("post-upgrade-host", "pre-backup");
    }

    /// Else a hook that succeeded in a run that broke off would run again, and one of an earlier
    /// upgrade would keep that of a later one from running.
    @Test
    void areRememberedForOneUpgradeOnly() {
        String there = mark(PlanFixture.plan(RunningK0s.change(BEFORE, NOW)));
        String again = mark(PlanFixture.plan(RunningK0s.change(BEFORE, NOW)));
        String other = mark(PlanFixture.plan(RunningK0s.change(NOW, cluster("v1.37.0+k0s.0"))));

        assertThat(again).isEqualTo(there);
        assertThat(other).isNotEqualTo(there);
    }

    @Test
    void areMadeUpForWhereNodesWereUpgradedInARunThatBrokeOff() {
        var facts = RunningK0s.running(NOW, RunningK0s.RELEASE);

        Plan plan = plan(facts, Optional.of(BEFORE));

        assertThat(names(plan)).doesNotContain("upgrade-workers").contains("post-upgrade-host");
        PlannedPhase late = phase(plan, "post-upgrade-host");
        assertThat(late.tasks().stream().map(t -> t.host().address()))
                .containsExactly("10.0.1.1", "10.0.1.2");
        assertThat(steps(late, 0)).containsExactly("post-hook-loud", "post-mark-loud");
        assertThat(unless(late.tasks().getFirst().steps()))
                .isEqualTo(
                        unless(
                                phase(
                                                PlanFixture.plan(RunningK0s.change(BEFORE, NOW)),
                                                "upgrade-workers")
                                        .tasks()
                                        .getFirst()
                                        .steps()));
    }

    @Test
    void doNotRunWhereANodeOnlyHasToBeStartedAgain() {
        var facts = RunningK0s.running(NOW, RunningK0s.RELEASE);
        facts.putAll(RunningK0s.facts(NOW.workers(), true, "no"));

        Plan plan = plan(facts, Optional.of(NOW));

        assertThat(steps(phase(plan, "upgrade-workers"), 0))
                .noneMatch(step -> step.contains("-hook-"));
        assertThat(names(plan)).doesNotContain("post-upgrade-host");
    }

    @Test
    void leaveTheDrainTheTimeThatItsKubeconfigLives() {
        String slow = HOOKS.replace("timeout: 3m", "timeout: 31m");

        Compilation refused =
                PlanCompiler.compile(
                        RunningK0s.change(
                                BEFORE, RunningK0s.cluster(RunningK0s.RELEASE, 3, 2, slow)));

        assertThat(refused)
                .isInstanceOfSatisfying(
                        Compilation.Refused.class,
                        r -> {
                            assertThat(r.reason()).isEqualTo(ReasonCode.CLUSTERFILE_INVALID);
                            assertThat(r.message())
                                    .contains("hooks of pre-upgrade-host are 31 minutes together");
                        });
    }

    @Test
    void surroundABackupOnTheHostThatMakesIt() {
        var facts = RunningK0s.running(NOW, RunningK0s.RELEASE);

        Plan first = backup(facts);
        facts.putAll(RunningK0s.facts(List.of(NOW.controlPlane()), true, "no"));
        Plan second = backup(facts);

        assertThat(names(first)).containsExactly("pre-backup", "backup", "post-backup");
        assertThat(steps(phase(first, "pre-backup"), 0)).containsExactly("hook-still");
        // The other hook is for cp-1, which is away.
        assertThat(names(second)).containsExactly("pre-backup", "backup");
        assertThat(phase(second, "pre-backup").tasks().getFirst().host())
                .isEqualTo(phase(second, "backup").tasks().getFirst().host())
                .isEqualTo(new HostAddress("10.0.0.2", 22));
    }

    private static Plan plan(Map<HostAddress, HostFacts> facts, Optional<Clusterfile> applied) {
        return PlanFixture.plan(RunningK0s.input(Operation.APPLY, NOW, facts, applied, ""));
    }

    private static Plan backup(Map<HostAddress, HostFacts> facts) {
        return PlanFixture.plan(
                RunningK0s.input(
                        Operation.BACKUP, NOW, facts, Optional.of(NOW), "/var/backups/slipway"));
    }

    private static String mark(Plan plan) {
        return unless(phase(plan, "upgrade-workers").tasks().getFirst().steps());
    }

    private static String unless(List<Step> steps) {
        return steps.stream()
                .filter(s -> s.name().equals("post-hook-loud"))
                .map(Step.Command.class::cast)
                .map(c -> c.unless().orElseThrow())
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(Plan plan) {
        return plan.phases().stream().map(p -> p.name().value()).toList();
    }

    private static List<String> steps(PlannedPhase phase, int task) {
        return phase.tasks().get(task).steps().stream().map(Step::name).toList();
    }

    private static PlannedPhase phase(Plan plan, String name) {
        return plan.phase(new PhaseName(name));
    }
}
