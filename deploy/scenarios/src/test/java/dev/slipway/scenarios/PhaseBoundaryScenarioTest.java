package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.json;
import static dev.slipway.scenarios.Story.runOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Walks through the phases of an install and of growing a cluster, and breaks something where each
/// of them begins. The run stops or goes on as its limits say; a retry takes it on to the next
/// failure and at last to its end; nothing that had succeeded is done again.
///
/// Three boundaries in every run of the tests; `-Pboundaries` does all of them.
@Tag("boundaries")
@ExtendWith(Platform.Lifetime.class)
class PhaseBoundaryScenarioTest {
    private static final boolean ALL = Boolean.getBoolean("slipway.boundaries.all");

    /// A host that is away is waited for no longer than the order may wait for its start, and a
    /// node that is no more Ready no longer than the phase may take.
    private static final String SETTINGS =
            """
              endpoint: {mode: local-proxy}
              limits:
                startBy: 10s
                phases: {verify: {timeout: 40s}}
            """;

    /// The last that a node does which has joined.
    private static final String JOINED = "'-f /run/slipway/cluster/kubeadm-join.yaml'*";

    private static final String GET_NODES = "*' get nodes --no-headers'";

    private final Cli cli = Platform.get().cli();

    @Test
    void aFewFailuresOfInstallAndGrowth() {
        assumeTrue(!ALL, "all of them are done by the others");
        try (var fleet = fleet(71, 3)) {
            walk(
                    fleet,
                    fleet.several("few", List.of(1), List.of(2), SETTINGS),
                    new Boundary.CommandFails("init", 1, "kubeadm", "'config validate '*"),
                    new Boundary.HostDies("join-workers", 2, 1, "kubeadm", "'init '*"));
            walk(
                    fleet,
                    fleet.several("few", List.of(1), List.of(2, 3), SETTINGS),
                    new Boundary.ApiAway("token", 1, "kubeadm", "'token list '*"));
            joinedOnce(fleet, 1, 2, 3);
        }
    }

    @Test
    void commandsThatFail() {
        assumeTrue(ALL, "-Pboundaries");
        try (var fleet = fleet(72, 4)) {
            walk(
                    fleet,
                    fleet.several("commands", List.of(1), List.of(2), SETTINGS),
                    new Boundary.CommandFails("prepare", 1, "modprobe", "overlay"),
                    new Boundary.CommandFails("authority", 1, "ls", "'-ln '*"),
                    new Boundary.CommandFails("init", 1, "kubeadm", "'init '*"),
                    new Boundary.CommandFails("addons", 1, "kubectl", "*' apply '*"),
                    new Boundary.CommandFails("verify", 1, "kubectl", "*' label '*"),
                    new Boundary.CommandFails("record", 1, "kubeadm", "'token list '*"));
            walk(
                    fleet,
                    fleet.several("commands", List.of(1, 3), List.of(2, 4), SETTINGS),
                    new Boundary.CommandFails("prepare", 3, "modprobe", "overlay"),
                    new Boundary.CommandFails("token", 1, "kubeadm", "'token create '*"),
                    new Boundary.CommandFails("configure", 1, "kubeadm", "'init phase '*"),
                    new Boundary.CommandFails("join-control-planes", 3, "kubeadm", "'join '*"),
                    new Boundary.CommandFails("join-workers", 4, "kubeadm", "'join '*"),
                    new Boundary.CommandFails("endpoint", 1, "crictl", "*' pull '*"),
                    new Boundary.CommandFails("record", 1, "kubeadm", "'token list '*"));
            joinedOnce(fleet, 2, 2, 3, 4);
        }
    }

    @Test
    void aWorkerOnWhichACommandFailsIsLeftOutUntilTheRetry() {
        assumeTrue(ALL, "-Pboundaries");
        try (var fleet = fleet(73, 3)) {
            walk(
                    fleet,
                    fleet.several("left-out", List.of(1), List.of(2, 3), SETTINGS),
                    new Boundary.CommandFails("prepare", 2, "modprobe", "overlay"),
                    new Boundary.CommandFails("join-workers", 2, "kubeadm", "'join '*"));
            joinedOnce(fleet, 1, 2, 3);
        }
    }

