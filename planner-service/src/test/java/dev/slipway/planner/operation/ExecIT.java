package dev.slipway.planner.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.JumpHost;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = {
            @ResourceArg(name = "service", value = "planner"),
            @ResourceArg(name = "slipway.planner.grace", value = "PT0S"),
            @ResourceArg(name = "slipway.planner.watchdog-interval", value = "1s"),
            @ResourceArg(name = "slipway.planner.authority-retry", value = "PT0.2S"),
            @ResourceArg(name = "slipway.planner.tasks-in-flight-per-tenant", value = "4")
        })
class ExecIT extends WithFakes {
    private static final byte[] SCRIPT = "echo long\n".repeat(10_000).getBytes(UTF_8);
    private static final ContentDigest DIGEST = ContentDigest.ofBytes(SCRIPT);

    private String hosts(String ips) {
        return """
        apiVersion: slipway.dev/v1
        kind: Hosts
        metadata: {name: %s}
        spec:
          ssh: {credential: fleet}
          hosts:
            - {ips: ["%s"], env: [A=b]}
            - {ips: [10.9.0.1], names: [db-1], roles: [db]}
        """
                .formatted(ann.cluster, ips);
    }

    private Planner.Answer exec(String hosts, Map<String, Object> exec) {
        return exec(exec, Map.of("clusterfile", hosts));
    }

    private Planner.Answer exec(Map<String, Object> exec, Map<String, Object> more) {
        var request = new HashMap<>(more);
        request.put("operation", "exec");
        request.put("exec", exec);
        return ann.run(request);
    }

    private static Map<String, Object> uptime(String field, Object value) {
        return Map.of("command", List.of("uptime"), field, value);
    }

    private List<Order> orders() {
        return executor.orders(ann.tenant(), o -> o.phase().value().equals("exec"));
    }

    private void hold(String phase) {
        executor.script(
                ann.tenant(),
                o ->
                        o.phase().value().equals(phase)
                                ? Optional.empty()
                                : Optional.of(TaskOutcome.SUCCEEDED));
    }

    @Test
    void sendsTheWayToAHostWithItsOrderAndRefusesOneThroughTheSuite() {
        String key =
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
        String jump =
                "ssh: {credential: fleet, jump: [{host: \"gate@[2001:db8:0:0::7]:2222\", hostKeys: [\"%s\"], credential: door}]}"
                        .formatted(key);
        String hosts = hosts("10.7.9.1").replace("ssh: {credential: fleet}", jump);

        ann.settled(ann.opened(exec(hosts, Map.of("command", List.of("uptime")))));

        assertThat(orders())
                .hasSize(2)
                .allSatisfy(order ->
                        assertThat(order.host().jump())
                                .containsExactly(
                                        new JumpHost(
                                                HostAddress.of("[2001:db8::7]:2222"),
                                                "gate",
                                                Materials.credential("door"),
                                                List.of(key))));
        var refused =
                exec(
                        hosts.replace("2001:db8:0:0::7", "fe80::7"),
                        Map.of("command", List.of("uptime")));
        assertThat(refused.json().path("code")).hasToString("\"HOST_ADDRESS_DENIED\"");
        assertThat(refused.json().path("detail").asText()).contains("fe80::7");
    }

    @Test
    void knowsAnIpV6HostHoweverItIsWritten() {
        String key =
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
        var trusted =
                ann.send(
                        "/v1/hosts/%5B2001%3ADB8%3A0%3A0%3A%3A9%5D%3A22/host-keys",
                        "PUT",
                        "application/json",
                        "{\"keys\":[\"%s\"]}".formatted(key).getBytes(UTF_8));
        assertThat(trusted.json().path("address").asText()).isEqualTo("[2001:db8::9]:22");

        ann.settled(
                ann.opened(
                        exec(
                                Map.of("command", List.of("uptime")),
                                Map.of(
                                        "clusterfile",
                                        hosts("2001:db8:0:0::9"),
                                        "hosts",
                                        List.of("2001:0DB8::9")))));

        assertThat(orders())
                .singleElement()
                .satisfies(order -> {
                    assertThat(order.host().address()).hasToString("[2001:db8::9]:22");
                    assertThat(order.host().hostKeys()).containsExactly(key);
                });
    }

