package dev.slipway.planner.plan.k0s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanCompiler;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanPropertiesTest {
    private static final String RELEASE = RunningK0s.RELEASE;
    private static final String PROGRAM =
            """
              artifacts:
                k0s: {url: "https://x/it's", sha256: %s}
            """
                    .formatted("0".repeat(64));

    @Property(tries = 8)
    void compilesTheSameInputToTheSamePlan(
            @ForAll @IntRange(max = 2) int pairs, @ForAll @IntRange(max = 40) int workers) {
        int controllers = 1 + 2 * pairs;
        Plan first = PlanFixture.plan(RunningK0s.install(cluster(controllers, workers, "")));
        Plan second = PlanFixture.plan(RunningK0s.install(cluster(controllers, workers, "")));

        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(second).isEqualTo(first);
    }

    @Test
    void survivesBeingWrittenAndRead() {
        Plan plan = PlanFixture.plan(RunningK0s.install(cluster(3, 3, PROGRAM)));

        assertThat(Wire.read(Wire.bytes(plan), Plan.class)).isEqualTo(plan);
    }

    @Test
    void hasNothingToDoWhereTheClusterIsAsItsFileSays() {
        Clusterfile clusterfile = cluster(3, 2, "");

        assertThat(PlanCompiler.compile(RunningK0s.change(clusterfile, clusterfile)))
                .isEqualTo(new Compilation.NothingToDo("cluster demo is as its Clusterfile says"));
    }

    /// From, to and the change that is refused; `%` stands for the end of a line.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    {} | {storage: {type: kine, kine: {dataSource: 'postgres://db.example/k0s'}}} | spec.storage of ClusterConfig from etcd to kine
                    {} | {network: {provider: calico}} | spec.network.provider of ClusterConfig from kuberouter to calico
                    {} | {network: {podCIDR: 10.32.0.0/16}} | spec.network.podCIDR of ClusterConfig from 10.244.0.0/16 to 10.32.0.0/16
                    {} | {network: {serviceCIDR: 10.32.0.0/16}} | spec.network.serviceCIDR of ClusterConfig from 10.96.0.0/12 to 10.32.0.0/16
                    {} | {network: {clusterDomain: a.example}} | spec.network.clusterDomain of ClusterConfig from cluster.local to a.example
                    {} | {api: {port: 7443}} | spec.api.port of ClusterConfig from 6443 to 7443
                    {} | {api: {k0sApiPort: 9444}} | spec.api.k0sApiPort of ClusterConfig from 9443 to 9444
                    {} | {konnectivity: {agentPort: 8200}} | spec.konnectivity.agentPort of ClusterConfig from 8132 to 8200
                    {} | {api: {externalAddress: a.example}} | the endpoint of the API from none, so the control plane's own address to external a.example:6443
                    """)
    void refusesWhatARunningClusterCannotBecome(String before, String now, String message) {
        assertThat(refused(RunningK0s.change(configured(before), configured(now))))
                .contains(message);
    }

    @Test
    void refusesWhatHostsCannotBecome() {
        Clusterfile before =
                PlanFixture.read(
                        cluster(3, 1, "")
                                .source()
                                .replace(
                                        "names: [cp-2], roles: [control-plane]",
                                        "names: [cp-2], roles: [control-plane], k0s: {privateAddress: 192.168.0.2}"));
        Clusterfile now =
                PlanFixture.read(
                        cluster(3, 1, "")
                                .source()
                                .replace(
                                        "names: [cp-1], roles: [control-plane]",
                                        "names: [cp-1], roles: [control-plane, worker]")
                                .replace(
                                        "names: [w-1], roles: [worker]",
                                        "names: [other], roles: [worker], k0s: {dataDir: /data/k0s}"));

        assertThat(refused(RunningK0s.change(before, now)))
                .contains(
                        "the role of 10.0.0.1:22 from controller to controller and worker",
                        "the private address of 10.0.0.2:22 from 192.168.0.2 to none",
                        "the name of 10.0.1.1:22 from w-1 to other",
                        "k0s's folder on 10.0.1.1:22 from /var/lib/k0s to /data/k0s",
                        "the kubelet's folder on 10.0.1.1:22 from /var/lib/k0s/kubelet to /data/k0s/kubelet");
    }

    @ParameterizedTest
    @CsvSource({
        "v1.36.2+k0s.0, v1.36.1+k0s.0, does not go back",
        "v1.36.2+k0s.1, v1.36.2+k0s.0, does not go back",
        "v1.34.2+k0s.0, v1.36.2+k0s.0, say one of v1.35 first"
    })
    void refusesToGoBackOrToSkipAMinorRelease(String before, String now, String message) {
        PlanInput input =
                RunningK0s.change(
                        RunningK0s.cluster(before, 3, 1, ""), RunningK0s.cluster(now, 3, 1, ""));

        assertThat(refused(input)).contains(before, now, message);
    }

    /// The record is of the old release, and one controller runs the new one already.
    @Test
    void refusesToGoBackOnAnUpgradeThatBrokeOff() {
        Clusterfile before = RunningK0s.cluster(RunningK0s.BEFORE, 3, 1, "");
        var facts = RunningK0s.running(before, RunningK0s.BEFORE);
        facts.putAll(
                RunningK0s.facts(before.controlPlanes().subList(0, 1), true, "yes " + RELEASE));

        assertThat(
                        refused(
                                RunningK0s.input(
                                        Operation.APPLY, before, facts, Optional.of(before), "")))
                .contains("does not go back; say " + RELEASE);
    }

    @Test
    void refusesToTakeAwayTheControllerThatWorkersKnowAlone() {
        Clusterfile before = cluster(1, 1, "");
        Clusterfile now = RunningK0s.cluster(RELEASE, "", List.of(2), List.of(1), "");

        assertThat(refused(RunningK0s.change(before, now)))
                .contains("the controller 10.0.0.1:22 goes");
    }

    @Test
    void tellsAHostNoMoreInALargerCluster() {
        for (String more : List.of("", "  join: certificate\n")) {
            assertThat(ofFirstWorker(200, more)).isEqualTo(ofFirstWorker(51, more)).isNotEmpty();
        }
    }

    /// All that the first of so many workers is told in the phases that it takes part in.
    private static List<Step> ofFirstWorker(int workers, String more) {
        return PlanFixture.plan(RunningK0s.install(cluster(3, workers, more))).phases().stream()
                .flatMap(p -> p.tasks().stream())
                .filter(t -> t.host().address().equals("10.0.1.1"))
                .flatMap(t -> t.steps().stream())
                .toList();
    }

    /// What is done one after another is done on controllers; what is told to one host does not
    /// grow with the workers but by their names, in the phases that look at all of them; and no
    /// step of those grows in number.
    @Test
    void doesNothingSerialThatGrowsWithTheWorkers() {
        List<PlannedPhase> few = PlanFixture.plan(RunningK0s.install(thousands(100))).phases();
        List<PlannedPhase> many = PlanFixture.plan(RunningK0s.install(thousands(1000))).phases();

        assertThat(names(many)).isEqualTo(names(few));
        assertThat(many)
                .allSatisfy(p -> {
                    if (p.summary().window() == 1) {
                        assertThat(p.tasks()).as(p.name().value()).hasSizeLessThanOrEqualTo(3);
                    } else {
                        assertThat(p.summary().window()).isGreaterThanOrEqualTo(50);
                    }
                });
        Map<String, Integer> grown = largest(many);
        largest(few).forEach((step, size) -> grown.merge(step, -size, Integer::sum));
        // The name of a later host is a character longer; a line of the Clusterfile has sixty.
        assertThat(grown.entrySet())
                .filteredOn(e -> e.getValue() > 10)
                .allSatisfy(e -> assertThat(e.getValue()).isLessThan(900 * 70))
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder(
                        "approve approve-requests",
                        "verify nodes-registered",
                        "verify mark-nodes",
                        "verify nodes-ready",
                        "record put-record");
    }

    private static Clusterfile thousands(int workers) {
        return cluster(3, workers, PROGRAM);
    }

    private static List<String> names(List<PlannedPhase> phases) {
        return phases.stream().map(p -> p.name().value()).toList();
    }

    /// The size of each step's text where it is largest, by phase and step.
    private static Map<String, Integer> largest(List<PlannedPhase> phases) {
        ToIntFunction<Step> size = step -> Wire.bytes(step).length;
        return phases.stream()
                .flatMap(p ->
                        p.tasks().stream()
                                .flatMap(t -> t.steps().stream())
                                .map(s -> Map.entry(p.name() + " " + s.name(), s)))
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                e -> size.applyAsInt(e.getValue()),
                                Integer::max));
    }

    @Test
    void bringsATokenToWhoNeedsItAndTakesItAway() {
        for (PlanInput input : inputs()) {
            for (PlannedPhase phase : PlanFixture.plan(input).phases()) {
                phase.tasks()
                        .forEach(task -> {
                            List<String> steps = task.steps().stream().map(Step::name).toList();
                            if (steps.contains("put-token")) {
                                assertThat(steps.indexOf("remove-token"))
                                        .isGreaterThan(steps.indexOf("put-token"));
                            }
                        });
            }
        }
    }

    /// One of controllers lets who holds it read the CA's key.
    @Test
    void makesNoTokenThatNobodyNeeds() {
        assertThat(text(RunningK0s.install(cluster(1, 2, ""))))
                .contains("k0s-token/worker")
                .doesNotContain("k0s-token/controller");
        assertThat(text(RunningK0s.install(cluster(3, 2, "  join: certificate\n"))))
                .contains("k0s-token/controller")
                .doesNotContain("k0s-token/worker");
        assertThat(text(RunningK0s.change(cluster(3, 2, ""), cluster(3, 1, ""))))
                .doesNotContain("k0s-token/");
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
            assertThat(text(input))
                    .doesNotContainPattern("[a-z0-9]{6}\\.[a-z0-9]{16}[^a-z0-9]")
                    .doesNotContain("PRIVATE KEY-----\\n");
        }
    }

    @Test
    void fillsEveryGapOfEveryScript() {
        assertThat(scripts()).allSatisfy(s -> assertThat(s).doesNotContainPattern("@[A-Z_]+@"));
    }

    /// k0s's containerd of either kind fails on the other's (k0s issue 7689).
    @ParameterizedTest
    @CsvSource({
        "v1.35.4+k0s.0, version = 2, io.containerd.grpc.v1.cri",
        "v1.36.2+k0s.0, version = 3, io.containerd.cri.v1.images"
    })
    void writesContainerdsConfigurationAsTheReleaseReadsIt(
            String release, String version, String plugin) {
        assertThat(
                        text(
                                RunningK0s.install(
                                        RunningK0s.cluster(
                                                release,
                                                1,
                                                1,
                                                "  registries: [{host: a.example, skipVerify: true}]\n"))))
                .contains(version, "[plugins.\\\"%s\\\".registry]".formatted(plugin));
    }

    /// It waits for the program where that is to be another one, and is read at once elsewhere.
    @Test
    void changesContainerdsConfigurationWithTheProgram() {
        String registries = "  registries: [{host: a.example, skipVerify: true}]\n";
        Clusterfile before = RunningK0s.cluster(RunningK0s.BEFORE, 1, 1, "");

        assertThat(puts(RunningK0s.change(before, RunningK0s.cluster(RELEASE, 1, 1, registries))))
                .contains("/var/lib/slipway/artifacts/k0s-containerd.toml")
                .doesNotContain("/etc/k0s/containerd.d/slipway.toml");
        assertThat(
                        puts(
                                RunningK0s.change(
                                        before,
                                        RunningK0s.cluster(RunningK0s.BEFORE, 1, 1, registries))))
                .contains("/etc/k0s/containerd.d/slipway.toml")
                .doesNotContain("/var/lib/slipway/artifacts/k0s-containerd.toml");
    }

    private static Set<String> puts(PlanInput input) {
        return steps(input).stream()
                .filter(Step.Put.class::isInstance)
                .map(s -> ((Step.Put) s).path().value())
                .collect(Collectors.toSet());
    }

    @Test
    void givesEachControllerItsOwnAddressAndTheNamesOfAll() {
        List<String> texts =
                steps(RunningK0s.install(cluster(3, 1, ""))).stream()
                        .filter(s -> s.name().equals("put-config"))
                        .map(s -> ((Part.Literal) ((Step.Put) s).content().getFirst()).text())
                        .toList();

        assertThat(texts).hasSize(3);
        for (int i = 1; i <= 3; i++) {
            assertThat(texts.get(i - 1))
                    .contains(
                            "address: 10.0.0." + i,
                            "peerAddress: 10.0.0." + i,
                            "- 10.0.0.1\n",
                            "- 10.0.0.2\n",
                            "- cp-3\n",
                            "nodeLocalLoadBalancing:\n      enabled: true");
        }
    }

    /// What the user says of it counts, and a release that lacks it is not told of it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    v1.36.2+k0s.0 | 3 | {network: {nodeLocalLoadBalancing: {enabled: false}}}
                    v1.36.2+k0s.0 | 3 | {api: {externalAddress: a.example}}
                    v1.36.2+k0s.0 | 1 | {}
                    v1.25.2+k0s.0 | 3 | {}
                    """)
    void leavesTheBalancerOffElsewhere(String release, int controllers, String spec) {
        PlanInput input =
                RunningK0s.install(RunningK0s.cluster(release, controllers, 1, document(spec)));

        assertThat(text(input)).doesNotContain("nodeLocalLoadBalancing:\\n      enabled: true");
    }

    private static Clusterfile configured(String spec) {
        return cluster(3, 1, document(spec));
    }

    private static String document(String spec) {
        return "---\napiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nspec: %s\n"
                .formatted(spec);
    }

    private static Clusterfile cluster(int controllers, int workers, String more) {
        return RunningK0s.cluster(RELEASE, controllers, workers, more);
    }

    private static String refused(PlanInput input) {
        return PlanCompiler.compile(input) instanceof Compilation.Refused refused
                ? refused.message()
                : "nothing";
    }

    private static String text(PlanInput input) {
        return new String(Wire.bytes(PlanCompiler.compile(input)), StandardCharsets.UTF_8);
    }

    private static List<PlanInput> inputs() {
        Clusterfile rich =
                cluster(
                        3,
                        60,
                        PROGRAM
                                + """
                                  env: ["NOTE=it's $HOME"]
                                  images: [{name: more, url: "https://x/it's.tar", sha256: %s}]
                                  registries: [{host: a.example, credential: team}]
                                  files:
                                    - {path: "/etc/it's $HOME.yaml", text: "a: 'b'"}
                                """
                                        .formatted("0".repeat(64)));
        Clusterfile before = RunningK0s.cluster(RunningK0s.BEFORE, 3, 2, "");
        return List.of(
                RunningK0s.install(cluster(1, 0, "")),
                RunningK0s.install(rich),
                RunningK0s.install(cluster(3, 60, "  join: certificate\n")),
                RunningK0s.install(
                        RunningK0s.cluster(
                                RELEASE,
                                "roles: [control-plane, worker]",
                                List.of(1, 2, 3),
                                List.of(),
                                "")),
                RunningK0s.change(cluster(1, 2, ""), cluster(3, 3, "")),
                RunningK0s.change(
                        cluster(3, 2, ""),
                        RunningK0s.cluster(RELEASE, "", List.of(2, 3, 4), List.of(2), "")),
                RunningK0s.change(before, cluster(3, 3, PROGRAM)),
                RunningK0s.input(
                        Operation.RESTORE,
                        cluster(3, 2, ""),
                        RunningK0s.facts(cluster(3, 2, "").hosts(), true, "no"),
                        Optional.of(cluster(3, 2, "")),
                        "/backup/a.tar.gz"),
                RunningK0s.input(
                        Operation.RESET,
                        rich,
                        RunningK0s.running(rich, RELEASE),
                        Optional.of(rich),
                        ""));
    }

    private static List<Step> steps(PlanInput input) {
        return PlanFixture.plan(input).phases().stream()
                .flatMap(p -> p.tasks().stream())
                .flatMap(t -> t.steps().stream())
                .toList();
    }

    private static Set<String> scripts() {
        var scripts = new LinkedHashSet<String>();
        var all = new ArrayList<Step>();
        inputs().forEach(i -> all.addAll(steps(i)));
        all.forEach(step -> {
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
