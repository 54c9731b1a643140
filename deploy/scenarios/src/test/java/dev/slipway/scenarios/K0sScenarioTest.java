package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.findsNothingToDo;
import static dev.slipway.scenarios.Story.names;
import static dev.slipway.scenarios.Story.numbers;
import static dev.slipway.scenarios.Story.succeeded;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import dev.slipway.simulator.K0sProgram;
import dev.slipway.simulator.RunningHost;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Clusters of k0s for life: installed, grown and shrunk, brought to the next release, saved, lost
/// and restored, reset.
@ExtendWith(Platform.Lifetime.class)
class K0sScenarioTest {
    private static final String RELEASE = "v1.36.2+k0s.0";
    private static final String NEXT = "v1.37.0+k0s.0";

    /// So that workers know all controllers, and each of them may go.
    static final String BALANCED =
            """
            ---
            apiVersion: k0s.k0sproject.io/v1beta1
            kind: ClusterConfig
            spec:
              network: {nodeLocalLoadBalancing: {enabled: true}}
            """;

    private final Cli cli = Platform.get().cli();

    @Test
    void aClusterIsInstalledAndReset() throws IOException {
        try (var fleet = fleet(87, 2)) {
            apply(fleet.k0s("small", RELEASE, List.of(1), List.of(2), ""));
            isWhole(fleet, RELEASE, List.of(1), List.of(2));

            succeeded(cli.run("reset", "small", "--yes", "--watch"));
            fleet.hosts().forEach(K0sScenarioTest::isClean);
        }
    }

    @Tag("soak")
    @Test
    void aClusterGrowsIsUpgradedSavedLostRestoredAndReset() throws IOException {
        try (var fleet = fleet(80, 5)) {
            List<Integer> controllers = List.of(1, 2, 3);
            apply(fleet.k0s("life", RELEASE, controllers, List.of(4), ""));
            Path file = fleet.k0s("life", RELEASE, controllers, List.of(4, 5), "");
            apply(file);
            isWhole(fleet, RELEASE, controllers, List.of(4, 5));

            upgradedWithin(fleet, "life", file, controllers, 1);
            isWhole(fleet, NEXT, controllers, List.of(4, 5));
            assertThat(file).content().contains(NEXT).doesNotContain(RELEASE);

            note(fleet.host(1), "kept");
            String backup = saved(fleet, "life");
            note(fleet.host(1), "lost");
            stop(fleet, "life");
            Cli.Result restored = cli.run("restore", "life", "--from", backup, "--yes", "--watch");
            succeeded(restored);
            isWhole(fleet, NEXT, controllers, List.of(4, 5));
            assertThat(notes(fleet.host(1))).contains("kept").doesNotContain("lost");

            succeeded(cli.run("reset", "life", "--yes", "--watch"));
            fleet.hosts().forEach(K0sScenarioTest::isClean);
        }
    }

    @Tag("soak")
    @Test
    void threeAndFiveAreInstalledScaledUpAndDownAndReset() throws IOException {
        try (var fleet = fleet(81, 11)) {
            List<Integer> three = List.of(1, 2, 3);
            Path file = fleet.k0s("wide", RELEASE, three, numbers(6, 10), BALANCED);
            apply(file);
            isWhole(fleet, RELEASE, three, numbers(6, 10));
            findsNothingToDo(cli, file);

            apply(fleet.k0s("wide", RELEASE, numbers(1, 5), numbers(6, 11), BALANCED));
            isWhole(fleet, RELEASE, numbers(1, 5), numbers(6, 11));

            // The first one goes too, so that another one leads.
            List<Integer> rest = List.of(2, 4, 5);
            apply(fleet.k0s("wide", RELEASE, rest, numbers(6, 9), BALANCED));
            isWhole(fleet, RELEASE, rest, numbers(6, 9));
            for (int gone : new int[] {1, 3, 10, 11}) {
                isClean(fleet.host(gone));
            }

            succeeded(cli.run("reset", "wide", "--yes", "--watch"));
            fleet.hosts().forEach(K0sScenarioTest::isClean);
        }
    }

