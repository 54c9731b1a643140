package dev.slipway.planner.plan.kubeadm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.InspectPhase;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanCompiler;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.RecordedState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlanPropertiesTest {
    @Property(tries = 8)
    void compilesTheSameInputToTheSamePlan(@ForAll @IntRange(max = 40) int workers) {
        Plan first = PlanFixture.plan(PlanFixture.install(PlanFixture.clusterfile(workers)));
        Plan second = PlanFixture.plan(PlanFixture.install(PlanFixture.clusterfile(workers)));

        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(second).isEqualTo(first);
    }

    @Test
    void survivesBeingWrittenAndRead() {
        Plan plan = PlanFixture.plan(PlanFixture.install(PlanFixture.clusterfile(3)));

        Plan read = Wire.read(Wire.bytes(plan), Plan.class);

        assertThat(read).isEqualTo(plan);
        assertThat(read.digest()).isEqualTo(plan.digest());
    }

    @Test
    void hasNothingToDoWhereTheClusterIsAsItsFileSays() {
        Clusterfile clusterfile = PlanFixture.clusterfile(2);

        assertThat(
                        PlanCompiler.compile(
                                PlanFixture.apply(
                                        clusterfile,
                                        PlanFixture.installed(clusterfile),
                                        new RecordedState(Optional.of(clusterfile)))))
                .isEqualTo(new Compilation.NothingToDo("cluster demo is as its Clusterfile says"));
    }

    @Test
    void refusesChangesToARunningClusterThatAreNotServedYet() {
        Clusterfile before = PlanFixture.clusterfile(2);
        Clusterfile now = PlanFixture.clusterfile(1, "v1.37.0", "  apiPort: 7443\n");

        assertThat(
                        PlanCompiler.compile(
                                PlanFixture.apply(
                                        now,
                                        PlanFixture.installed(before),
                                        new RecordedState(Optional.of(before)))))
                .isInstanceOfSatisfying(
                        Compilation.Refused.class,
                        r ->
                                assertThat(r.message())
                                        .contains(
                                                "spec.runtime.version from v1.36.2 to v1.37.0",
                                                "spec.apiPort from 6443 to 7443"));
    }

    @Test
    void tellsAHostNoMoreInALargerCluster() {
        for (String more : List.of("", "  join: certificate\n")) {
            List<Step> few = ofFirstWorker(26, more);
            List<Step> many = ofFirstWorker(200, more);

            assertThat(many).isEqualTo(few).isNotEmpty();
        }
    }

    /// All that the first of so many workers is told in the phases that it takes part in.
    private static List<Step> ofFirstWorker(int workers, String more) {
        return PlanFixture.plan(PlanFixture.install(PlanFixture.several(1, workers, more)))
                .phases()
                .stream()
                .flatMap(p -> p.tasks().stream())
                .filter(t -> t.host().address().equals("10.0.1.1"))
                .flatMap(t -> t.steps().stream())
                .toList();
    }

    @Test
    void takesAwayLabelsAndTaintsThatAreGoneFromTheFile() {
        Clusterfile before = PlanFixture.clusterfile(1);
        Clusterfile now =
                PlanFixture.read(
                        before.source()
                                .replace("labels: {disk: ssd}", "labels: {tier: a}")
                                .replace("taints: [\"dedicated=batch:NoSchedule\"]", "taints: []"));

        Plan plan =
                PlanFixture.plan(
                        PlanFixture.apply(
                                now,
                                PlanFixture.installed(now),
                                new RecordedState(Optional.of(before))));

        assertThat(plan.phases())
                .extracting(p -> p.name().value())
                .containsExactly("access", "verify", "record");
        assertThat(plan.toString())
                .contains(
                        "Marks[nodes=[node-10-0-1-1], labels={node-role.kubernetes.io/worker=, tier=a}, unlabelled=[disk], taints=[Taint[key=dedicated, value=, effect=NoSchedule, removed=true]]]");
    }

    @Test
    void startsWhatAnArtifactBringsAndNotWhatTheHostHad() {
        String artifacts =
                """
                  artifacts:
                    kubernetes: {url: "https://x.example/k.tgz", sha256: %1$s, into: /opt/k}
                    containerd: {url: "https://x.example/c.tgz", sha256: %1$s}
                """
                        .formatted("0".repeat(64));

        String plain = prepare(PlanFixture.clusterfile(0));
        String fetching = prepare(PlanFixture.clusterfile(0, "v1.36.2", artifacts));

        // The fixture's hosts have both programs in /usr/bin, and a unit for containerd.
        assertThat(plain)
                .contains("ExecStart=/usr/bin/kubelet")
                .doesNotContain("ExecStart=/usr/bin/containerd");
        assertThat(fetching)
                .contains("ExecStart=/opt/k/kubelet", "ExecStart=/usr/local/bin/containerd")
                .doesNotContain("ExecStart=/usr/bin/");
    }

    private static String prepare(Clusterfile clusterfile) {
        return PlanFixture.plan(PlanFixture.install(clusterfile)).phases().stream()
                .filter(p -> p.name().value().equals("prepare"))
                .findFirst()
                .orElseThrow()
                .toString();
    }

    @Test
    void writesScriptsThatAPosixShellParses() throws IOException, InterruptedException {
        for (String script : scripts()) {
            assertThat(parse(script)).as(script).isEmpty();
        }
    }

    @Test
    void keepsTheTokenOutOfEveryTextAndOffEveryCommandLine() {
        for (PlanInput input : inputs()) {
            String json =
                    new String(Wire.bytes(PlanCompiler.compile(input)), StandardCharsets.UTF_8);
            assertThat(json)
                    .doesNotContain("@bootstrap-token@")
                    .doesNotContainPattern("[a-z0-9]{6}\\.[a-z0-9]{16}[^a-z0-9]")
                    .doesNotContain("PRIVATE KEY-----\\n");
        }
    }

    @Test
    void fillsEveryGapOfEveryScript() {
        assertThat(scripts()).allSatisfy(s -> assertThat(s).doesNotContainPattern("@[A-Z_]+@"));
    }

    private static List<PlanInput> inputs() {
        Clusterfile small = PlanFixture.clusterfile(2);
        Clusterfile rich =
                PlanFixture.clusterfile(
                        30,
                        "v1.36.2",
                        """
                          artifacts:
                            kubernetes: {url: "https://x/it's.tgz", sha256: %s}
                          files:
                            - {path: "/etc/it's $HOME.yaml", text: "a: 'b'"}
                          hostAliases: [{ip: 10.9.9.9, hostnames: [a.b]}]
                        """
                                .formatted("0".repeat(64)));
        var facts = PlanFixture.fresh(PlanFixture.clusterfile(3));
        facts.putAll(PlanFixture.installed(small));
        return List.of(
                PlanFixture.install(small),
                PlanFixture.install(rich),
                PlanFixture.apply(
                        PlanFixture.clusterfile(3), facts, new RecordedState(Optional.of(small))),
                PlanFixture.reset(rich),
                PlanFixture.install(PlanFixture.several(3, 1, "")),
                PlanFixture.install(PlanFixture.several(3, 30, "  join: certificate\n")),
                PlanFixture.install(PlanFixture.several(3, 1, "  endpoint: {mode: local-vip}\n")),
                PlanFixture.install(
                        PlanFixture.several(
                                3, 1, "  endpoint: {mode: kube-vip, address: 10.0.0.100}\n")),
                PlanFixture.change(
                        PlanFixture.several(3, 2, ""),
                        PlanFixture.several(List.of(2, 3, 4), List.of(2), "")),
                PlanFixture.reset(PlanFixture.several(3, 1, "")));
    }

    private static Set<String> scripts() {
        Stream<Step> planned =
                inputs().stream()
                        .map(PlanFixture::plan)
                        .flatMap(p -> p.phases().stream())
                        .flatMap(p -> p.tasks().stream())
                        .flatMap(t -> t.steps().stream());
        Stream<Step> inspecting =
                Stream.concat(
                        InspectPhase.of(PlanFixture.clusterfile(1), List.of()).tasks().stream()
                                .flatMap(t -> t.steps().stream()),
                        Stream.of(
                                        InspectPhase.ofCheck(PlanFixture.clusterfile(2)),
                                        InspectPhase.ofAdopt(PlanFixture.clusterfile(2), List.of()))
                                .flatMap(p -> p.tasks().stream())
                                .flatMap(t -> t.steps().stream()));
        var scripts = new LinkedHashSet<String>();
        Stream.concat(planned, inspecting)
                .forEach(step -> {
                    switch (step) {
                        case Step.Command c -> {
                            scripts.add(c.script());
                            c.unless().ifPresent(scripts::add);
                        }
                        case Step.Await a -> scripts.add(a.condition());
                        case Step.Put _, Step.Read _, Step.Kube _, Step.Deposit _ -> {}
                    }
                });
        return scripts;
    }

    private static String parse(String script) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-n").redirectErrorStream(true).start();
        try (var in = shell.getOutputStream()) {
            in.write(script.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return shell.waitFor() == 0 ? output : "exit code " + shell.exitValue() + output;
    }
}
