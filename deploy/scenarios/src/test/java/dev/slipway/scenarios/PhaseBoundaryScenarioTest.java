package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.json;
import static dev.slipway.scenarios.Story.runOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Walks through the phases of an install and of growing a cluster, and breaks something where some
/// of them begin. The run stops or goes on as its limits say; a retry takes it on to the next
/// failure and at last to its end; nothing that had succeeded is done again.
@ExtendWith(Platform.Lifetime.class)
class PhaseBoundaryScenarioTest {
    /// A host that is away is waited for no longer than the order may wait for its start, and a
    /// node that is no more Ready no longer than the phase may take.
    private static final String SETTINGS =
            """
              endpoint: {mode: local-proxy}
              limits:
                startBy: 10s
                phases: {verify: {timeout: 40s}}
            """;

    /// What became of an attempt whose host died is known when its time is over.
    private static final String SHORT_PHASES =
            """
              limits:
                startBy: 10s
                phases:
                  prepare: {timeout: 1m}
                  authority: {timeout: 40s}
                  init: {timeout: 2m}
                  token: {timeout: 40s}
                  configure: {timeout: 1m}
                  join-control-planes: {timeout: 2m}
                  upgrade-control-planes: {timeout: 2m}
                  join-workers: {timeout: 2m}
                  upgrade-workers: {timeout: 2m}
                  endpoint: {timeout: 1m}
                  access: {timeout: 40s}
                  addons: {timeout: 40s}
                  approve: {timeout: 40s}
                  verify-members: {timeout: 40s}
                  verify: {timeout: 40s}
                  record: {timeout: 40s}
            """;

    private static final String K0S_LIMITS =
            "  limits: {startBy: 10s, phases: {verify: {timeout: 40s}}}\n";

    /// A release brings its own k0s, over any trap: what lies behind its calls is caught.
    private static final String K0S_STARTS = "'start k0s'*";

    private static final String K0S_STOPS = "'stop k0s'*";

    private final Cli cli = Platform.get().cli();

    @Test
    void aFewFailuresOfInstallAndGrowth() {
        try (var fleet = fleet(75, 3)) {
            walk(
                    fleet,
                    fleet.several("few", List.of(1), List.of(2), SETTINGS),
                    new Boundary.CommandFails("init", 1, "kubeadm", "'config validate '*"),
                    new Boundary.HostDies("join-workers", 2, 1, "kubeadm", "'init '*"));
            walk(
                    fleet,
                    fleet.several("few", List.of(1), List.of(2, 3), SETTINGS),
                    new Boundary.ApiAway("token", 1, "kubeadm", "'token create '*"));
            joinedOnce(fleet, 1, 2, 3);
        }
    }

    /// Of k0s, from the install to the next release.
    @Tag("soak")
    @Test
    void aFewFailuresOfInstallAndUpgradeOfK0s() {
        try (var fleet = fleet(86, 5)) {
            List<Integer> controllers = List.of(1, 2, 3);
            List<Integer> workers = List.of(4, 5);
            walk(
                    fleet,
                    fleet.k0s("k0s-few", "v1.36.2+k0s.0", controllers, workers, K0S_LIMITS),
                    new Boundary.CommandFails("init", 1, "systemctl", K0S_STARTS),
                    new Boundary.CommandFails("join-control-planes", 2, "systemctl", K0S_STARTS),
                    new Boundary.HostDies("join-workers", 4, 3, "systemctl", K0S_STARTS));
            walk(
                    fleet,
                    fleet.k0s("k0s-few", "v1.37.0+k0s.0", controllers, workers, K0S_LIMITS),
                    new Boundary.CommandFails("upgrade-control-planes", 2, "systemctl", K0S_STOPS),
                    new Boundary.CommandFails("upgrade-workers", 5, "systemctl", K0S_STARTS));
            assertThat(fleet.host(1).run("k0s kubectl get nodes --no-headers").lines())
                    .hasSize(2)
                    .allMatch(node -> node.matches(".* Ready .*v1\\.37\\.0.*"));
        }
    }

    @Tag("soak")
    @ParameterizedTest
    @EnumSource
    void everyPhaseOfInstallAndGrowth(Accidents.Kind accident) {
        try (var fleet = fleet(77, 6)) {
            String name = clusterOf("every", accident);
            String settings = "  endpoint: {mode: local-proxy}\n" + SHORT_PHASES;
            walk(fleet, fleet.several(name, List.of(1), List.of(4, 5), settings), accident);
            walk(
                    fleet,
                    fleet.several(name, List.of(1, 2, 3), List.of(4, 5, 6), settings),
                    accident);
            assertThat(
                            fleet.host(1)
                                    .run(
                                            "kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes --no-headers")
                                    .lines())
                    .hasSize(6)
                    .allMatch(node -> node.contains(" Ready "));
        }
    }

