package dev.slipway.planner.plan.kubeadm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.PlannedTask;
import dev.slipway.planner.plan.RecordedState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Plans as readable text under src/test/resources/plans. After a change that is meant:
/// `-Dgolden.write=true`, then read the difference.
class GoldenPlanTest {
    private static final Path GOLDEN = Path.of("src/test/resources/plans");

    @Test
    void installsOneControlPlane() throws IOException {
        matches("apply-1-0", PlanFixture.plan(PlanFixture.install(PlanFixture.clusterfile(0))));
    }

    @Test
    void installsAControlPlaneAndTwoWorkers() throws IOException {
        matches("apply-1-2", PlanFixture.plan(PlanFixture.install(PlanFixture.clusterfile(2))));
    }

    @Test
    void installsAControlPlaneAndAHundredWorkers() throws IOException {
        matches("apply-1-100", PlanFixture.plan(PlanFixture.install(PlanFixture.clusterfile(100))));
    }

    @Test
    void installsAnOlderRelease() throws IOException {
        matches(
                "apply-v1beta3",
                PlanFixture.plan(
                        PlanFixture.install(
                                PlanFixture.clusterfile(
                                        1,
                                        "v1.28.4",
                                        """
                                        ---
                                        apiVersion: kubeadm.k8s.io/v1beta3
                                        kind: ClusterConfiguration
                                        apiServer: {extraArgs: {v: 2}}
                                        """))));
    }

    @Test
    void addsOneWorkerWithoutTouchingTheOthers() throws IOException {
        Clusterfile before = PlanFixture.clusterfile(2);
        Clusterfile now = PlanFixture.clusterfile(3);
        var facts = PlanFixture.fresh(now);
        facts.putAll(PlanFixture.installed(before));

        matches(
                "apply-scale-up",
                PlanFixture.plan(
                        PlanFixture.apply(now, facts, new RecordedState(Optional.of(before)))));
    }

    @Test
    void resetsOneControlPlane() throws IOException {
        matches("reset-1-0", PlanFixture.plan(PlanFixture.reset(PlanFixture.clusterfile(0))));
    }

    @Test
    void resetsAControlPlaneAndTwoWorkers() throws IOException {
        matches("reset-1-2", PlanFixture.plan(PlanFixture.reset(PlanFixture.clusterfile(2))));
    }

    @Test
    void resetsAControlPlaneAndAHundredWorkers() throws IOException {
        matches("reset-1-100", PlanFixture.plan(PlanFixture.reset(PlanFixture.clusterfile(100))));
    }

    private static void matches(String name, Plan plan) throws IOException {
        Path file = GOLDEN.resolve(name + ".txt");
        String text = text(plan);
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }

    private static String text(Plan plan) {
        var text =
                new StringBuilder(
                        "%s %s, generation %d%n"
                                .formatted(
                                        plan.operation().word(),
                                        plan.cluster(),
                                        plan.generation()));
        for (PlannedPhase phase : plan.phases()) {
            var summary = phase.summary();
            text.append(
                    "%n== %s: %s. %d hosts, window %d, failure limit %d, timeout %s, start by %s, halts on %s%n"
                            .formatted(
                                    summary.name(),
                                    summary.title(),
                                    summary.hosts().size(),
                                    summary.window(),
                                    summary.failureLimit(),
                                    phase.taskTimeout(),
                                    phase.startBy(),
                                    phase.haltingHosts()));
            // The tasks of many hosts differ in names only: the first two and the last say it all.
            int count = phase.tasks().size();
            for (int i = 0; i < count; i++) {
                if (count <= 3 || i < 2 || i == count - 1) {
                    task(text, phase.tasks().get(i), i <= 1);
                }
            }
        }
        return text.toString();
    }

    private static void task(StringBuilder text, PlannedTask task, boolean whole) {
        text.append("-- ").append(task.host()).append('\n');
        for (Step step : task.steps()) {
            text.append(step.name())
                    .append(whole ? ": " + describe(step).stripTrailing().indent(6).strip() : "")
                    .append('\n');
        }
    }

    private static String describe(Step step) {
        return switch (step) {
            case Step.Command c ->
                    "command %s%s%s\n%s"
                            .formatted(
                                    c.timeout(),
                                    c.rerunnable() ? " rerunnable" : "",
                                    c.unless().map(u -> " unless " + u).orElse(""),
                                    c.script());
            case Step.Put p ->
                    "put %s %o %s\n%s"
                            .formatted(
                                    p.path(),
                                    p.mode(),
                                    p.owner(),
                                    p.content().stream()
                                            .map(GoldenPlanTest::part)
                                            .reduce("", String::concat));
            case Step.Read r -> "read " + r.path();
            case Step.Await a ->
                    "await %s or %s\n%s".formatted(a.timeout(), a.onTimeout(), a.condition());
        };
    }

    private static String part(Part part) {
        return switch (part) {
            case Part.Literal(String text) -> text;
            case Part.Material(var name) -> "<<material " + name + ">>";
            case Part.Content(var digest) -> "<<content " + digest + ">>";
        };
    }
}