    @Test
    void runsOnAnyHostsAndLeavesNoClusterBehind() {
        JsonNode settled =
                ann.settled(
                        ann.opened(
                                exec(
                                        hosts("10.7.0.1-10.7.0.10"),
                                        Map.of(
                                                "command",
                                                List.of("uptime"),
                                                "environment",
                                                Map.of("X", "1")))));

        assertThat(settled.path("outcome").asText()).as(settled.toString()).isEqualTo("SUCCEEDED");
        assertThat(settled.path("revision").asInt()).isZero();
        assertThat(settled.path("phases").findValuesAsText("name")).containsExactly("exec");
        assertThat(settled.path("phases").get(0).path("succeeded").asInt()).isEqualTo(11);
        assertThat(orders())
                .hasSize(11)
                .allSatisfy(o -> {
                    assertThat(o.mutating()).isTrue();
                    assertThat(o.kind()).isEqualTo(AttemptKind.FRESH);
                    assertThat(o.generation()).isEqualTo(1);
                    var step = (Step.Command) o.steps().getFirst();
                    assertThat(step.script()).isEqualTo("set +eu\nuptime\n");
                    assertThat(step.environment()).containsEntry("X", "1");
                    assertThat(o.times().timeout()).isEqualTo(Duration.ofMinutes(5));
                });
        assertThat(((Step.Command) orders().getFirst().steps().getFirst()).environment())
                .containsEntry("A", "b");
        assertThat(executor.orders(ann.tenant(), _ -> true)).hasSize(11);
        assertThat(cert.requests(ann.tenant())).isEmpty();
        assertThat(ann.get("/v1/clusters/" + ann.cluster).status()).isEqualTo(404);
        assertThat(ann.get("/v1/hosts").json().path("hosts")).isEmpty();
        assertThat(ann.get("/v1/runs?cluster=" + ann.cluster).json().path("runs")).hasSize(1);
    }

    @Test
    void runsOnTheHostsThatWereChosenAndNoOthers() {
        ann.settled(ann.opened(exec(hosts("10.7.0.1-10.7.0.3"), uptime("role", "db"))));
        assertThat(orders()).extracting(o -> o.host().name()).containsExactly("db-1");

        ann.settled(
                ann.opened(
                        exec(
                                Map.of("command", List.of("uptime")),
                                Map.of(
                                        "clusterfile",
                                        hosts("10.7.0.1-10.7.0.3"),
                                        "hosts",
                                        List.of("db-1", "10.7.0.2", "10.7.0.3:22")))));
        assertThat(orders().subList(1, orders().size()))
                .extracting(o -> o.host().address().address())
                .containsExactlyInAnyOrder("10.7.0.2", "10.7.0.3", "10.9.0.1");
    }

    @Test
    void runsBesideWhatChangesTheClusterAndBesideItsLike() {
        hold("prepare");
        String apply = ann.opened(ann.apply(ann.clusterfile(1, "")));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        !executor.orders(ann.tenant(), o -> o.phase().value().equals("prepare"))
                                .isEmpty());
        JsonNode before = ann.get("/v1/clusters/" + ann.cluster).json();
        var cluster = Map.<String, Object>of("cluster", ann.cluster);

        String first = ann.opened(exec(uptime("role", "worker"), cluster));
        String second = ann.opened(exec(uptime("readOnly", true), cluster));

