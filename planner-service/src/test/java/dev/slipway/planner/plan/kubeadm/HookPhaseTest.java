package dev.slipway.planner.plan.kubeadm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanCompiler;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.RecordedState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HookPhaseTest {
    static final Clusterfile CLUSTERFILE = PlanFixture.clusterfile(2, "v1.36.2", hooks("true"));

    /// One of each action, and one with an interpreter of its own on workers only.
    private static String hooks(String script) {
        var text = new StringBuilder("  hooks:\n");
        for (HookAction action : HookAction.values()) {
            if (!action.isOfK0sOnly()) {
                text.append(
                        "    - {name: note, action: %s, data: %s}\n"
                                .formatted(action.word(), script));
            }
        }
        return text
                + """
                    - name: count
                      action: pre-init-host
                      scope: worker
                      timeout: 1h
                      data: |
                        #!/usr/bin/awk -f
                        BEGIN { print "it's awk" }
                """;
    }

    @Test
    void surroundsAnInstallation() {
        Plan plan = PlanFixture.plan(PlanFixture.install(CLUSTERFILE));

        assertThat(names(plan))
                .containsExactly(
                        "pre-install",
                        "pre-init-host",
                        "prepare",
                        "authority",
                        "init",
                        "token",
                        "join-workers",
                        "post-init-host",
                        "access",
                        "addons",
                        "verify",
                        "post-install",
                        "record");
        assertThat(hosts(plan, "pre-install")).containsExactly("10.0.0.1");
        assertThat(hosts(plan, "pre-init-host"))
                .containsExactly("10.0.0.1", "10.0.1.1", "10.0.1.2");
        assertThat(steps(plan, "pre-init-host", "10.0.0.1"))
                .containsExactly("claim-host", "hook-note", "mark-note");
        assertThat(steps(plan, "pre-init-host", "10.0.1.2"))
                .containsExactly(
                        "claim-host", "hook-note", "mark-note", "hook-count", "mark-count");
        assertThat(phase(plan, "pre-init-host").taskTimeout()).hasMinutes(67);
        assertThat(phase(plan, "pre-init-host").haltingHosts()).hasSize(1);
    }

    @Test
    void runsNothingAgainWhereNothingChanged() {
        var input =
                PlanFixture.apply(
                        CLUSTERFILE,
                        PlanFixture.installed(CLUSTERFILE),
                        new RecordedState(Optional.of(CLUSTERFILE)));

        assertThat(PlanCompiler.compile(input)).isInstanceOf(Compilation.NothingToDo.class);
    }

    @Test
    void runsNothingBecauseAScriptChanged() {
        Clusterfile changed = PlanFixture.clusterfile(2, "v1.36.2", hooks("\"false\""));

        assertThat(names(apply(changed, PlanFixture.installed(changed), Optional.of(CLUSTERFILE))))
                .containsExactly("access", "verify", "record");
    }

    @Test
    void surroundsTheAddingOfNodesOnTheNewHostsOnly() {
        Clusterfile more = PlanFixture.clusterfile(3, "v1.36.2", hooks("true"));
        Map<HostAddress, HostFacts> facts = PlanFixture.fresh(more);
        facts.putAll(PlanFixture.installed(CLUSTERFILE));

        Plan plan = apply(more, facts, Optional.of(CLUSTERFILE));

        assertThat(names(plan))
                .containsExactly(
                        "pre-scaleup",
                        "pre-init-host",
                        "prepare",
                        "token",
                        "join-workers",
                        "post-init-host",
                        "access",
                        "verify",
                        "post-scaleup",
                        "record");
        assertThat(hosts(plan, "pre-scaleup")).containsExactly("10.0.0.1");
        assertThat(hosts(plan, "pre-init-host")).containsExactly("10.0.1.3");
        assertThat(hosts(plan, "post-init-host")).containsExactly("10.0.1.3");
    }

    @Test
    void eachAddingOfNodesIsAMomentOfItsOwn() {
        Clusterfile three = PlanFixture.clusterfile(3, "v1.36.2", hooks("true"));
        Clusterfile four = PlanFixture.clusterfile(4, "v1.36.2", hooks("true"));
        var facts = PlanFixture.fresh(four);
        facts.putAll(PlanFixture.installed(CLUSTERFILE));
        var later = PlanFixture.fresh(four);
        later.putAll(PlanFixture.installed(three));
        var first = new HashMap<>(facts);
        first.keySet().retainAll(three.hosts().stream().map(h -> h.address()).toList());

        String before = mark(apply(three, first, Optional.of(CLUSTERFILE)), "pre-scaleup");
        String after = mark(apply(four, later, Optional.of(three)), "pre-scaleup");
        String again = mark(apply(three, first, Optional.of(CLUSTERFILE)), "pre-scaleup");

        assertThat(after).isNotEqualTo(before);
        assertThat(again).isEqualTo(before);
    }

    @Test
    void finishesTheHooksOfWhatBrokeOff() {
        Plan install = apply(CLUSTERFILE, PlanFixture.installed(CLUSTERFILE), Optional.empty());
        assertThat(names(install))
                .contains("pre-install", "post-init-host", "post-install")
                .doesNotContain("pre-init-host", "pre-scaleup");

        Clusterfile more = PlanFixture.clusterfile(3, "v1.36.2", hooks("true"));
        Plan grown = apply(more, PlanFixture.installed(more), Optional.of(CLUSTERFILE));
        assertThat(names(grown))
                .contains("post-init-host", "post-scaleup")
                .doesNotContain("pre-init-host");
        assertThat(hosts(grown, "post-init-host")).containsExactly("10.0.1.3");
    }

    @Test
    void marksEachHookThatRanUnlessNothingIsToBeLeft() {
        for (Plan plan :
                List.of(
                        PlanFixture.plan(PlanFixture.install(CLUSTERFILE)),
                        PlanFixture.plan(PlanFixture.reset(CLUSTERFILE)))) {
            for (PlannedPhase phase : plan.phases()) {
                boolean last = phase.name().value().matches("post-(clean-host|uninstall)");
                phase.tasks().stream()
                        .flatMap(t -> t.steps().stream())
                        .filter(s -> s.name().startsWith("hook-"))
                        .map(Step.Command.class::cast)
                        .forEach(c -> {
                            assertThat(c.unless().isPresent()).isEqualTo(!last);
                            assertThat(c.rerunnable()).isFalse();
                        });
            }
        }
    }

    @Test
    void surroundsAReset() {
        assertThat(names(PlanFixture.plan(PlanFixture.reset(CLUSTERFILE))))
                .containsExactly(
                        "pre-uninstall",
                        "pre-clean-host",
                        "delete-nodes",
                        "reset-workers",
                        "reset-control-plane",
                        "post-clean-host",
                        "post-uninstall");
    }

    @Test
    void surroundsTheCleaningOfRemovedHosts() {
        Clusterfile fewer = PlanFixture.clusterfile(1, "v1.36.2", hooks("true"));

        Plan plan = PlanFixture.plan(PlanFixture.change(CLUSTERFILE, fewer));

        assertThat(names(plan))
                .containsSubsequence(
                        "remove-nodes", "pre-clean-host", "reset-removed", "post-clean-host")
                .doesNotContain("pre-uninstall", "post-uninstall", "pre-scaleup");
        assertThat(hosts(plan, "pre-clean-host")).containsExactly("10.0.1.2");
        assertThat(hosts(plan, "post-clean-host")).containsExactly("10.0.1.2");
    }

    @Test
    void surroundsTheJoiningOfAControlPlane() {
        String more = "  endpoint: {mode: local-proxy}\n" + hooks("true");

        Plan plan =
                PlanFixture.plan(
                        PlanFixture.change(
                                PlanFixture.several(1, 1, more), PlanFixture.several(3, 1, more)));

        assertThat(names(plan))
                .containsSubsequence(
                        "pre-scaleup",
                        "pre-init-host",
                        "join-control-planes",
                        "post-init-host",
                        "post-scaleup");
        assertThat(hosts(plan, "pre-scaleup")).containsExactly("10.0.0.1");
        assertThat(hosts(plan, "pre-init-host")).containsExactly("10.0.0.2", "10.0.0.3");
        assertThat(hosts(plan, "post-init-host")).containsExactly("10.0.0.2", "10.0.0.3");
    }

    @Test
    void everyActionHasAPhaseOfItsName() {
        var names =
                java.util.stream.Stream.of(
                                names(PlanFixture.plan(PlanFixture.install(CLUSTERFILE))),
                                names(PlanFixture.plan(PlanFixture.reset(CLUSTERFILE))),
                                List.of("pre-scaleup", "post-scaleup"))
                        .flatMap(List::stream)
                        .toList();

        assertThat(names)
                .containsAll(
                        Arrays.stream(HookAction.values())
                                .filter(a -> !a.isOfK0sOnly())
                                .map(HookAction::word)
                                .toList());
    }

    private static Plan apply(
            Clusterfile wanted, Map<HostAddress, HostFacts> facts, Optional<Clusterfile> applied) {
        return PlanFixture.plan(PlanFixture.apply(wanted, facts, new RecordedState(applied)));
    }

    private static List<String> names(Plan plan) {
        return plan.phases().stream().map(p -> p.name().value()).toList();
    }

    private static PlannedPhase phase(Plan plan, String name) {
        return plan.phases().stream()
                .filter(p -> p.name().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> hosts(Plan plan, String name) {
        return phase(plan, name).tasks().stream().map(t -> t.host().address()).toList();
    }

    private static List<String> steps(Plan plan, String name, String host) {
        return phase(plan, name).task(new HostAddress(host, 22)).steps().stream()
                .map(Step::name)
                .toList();
    }

    private static String mark(Plan plan, String name) {
        return phase(plan, name).tasks().getFirst().steps().stream()
                .filter(s -> s.name().equals("hook-note"))
                .map(Step.Command.class::cast)
                .map(c -> c.unless().orElseThrow())
                .findFirst()
                .orElseThrow();
    }
}