    @Test
    void hostsThatDie() {
        assumeTrue(ALL, "-Pboundaries");
        try (var fleet = fleet(74, 4)) {
            walk(
                    fleet,
                    fleet.several("dying", List.of(1), List.of(2), SETTINGS),
                    new Boundary.HostDies("authority", 1, 2, "systemctl", "'enable kubelet'*"),
                    new Boundary.HostDies("join-workers", 2, 1, "kubeadm", "'init '*"),
                    new Boundary.HostDies("addons", 1, 2, "rm", JOINED));
            walk(
                    fleet,
                    fleet.several("dying", List.of(1, 3), List.of(2, 4), SETTINGS),
                    new Boundary.HostDies("token", 1, 3, "systemctl", "'enable kubelet'*"),
                    new Boundary.HostDies("join-control-planes", 3, 1, "kubeadm", "'init phase '*"),
                    new Boundary.HostDies("join-workers", 4, 3, "rm", JOINED));
            joinedOnce(fleet, 2, 2, 3, 4);
        }
    }

    @Test
    void anApiThatIsAway() {
        assumeTrue(ALL, "-Pboundaries");
        try (var fleet = fleet(75, 4)) {
            walk(
                    fleet,
                    fleet.several("silent", List.of(1), List.of(2), SETTINGS),
                    new Boundary.ApiAway("addons", 1, "kubectl", "*' apply '*"),
                    new Boundary.ApiAway("record", 1, "kubeadm", "'token list '*"));
            walk(
                    fleet,
                    fleet.several("silent", List.of(1, 3), List.of(2, 4), SETTINGS),
                    new Boundary.ApiAway("token", 1, "kubeadm", "'token list '*"),
                    new Boundary.ApiAway("configure", 1, "kubeadm", "'init phase '*"),
                    new Boundary.ApiAway("record", 1, "kubeadm", "'token list '*"));
            joinedOnce(fleet, 3, 2, 3, 4);
        }
    }

    /// Phases that wait for the API need no retry.
    @Test
    void anApiThatIsAwayWhileItIsWaitedFor() {
        assumeTrue(ALL, "-Pboundaries");
        try (var fleet = fleet(76, 3)) {
            Path file = fleet.several("patient", List.of(1), List.of(2), SETTINGS);
            for (Boundary boundary :
                    List.of(
                            new Boundary.ApiAway("join-workers", 2, "kubeadm", "'join '*"),
                            new Boundary.ApiAway("verify", 1, "kubectl", GET_NODES))) {
                Cli.Result result = boundary.meet(fleet, () -> apply(file));
                assertThat(result.code()).as(boundary + "\n" + result.all()).isZero();
                Cli.Result reset = cli.run("reset", "patient", "--yes", "--watch");
                assertThat(reset.code()).as(reset.all()).isZero();
            }
        }
    }

    private Fleet fleet(int net, int hosts) {
        var fleet = new Fleet(net, hosts);
        fleet.trust(cli);
        return fleet;
    }

    private Cli.Result apply(Path file) {
        return cli.run("apply", "-f", file.toString(), "--watch");
    }

    private void walk(Fleet fleet, Path file, Boundary... boundaries) {
        Supplier<Cli.Result> command = () -> apply(file);
        String run = "";
        Map<String, JsonNode> before = Map.of();
        for (Boundary boundary : boundaries) {
            Cli.Result result = boundary.meet(fleet, command);
            assertThat(result.code()).as("%s%n%s", boundary, result.all()).isIn(1, 3);
            run = runOf(result);
            String id = run;
            command = () -> cli.run("retry", id, "--watch");
            Map<String, JsonNode> after = tasks(run);
            String host = fleet.host(boundary.host()).address();
            assertThat(after)
                    .as("%s%n%s", boundary, result.all())
                    .hasEntrySatisfying(
                            boundary.phase() + " " + host,
                            task ->
                                    assertThat(task.path("state").asText())
                                            .isNotEqualTo("SUCCEEDED"));
            nothingTwice(before, after);
            before = after;
        }
        Cli.Result last = command.get();
        assertThat(last.code()).as(last.all()).isZero();
        nothingTwice(before, tasks(run));
    }

    /// What had succeeded is as it was: the same attempt, begun at the same moment.
    private static void nothingTwice(Map<String, JsonNode> before, Map<String, JsonNode> after) {
        before.forEach((task, was) -> {
            if (was.path("state").asText().equals("SUCCEEDED")) {
                assertThat(after.get(task)).as(task).isEqualTo(was);
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