    @Tag("soak")
    @Test
    void workersAreUpgradedWithinTheirBudget() throws IOException {
        try (var fleet = fleet(82, 7)) {
            String budget =
                    "  limits: {phases: {upgrade-workers: {window: 6, maxUnavailable: 2}}}\n";
            Path file = fleet.k0s("roll", RELEASE, List.of(1), numbers(2, 7), budget);
            apply(file);

            upgradedWithin(fleet, "roll", file, List.of(1), 2);

            isWhole(fleet, NEXT, List.of(1), numbers(2, 7));
            Cli.Result back =
                    cli.run(
                            "upgrade",
                            "roll",
                            "--to",
                            RELEASE,
                            "--k0s",
                            fleet.k0sProgram(RELEASE).toString(),
                            "--yes");
            assertThat(back.code()).as(back.all()).isNotZero();
            isWhole(fleet, NEXT, List.of(1), numbers(2, 7));
        }
    }

    @Tag("soak")
    @Test
    void theLeaderIsReplacedAfterItsDeath() throws IOException {
        try (var fleet = fleet(83, 6)) {
            apply(fleet.k0s("ha", RELEASE, List.of(1, 2, 3), List.of(4, 5), BALANCED));

            fleet.host(1).powerOff();
            apply(
                    fleet.k0s(
                            "ha",
                            RELEASE,
                            List.of(2, 3, 6),
                            List.of(4, 5),
                            "    - {ips: [\"%s\"], roles: [control-plane], absent: true}\n%s"
                                    .formatted(fleet.host(1).address(), BALANCED)));

            isWhole(fleet, RELEASE, List.of(2, 3, 6), List.of(4, 5));
            succeeded(cli.run("reset", "ha", "--yes", "--watch"));
            for (int i = 2; i <= 6; i++) {
                isClean(fleet.host(i));
            }
        }
    }

    @Tag("soak")
    @Test
    void aConfigurationIsReadEditedAndAppliedControllerByController() throws IOException {
        try (var fleet = fleet(84, 4)) {
            apply(fleet.k0s("told", RELEASE, List.of(1, 2, 3), List.of(4), BALANCED));
            String before = succeeded(cli.run("config", "get", "told")).out();
            assertThat(before).contains("kind: ClusterConfig").doesNotContain("telemetry");
            assertThat(succeeded(cli.run("config", "get", "told", "--defaults")).out())
                    .contains("provider: kuberouter", "k0sApiPort: 9443");
            Path document = Files.createTempFile("config", ".yaml");

            Files.writeString(document, before + "  telemtry: {enabled: false}\n");
            Cli.Result refused =
                    cli.run("config", "edit", "told", "-f", document.toString(), "--yes");
            assertThat(refused.code()).as(refused.all()).isEqualTo(2);
            assertThat(refused.err()).contains("telemetry");

            Files.writeString(document, before + "  telemetry: {enabled: true}\n");
            Cli.Result edited =
                    cli.run("config", "edit", "told", "-f", document.toString(), "--yes");
            assertThat(succeeded(edited).out()).contains("configure");
            for (int i = 1; i <= 3; i++) {
                assertThat(fleet.host(i).run("cat /etc/k0s/k0s.yaml"))
                        .containsPattern("telemetry:\\s+enabled: true");
            }
            isWhole(fleet, RELEASE, List.of(1, 2, 3), List.of(4));
            assertThat(succeeded(cli.run("config", "status", "told")).out())
                    .contains("k0s " + RELEASE, "telemetry", "1 of 1 ready");
            assertThat(
                            succeeded(
                                            cli.run(
                                                    "config",
                                                    "edit",
                                                    "told",
                                                    "-f",
                                                    document.toString(),
                                                    "--yes"))
                                    .out())
                    .contains("Nothing was changed");
        }
    }

