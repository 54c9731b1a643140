package dev.slipway.planner.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.HostEnvironment;
import dev.slipway.planner.plan.PlanFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FactReaderTest {
    @Test
    void readsWhatTheStepsReportOnThisVeryMachine() throws IOException, InterruptedException {
        var facts = new HashMap<String, String>();
        Clusterfile clusterfile = PlanFixture.clusterfile(1);
        List<Step> more =
                CheckSteps.of(
                        clusterfile, clusterfile.controlPlane(), HostEnvironment.of(Map.of()));
        for (Step step : InspectSteps.steps(List.of(6443), more)) {
            // The registry is the world's.
            if (step instanceof Step.Command command && !command.name().equals("ask-registry")) {
                facts.put(command.factName().orElseThrow(), run(command.script()));
            }
        }

        HostFacts found = FactReader.read(facts, Instant.now());

        assertThat(facts.values()).allSatisfy(f -> assertThat(f.length()).isLessThan(4096));
        assertThat(found.system().kernel()).isEqualTo(System.getProperty("os.version"));
        assertThat(found.hardware().cpus()).isPositive();
        assertThat(found.hardware().memoryMib()).isGreaterThan(100);
        assertThat(found.hardware().freeDiskMib()).isPositive();
        assertThat(found.system().cgroups()).isBetween(0, 2);
        assertThat(found.system().modules()).containsOnlyKeys("overlay", "br_netfilter");
        assertThat(found.probes().diskSync())
                .hasValueSatisfying(mean -> assertThat(mean).isPositive());
        assertThat(Path.of("/var/lib")).isDirectoryNotContaining("glob:**/.slipway-check*");
        assertThat(found.clockSkew().abs()).isLessThan(java.time.Duration.ofSeconds(30));
        assertThat(Wire.read(Wire.bytes(found), HostFacts.class)).isEqualTo(found);
    }

    @Test
    void readsFactsThatAnEarlierReleaseStored() throws IOException {
        HostFacts now =
                FactReader.read(
                        Map.of("system", "os=debian\nos-like=x\nselinux=off\nfirewall=ufw\n"),
                        Instant.EPOCH);
        var stored = (ObjectNode) Wire.mapper().readTree(Wire.bytes(now));
        ((ObjectNode) stored.path("system"))
                .remove(List.of("osLike", "openrc", "selinux", "containerPolicy", "firewall"));

        HostFacts read = Wire.read(Wire.bytes(stored), HostFacts.class);

        assertThat(read.system().osLike()).isEmpty();
        assertThat(read.system().firewall()).isEmpty();
        assertThat(read.system().openrc()).isFalse();
    }

    @Test
    void readsFactsThatWereStoredBeforeK0sWasAskedFor() throws IOException {
        HostFacts now =
                FactReader.read(
                        Map.of("node", "k0s=k0sworker yes v1.36.2+k0s.0", "hardware", "cpus=2"),
                        Instant.EPOCH);
        var stored = (ObjectNode) Wire.mapper().readTree(Wire.bytes(now));
        stored.remove("k0s");
        ((ObjectNode) stored.path("hardware")).remove("freeDiskPercent");

        HostFacts read = Wire.read(Wire.bytes(stored), HostFacts.class);

        assertThat(now.k0s().release()).isEqualTo("v1.36.2+k0s.0");
        assertThat(read.k0s()).isEqualTo(HostFacts.K0sFacts.NONE);
        assertThat(read.hardware().freeDiskPercent()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    k0s=k0scontroller yes v1.36.2+k0s.0 | k0scontroller | true | v1.36.2+k0s.0
                    k0s=k0sworker yes 1.36.2-k0s.0 | k0sworker | true | v1.36.2+k0s.0
                    k0s=k0sworker yes | k0sworker | true | ''
                    k0s=k0sworker no v1.36.2+k0s.0 | k0sworker | false | ''
                    k0s=k0scontroller no;k0s=k0sworker yes v1.36.2+k0s.0 | k0sworker | true | v1.36.2+k0s.0
                    k0s=k0scontroller yes a;k0s=k0sworker yes b | k0scontroller | true | a
                    k0s=k0sother yes v1.36.2+k0s.0 | '' | false | ''
                    k0s= | '' | false | ''
                    """)
    void readsWhatIsThereOfK0s(String lines, String service, boolean active, String release) {
        HostFacts facts = FactReader.read(Map.of("node", lines.replace(';', '\n')), Instant.EPOCH);

        assertThat(facts.k0s()).isEqualTo(new HostFacts.K0sFacts(service, active, release));
    }

    @Property(tries = 200)
    void takesWhateverAHostSaysWithinBounds(@ForAll String hostile) {
        Map<String, String> facts =
                Map.of(
                        "system", "os=" + hostile + "\nhostname=" + hostile,
                        "hardware", "cpus=" + hostile,
                        "network", "port=" + hostile + "\naddress=" + hostile,
                        "tools", "path." + hostile + "=" + hostile,
                        "node", hostile + "\nk0s=k0sworker yes " + hostile,
                        "owner", hostile,
                        "probe",
                                "disk-sync-us="
                                        + hostile
                                        + "\npeer="
                                        + hostile
                                        + "\nname."
                                        + hostile,
                        "registry", "image=" + hostile,
                        "cluster", "node=" + hostile + "\npods=1\npod=" + hostile);

        HostFacts found = FactReader.read(facts, Instant.EPOCH);

        assertThat(found.probes().pods()).isPresent();
        assertThat(found.k0s().release()).hasSizeLessThanOrEqualTo(256).matches("[\\x21-\\x7e]*");
        assertThat(found.system().os()).hasSizeLessThanOrEqualTo(256).matches("[\\x20-\\x7e]*");
    }

    private static String run(String script) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-eu", "-c", script).start();
        shell.getOutputStream().close();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(shell.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(errors + script).isZero();
        return output;
    }
}
