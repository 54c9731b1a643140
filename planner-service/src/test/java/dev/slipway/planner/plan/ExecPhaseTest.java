package dev.slipway.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterfileReader;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.HostsFile;
import dev.slipway.planner.clusterfile.SecretPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecPhaseTest {
    private static final ExecWork UPTIME = work(ExecScript.ofCommand(List.of("uptime")));

    private static ExecWork work(String script) {
        return new ExecWork(
                script,
                Optional.empty(),
                new TreeMap<>(),
                false,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void runsOneCommandOnAThousandHosts() throws IOException {
        GoldenPlan.matches(
                "exec-1000", ExecPhase.plan(hosts("10.0.0.1-10.0.3.232", ""), 1, UPTIME));
    }

    @Test
    void runsAScriptWithVariablesWithinLimits() throws IOException {
        var work =
                new ExecWork(
                        ExecScript.ofFile("#!/usr/bin/env python3\nprint('hello')"),
                        Optional.empty(),
                        new TreeMap<>(Map.of("A", "1", "B", "it's")),
                        true,
                        OptionalInt.of(2),
                        OptionalInt.of(7),
                        Optional.of(Duration.ofSeconds(30)),
                        Optional.of(Duration.ofMinutes(1)));

        GoldenPlan.matches(
                "exec-script",
                ExecPhase.plan(hosts("10.0.0.1-10.0.0.3", "env: [A=0, C=3]"), 4, work));
    }

    @Test
    void takesTheFilesLimitsWhereTheRequestSaysNothing() {
        HostsFile file =
                hosts(
                        "10.0.0.1-10.0.0.9",
                        "limits: {startBy: 10s, phases: {exec: {window: 4, maxFailures: 1, timeout: 20s}}}");

        PlannedPhase phase = ExecPhase.plan(file, 1, UPTIME).phases().getFirst();

        assertThat(phase.summary().window()).isEqualTo(4);
        assertThat(phase.summary().failureLimit()).isEqualTo(1);
        assertThat(phase.taskTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(phase.startBy()).isEqualTo(Duration.ofSeconds(20));
        // Nine hosts, four at once: three windows of 20 s and a minute.
        assertThat(phase.deadline()).contains(Duration.ofMinutes(4));
    }

    @Test
    void lendsALongScriptToEachHostAndGivesItTimeToGetThere() {
        var digest = ContentDigest.ofBytes("script".getBytes(StandardCharsets.UTF_8));
        var content = new Part.Content(digest, 16L * 1024 * 1024);
        var work =
                new ExecWork(
                        ExecScript.OF_LENT_FILE,
                        Optional.of(content),
                        UPTIME.environment(),
                        false,
                        OptionalInt.of(10),
                        OptionalInt.empty(),
                        Optional.of(Duration.ofMinutes(3)),
                        Optional.empty());

        PlannedPhase phase =
                ExecPhase.plan(hosts("10.0.0.1-10.0.0.20", ""), 1, work).phases().getFirst();

        assertThat(phase.tasks())
                .allSatisfy(
                        task -> assertThat(Step.contents(task.steps())).containsExactly(content));
        // Ten at once, 16 MiB each, at 8 MiB/s.
        assertThat(phase.startBy()).isEqualTo(Duration.ofMinutes(3).plusSeconds(20));
        assertThat(phase.deadline())
                .contains(Duration.ofMinutes(4).plusSeconds(20).multipliedBy(2));
    }

    @Test
    void changesHostsUnlessItSaysThatItDoesNot() {
        var readOnly =
                new ExecWork(
                        UPTIME.script(),
                        UPTIME.file(),
                        UPTIME.environment(),
                        true,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty());
        HostsFile file = hosts("10.0.0.1", "");

        assertThat(ExecPhase.plan(file, 1, UPTIME).summaries().getFirst().mutating()).isTrue();
        assertThat(ExecPhase.plan(file, 1, readOnly).summaries().getFirst().mutating()).isFalse();
    }

    @Test
    void isNeverRepeatedByItselfAndFindsItsToolsHoweverRootWasReached() {
        Step step =
                ExecPhase.plan(hosts("10.0.0.1", ""), 1, UPTIME)
                        .phases()
                        .getFirst()
                        .tasks()
                        .getFirst()
                        .steps()
                        .getFirst();
        assertThat(step.rerunnable()).isFalse();
        assertThat(((Step.Command) step).environment()).containsEntry("PATH", HostEnvironment.PATH);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "49, 1", "50, 1", "51, 2", "100, 2"})
    void givesEachWindowItsTime(int count, int windows) {
        HostsFile file = hosts("10.0.0.1-10.0.0." + count, "");
        assertThat(ExecPhase.plan(file, 1, UPTIME).phases().getFirst().deadline())
                .contains(Duration.ofMinutes(6).multipliedBy(windows));
    }

    private static HostsFile hosts(String ips, String more) {
        String text =
                """
                apiVersion: slipway.dev/v1
                kind: Hosts
                metadata: {name: fleet}
                spec:
                  ssh: {credential: key}
                  hosts: [{ips: ["%s"]}]
                  %s
                """
                        .formatted(ips, more);
        return switch (ClusterfileReader.read(text, SecretPolicy.REFUSED)) {
            case ClusterfileResult.HostsOnly(HostsFile file) -> file;
            case ClusterfileResult.Accepted _, ClusterfileResult.Rejected _ ->
                    throw new AssertionError(text);
        };
    }
}