    /// What joins is who holds a token that the cluster's Secret, its CA and the clock agree with.
    @Tag("soak")
    @Test
    void expiredAndForgedTokensOpenNothing() throws IOException {
        try (var fleet = fleet(85, 3)) {
            apply(fleet.k0s("shut", RELEASE, List.of(1), List.of(2), ""));
            RunningHost controller = fleet.host(1);
            RunningHost stranger = fleet.host(3);
            Files.writeString(stranger.root().resolve("root/k0s"), new K0sProgram(RELEASE).text());
            assertThat(controller.run("k0s token list")).contains("No k0s join tokens found");

            String good = controller.run("k0s token create --role worker --expiry 10m").strip();
            String brief = controller.run("k0s token create --role worker --expiry 1s").strip();
            String other = controller.run("k0s token create --role controller").strip();
            String kubeconfig = decoded(good);
            Matcher token =
                    Pattern.compile("token: ([a-z0-9]{6})\\.([a-z0-9]{16})").matcher(kubeconfig);
            assertThat(token.find()).as(kubeconfig).isTrue();
            String forged = encoded(kubeconfig.replace(token.group(2), "0123456789abcdef"));
            Awaitility.await("the end of a token")
                    .until(() -> controller.run("k0s token list").lines().count() == 3);

            assertThat(joining(stranger, forged)).contains("Unauthorized");
            assertThat(joining(stranger, brief)).contains("Unauthorized");
            assertThat(joining(stranger, other)).contains("wrong token type");
            assertThat(joining(stranger, good.substring(0, good.length() / 2)))
                    .contains("failed to decode");
            nodesAre(controller, RELEASE, "node-2");

            joining(stranger, good);
            Awaitility.await("the stranger as a node")
                    .until(() -> controller.run("k0s kubectl get nodes").contains("node-3"));
        }
    }

    private Fleet fleet(int net, int hosts) {
        var fleet = new Fleet(net, hosts);
        fleet.trust(cli);
        return fleet;
    }

    private Cli.Result apply(Path file) {
        return succeeded(cli.run("apply", "-f", file.toString(), "--watch"));
    }

    /// Upgrades by the command of that name and looks at the nodes meanwhile.
    private void upgradedWithin(
            Fleet fleet, String cluster, Path file, List<Integer> controllers, int budget) {
        try (var watch = Unavailable.watch(controllers.stream().map(fleet::host).toList())) {
            Cli.Result upgraded =
                    cli.run(
                            "upgrade",
                            cluster,
                            "--to",
                            NEXT,
                            "-f",
                            file.toString(),
                            "--k0s",
                            fleet.k0sProgram(NEXT).toString(),
                            "--write",
                            "--yes");
            assertThat(succeeded(upgraded).out())
                    .contains("upgrade-control-planes", "upgrade-workers", "wrote " + file);
            assertThat(watch.most())
                    .as("nodes away at once, of%n%s", watch.worst())
                    .isBetween(1, budget);
        }
    }

    /// @return the path of the backup, which root alone may read
    private String saved(Fleet fleet, String cluster) {
        JsonNode kept =
                lastJson(succeeded(cli.run("backup", cluster, "--watch", "-o", "json")).out());
        RunningHost host =
                fleet.hosts().stream()
                        .filter(h -> kept.path("host").asText().startsWith(h.address() + ":"))
                        .findFirst()
                        .orElseThrow();
        String path = kept.path("path").asText();
        assertThat(host.run("stat -c '%%a %%U %%s' %s".formatted(path)))
                .isEqualTo("600 root %d\n".formatted(kept.path("size").asLong()));
        assertThat(host.run("sha256sum <" + path)).startsWith(kept.path("sha256").asText());
        return path;
    }