        assertThat(ann.settled(first).path("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(ann.settled(second).path("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(ann.settled(second).path("revision").asInt()).isEqualTo(1);
        assertThat(orders())
                .filteredOn(o -> o.run().toString().equals(second))
                .hasSize(2)
                .noneMatch(Order::mutating);
        assertThat(ann.get("/v1/runs/" + apply).json().path("state").asText()).isEqualTo("RUNNING");
        assertThat(ann.get("/v1/clusters/" + ann.cluster).json()).isEqualTo(before);
        assertThat(ann.apply(ann.clusterfile(1, "")).json().path("run").asText()).isEqualTo(apply);
    }

    @Test
    void changesNothingOfAnInstalledClustersRecord() {
        executor.script(ann.tenant(), FakeExecutor.SUCCEED);
        ann.settled(ann.opened(ann.apply(ann.clusterfile(0, ""))));
        JsonNode before = ann.get("/v1/clusters/" + ann.cluster).json();
        assertThat(before.path("state").asText()).isEqualTo("INSTALLED");
        executor.script(
                ann.tenant(),
                o ->
                        Optional.of(
                                o.phase().value().equals("exec")
                                        ? TaskOutcome.FAILED
                                        : TaskOutcome.SUCCEEDED));

        JsonNode failed =
                ann.settled(
                        ann.opened(exec(uptime("maxFailures", 1), Map.of("cluster", ann.cluster))));

        assertThat(failed.path("reason").asText()).isEqualTo("FAILURE_LIMIT_REACHED");
        assertThat(ann.get("/v1/clusters/" + ann.cluster).json()).isEqualTo(before);
    }

    @Test
    void isOverAtItsDeadlineWhateverItsHostsDo() {
        executor.script(
                ann.tenant(),
                o ->
                        o.host().name().equals("db-1")
                                ? Optional.of(TaskOutcome.SUCCEEDED)
                                : Optional.empty());

        String run =
                ann.opened(
                        exec(
                                hosts("10.7.0.1-10.7.0.3"),
                                Map.of(
                                        "command",
                                        List.of("sleep infinity"),
                                        "maxParallel",
                                        2,
                                        "deadline",
                                        "PT2S")));
        JsonNode settled = ann.settled(run);

        assertThat(settled.path("outcome").asText()).as(settled.toString()).isEqualTo("FAILED");
        assertThat(settled.path("reason").asText()).isEqualTo("DEADLINE_REACHED");
        JsonNode phase = settled.path("phases").get(0);
        assertThat(phase.path("unknown").asInt()).isEqualTo(2);
        assertThat(phase.path("leftOut").asInt()).isEqualTo(2);
        assertThat(phase.path("endsBy").asText()).isNotEmpty();
        assertThat(orders()).hasSize(2).allMatch(o -> o.attempt() == 1);

        executor.script(ann.tenant(), FakeExecutor.SUCCEED);
        assertThat(ann.command(run, "retry").status()).isEqualTo(200);
        assertThat(ann.settled(run).path("outcome").asText()).isEqualTo("SUCCEEDED");
    }

    @Test
    void retryRunsWhatDidNotSucceedThoughOthersCameAfterIt() {
        executor.script(
                ann.tenant(),
                o ->
                        Optional.of(
                                o.host().name().equals("db-1")
                                        ? TaskOutcome.FAILED
                                        : TaskOutcome.SUCCEEDED));
        String run =
                ann.opened(exec(hosts("10.7.0.1-10.7.0.2"), Map.of("command", List.of("true"))));
        assertThat(ann.settled(run).path("outcome").asText()).isEqualTo("FAILED");
        executor.script(ann.tenant(), FakeExecutor.SUCCEED);
        ann.settled(
                ann.opened(exec(hosts("10.7.0.1-10.7.0.2"), Map.of("command", List.of("true")))));

        assertThat(ann.command(run, "retry").status()).isEqualTo(200);

        assertThat(ann.settled(run).path("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(orders())
                .filteredOn(o -> o.run().toString().equals(run) && o.attempt() == 2)
                .extracting(o -> o.host().name())
                .containsExactly("db-1");
    }

    @Test
    void aDryRunShowsThePlanAndSendsNothing() {
        String run =
                ann.opened(
                        exec(
                                Map.of("script", "#!/bin/bash\necho hi"),
                                Map.of("clusterfile", hosts("10.7.0.1"), "dryRun", true)));
        JsonNode planned = ann.settled(run);
        JsonNode plan = ann.get("/v1/runs/%s/plan".formatted(run)).json();

        assertThat(planned.path("outcome").asText()).isEqualTo("PLANNED");
        assertThat(plan.path("frozen").asBoolean()).isFalse();
        JsonNode phase = plan.path("phases").get(0);
        assertThat(phase.path("deadline").asText()).isEqualTo("PT6M");
        assertThat(phase.path("tasks")).hasSize(2);
        assertThat(phase.path("tasks").get(0).path("steps").get(0).path("script").asText())
                .contains("exec '/bin/bash' /proc/self/fd/3");
        assertThat(orders()).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    role|web|there are: db
                    maxParallel|0|expected 1 to 1000
                    maxFailures|9999|expected 1 to 5001
                    timeout|PT0.1S|expected PT1S to PT12H
                    deadline|PT200H|expected PT1S to PT168H
                    script|uptime|found several
                    """)
    void refusesWhatItCannotDoAndSaysWhy(String field, String value, String why) {
        var answer = exec(hosts("10.7.0.1"), uptime(field, value));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("detail").asText()).contains(field, why);
        assertThat(ann.get("/v1/runs").json().path("runs")).isEmpty();
    }

    @Test
    void refusesARequestThatNamesNothingToRunOrNoHosts() {
        assertThat(ann.run(Map.of("operation", "exec", "clusterfile", hosts("10.7.0.1"))).text())
                .contains("what to run");
        assertThat(exec(hosts("10.7.0.1"), Map.of()).text()).contains("found none of them");
        assertThat(exec(hosts("10.7.0.1"), Map.of("command", Arrays.asList("a", null))).status())
                .isEqualTo(400);
        assertThat(exec(Map.of("command", List.of("true")), Map.of()).text())
                .contains("needs a list of hosts");
        assertThat(
                        exec(Map.of("command", List.of("true")), Map.of("cluster", "nowhere"))
                                .json()
                                .path("code")
                                .asText())
                .isEqualTo("UNKNOWN_CLUSTER");
        assertThat(
                        exec(
                                        Map.of("command", List.of("true")),
                                        Map.of(
                                                "clusterfile",
                                                hosts("10.7.0.1"),
                                                "hosts",
                                                List.of("10.7.0.9")))
                                .text())
                .contains("10.7.0.9");
        assertThat(exec(hosts("127.0.0.1"), Map.of("command", List.of("true"))).json().path("code"))
                .hasToString("\"HOST_ADDRESS_DENIED\"");
        assertThat(exec(hosts("10.7.0.1"), Map.of("script", "x".repeat(65_537))).text())
                .contains("it may have 65536", "scriptFile");
        assertThat(
                        exec(hosts("10.7.0.1"), Map.of("scriptFile", stored(16 * 1024 * 1024 + 1)))
                                .text())
                .contains("exec.scriptFile.size", "expected 1 to 16777216");
        assertThat(exec(hosts("10.7.0.1"), Map.of("scriptFile", stored(7))).text())
                .contains("exec.scriptFile", "/v1/contents/" + DIGEST);
        assertThat(ann.apply(hosts("10.7.0.1")).text())
                .contains("needs a document of kind Cluster");
    }

    private static Map<String, Object> stored(long size) {
        return Map.of("content", DIGEST.value(), "size", size);
    }

    @Test
    void namesALongScriptInItsOrdersAndKeepsItForThem() {
        ann.send("/v1/contents/" + DIGEST, "PUT", "application/octet-stream", SCRIPT);

        ann.settled(
                ann.opened(exec(hosts("10.7.0.1"), Map.of("scriptFile", stored(SCRIPT.length)))));

        assertThat(orders())
                .hasSize(2)
                .allSatisfy(o -> {
                    var step = (Step.Command) o.steps().getFirst();
                    assertThat(step.file()).contains(new Part.Content(DIGEST, SCRIPT.length));
                    assertThat(step.script()).contains("SLIPWAY_FILE");
                });
        assertThat(exec(hosts("10.7.0.1"), Map.of("scriptFile", stored(7))).text())
                .contains("of 7 bytes", "that one has " + SCRIPT.length);
    }

    @Test
    void aViewerMayNotRunCommands() {
        var viewer = Planner.user(ann.tenant(), "viewer");
        assertThat(
                        viewer.run(
                                        Map.of(
                                                "operation",
                                                "exec",
                                                "clusterfile",
                                                hosts("10.7.0.1"),
                                                "exec",
                                                Map.of("command", List.of("true"))))
                                .status())
                .isEqualTo(403);
    }
}