    @Tag("soak")
    @ParameterizedTest
    @EnumSource
    void everyPhaseOfInstallGrowthAndUpgradeOfK0s(Accidents.Kind accident) {
        try (var fleet = fleet(79, 6)) {
            String name = clusterOf("k0s-every", accident);
            String settings = SHORT_PHASES + K0sScenarioTest.BALANCED;
            String release = "v1.36.2+k0s.0";
            walk(fleet, fleet.k0s(name, release, List.of(1), List.of(4, 5), settings), accident);
            List<Integer> controllers = List.of(1, 2, 3);
            List<Integer> workers = List.of(4, 5, 6);
            walk(fleet, fleet.k0s(name, release, controllers, workers, settings), accident);
            walk(fleet, fleet.k0s(name, "v1.37.0+k0s.0", controllers, workers, settings), accident);
            assertThat(fleet.host(1).run("k0s kubectl get nodes --no-headers").lines())
                    .hasSize(3)
                    .allMatch(node -> node.matches(".* Ready .*v1\\.37\\.0.*"));
        }
    }

    /// The planner remembers the cluster of the accident before.
    private static String clusterOf(String walk, Accidents.Kind accident) {
        return walk + "-" + accident.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Fleet fleet(int net, int hosts) {
        var fleet = new Fleet(net, hosts);
        fleet.trust(cli);
        return fleet;
    }

    private Boundary.Command apply(Path file) {
        return new Boundary.Command(cli, List.of("apply", "-f", file.toString(), "--watch"), "");
    }

    /// @param last how its run went until now
    private Boundary.Command retry(String run, Cli.Result last) {
        return new Boundary.Command(cli, List.of("retry", run, "--watch"), last.out());
    }

    private void walk(Fleet fleet, Path file, Boundary... boundaries) {
        Boundary.Command command = apply(file);
        String run = "";
        Map<String, JsonNode> before = Map.of();
        for (Boundary boundary : boundaries) {
            Cli.Result result = boundary.meet(fleet, command);
            assertThat(result.code()).as("%s%n%s", boundary, result.all()).isIn(1, 3);
            run = runOf(result);
            command = retry(run, result);
            Map<String, JsonNode> after = tasks(run);
            String host = fleet.host(boundary.host()).address();
            assertThat(after)
                    .as("%s%n%s", boundary, result.all())
                    .hasEntrySatisfying(
                            boundary.phase() + " " + host,
                            task ->
                                    assertThat(task.path("state").asText())
                                            .isNotEqualTo("SUCCEEDED"));
            nothingTwice(before, after, result);
            before = after;
        }
        Cli.Result last = command.run();
        assertThat(last.code()).as(last.all()).isZero();
        nothingTwice(before, tasks(run), last);
    }

    /// Has an accident happen at the beginning of each phase, and retries the run until it is
    /// through all of them.
    private void walk(Fleet fleet, Path file, Accidents.Kind kind) {
        var accidents = new Accidents(fleet, kind);
        Boundary.Command command = apply(file);
        Map<String, JsonNode> before = Map.of();
        Cli.Result result;
        do {
            result = accidents.happen(command);
            String run = runOf(result);
            Map<String, JsonNode> after = tasks(run);
            nothingTwice(before, after, result);
            assertThat(result.code()).as(result.all()).isIn(0, 1, 3);
            int met = accidents.met().size();
            assertThat(count(result.out(), "retried by")).as(result.all()).isLessThan(2 * met + 2);
            command = retry(run, result);
            before = after;
        } while (result.code() != 0);
        assertThat(accidents.met())
                .as(result.all())
                .containsAll(
                        before.keySet().stream()
                                .map(task -> task.substring(0, task.indexOf(' ')))
                                .filter(phase -> !phase.equals("inspect"))
                                .toList());
    }

    private static int count(String text, String word) {
        return text.split(Pattern.quote(word), -1).length - 1;
    }

    /// What had succeeded is as it was: the same attempt, begun at the same moment. Join tokens are
    /// made good again.
    private static void nothingTwice(
            Map<String, JsonNode> before, Map<String, JsonNode> after, Cli.Result said) {
        before.forEach((task, was) -> {
            if (was.path("state").asText().equals("SUCCEEDED") && !task.startsWith("token ")) {
                assertThat(after.get(task)).as("%s%n%s", task, said.all()).isEqualTo(was);
            }
        });
    }

    /// `PHASE ADDRESS` and what is known of each task. The view may lag behind the run's end.
    private Map<String, JsonNode> tasks(String run) {
        JsonNode described =
                Awaitility.await("the end of " + run)
                        .until(
                                () -> json(cli.run("describe", "run", run, "-o", "json")),
                                PhaseBoundaryScenarioTest::isWhole);
        var tasks = new TreeMap<String, JsonNode>();
        for (JsonNode phase : described.path("progress").path("phases")) {
            String name = phase.path("phase").path("name").asText();
            phase.path("hosts")
                    .properties()
                    .forEach(host ->
                            tasks.put(
                                    name + " " + host.getKey().replaceFirst(":\\d+$", ""),
                                    host.getValue()));
        }
        return tasks;
    }

    private static boolean isWhole(JsonNode described) {
        JsonNode outcome = described.path("progress").path("outcome");
        return outcome.isTextual() && outcome.equals(described.path("outcome"));
    }

    /// A trap lies in front of a tool, so a call on which one sprang and that failed is not among
    /// the tool's own.
    ///
    /// @param inits of the first host: `init`, and `init phase` where the API's names changed
    private static void joinedOnce(Fleet fleet, int inits, int... joined) {
        assertThat(calls(fleet.host(1), "kubeadm init")).isEqualTo(inits);
        for (int host : joined) {
            assertThat(calls(fleet.host(host), "kubeadm join")).as("host " + host).isEqualTo(1);
        }
    }
}