    /// What a command prints after the story of its run.
    private static JsonNode lastJson(String out) {
        try {
            return Wire.mapper().readTree(out.substring(out.lastIndexOf("\n{")));
        } catch (IOException e) {
            throw new AssertionError(out, e);
        }
    }

    private void stop(Fleet fleet, String cluster) {
        Cli.Result stopped =
                cli.run("exec", "--cluster", cluster, "--role", "control-plane", "--", "k0s stop");
        succeeded(stopped);
        assertThat(fleet.host(1).run("k0s status 2>&1 || :")).contains("can't do http request");
    }

    private static void note(RunningHost controller, String name) {
        controller.run(
                "printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: %s, namespace: kube-system}\\n' | k0s kubectl apply -f -"
                        .formatted(name));
    }

    private static String notes(RunningHost controller) {
        return controller.run(
                "for name in kept lost; do k0s kubectl -n kube-system get configmap $name -o name || :; done 2>/dev/null");
    }

    /// Controllers are etcd's members and no nodes, workers are nodes of the release, no secret of
    /// a join is left.
    private static void isWhole(
            Fleet fleet, String release, List<Integer> controllers, List<Integer> workers) {
        membersAre(fleet.host(controllers.getFirst()), names(controllers));
        nodesAre(fleet.host(controllers.getLast()), release, names(workers));
        for (int number : controllers) {
            assertThat(fleet.host(number).run("k0s version")).isEqualTo(release + "\n");
            assertThat(fleet.host(number).run("stat -c %a /etc/k0s/k0s.yaml")).isEqualTo("600\n");
        }
        assertThat(fleet.host(controllers.getFirst()).run("k0s token list"))
                .contains("No k0s join tokens found");
        for (int number : Stream.of(controllers, workers).flatMap(List::stream).toList()) {
            RunningHost host = fleet.host(number);
            if (Files.exists(host.root().resolve("etc/k0s"))) {
                assertThat(host.run("ls /etc/k0s")).as(host.name()).doesNotContain("token");
            }
        }
    }

    private static void membersAre(RunningHost host, String... names) {
        String told = host.run("k0s etcd member-list");
        try {
            assertThat(Wire.mapper().readTree(told).path("members").fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder(names);
        } catch (IOException e) {
            throw new AssertionError(told, e);
        }
    }

    /// All of them Ready and of the release, and no others.
    private static void nodesAre(RunningHost controller, String release, String... names) {
        String version = release.substring(0, release.indexOf('+')) + "+k0s";
        assertThat(controller.run("k0s kubectl get nodes --no-headers").lines())
                .map(line -> line.split(" +"))
                .map(words -> "%s %s %s".formatted(words[0], words[1], words[words.length - 1]))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(names)
                                .map(name -> "%s Ready %s".formatted(name, version))
                                .toList());
    }

    private static void isClean(RunningHost host) {
        assertThat(
                        host.run(
                                """
                                ls -d /etc/k0s /var/lib/k0s /run/k0s /usr/local/bin/k0s /etc/systemd/system/k0s* /root/.kube/config /var/lib/slipway/owner 2>/dev/null || :
                                grep -rl 'PRIVATE KEY' /run /etc /var/lib 2>/dev/null | grep -v ssh || :
                                """))
                .as(host.name())
                .isEmpty();
    }

    /// What a worker says that comes with the token, for as long as it takes to be let in.
    private static String joining(RunningHost host, String token) {
        String said =
                host.run(
                        "rm -rf /var/lib/k0s; printf %%s %s >/root/token; timeout %d sh /root/k0s worker --token-file /root/token 2>&1 || :"
                                .formatted(token, Duration.ofSeconds(5).toSeconds()));
        return said;
    }

    private static String decoded(String token) throws IOException {
        try (var kubeconfig =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(token)))) {
            return new String(kubeconfig.readAllBytes(), UTF_8);
        }
    }

    private static String encoded(String kubeconfig) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(kubeconfig.getBytes(UTF_8));
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
