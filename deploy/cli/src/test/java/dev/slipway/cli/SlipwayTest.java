package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The commands that need no service, as a script sees them.
class SlipwayTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;

    @TempDir Path directory;

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    @Test
    void explainsACodeInAnySpelling() {
        assertThat(run("explain", "disk-full")).isZero();
        assertThat(printed(out)).contains("DISK_FULL").contains("What to do:");
    }

    @Test
    void answersAnUnknownCodeWithUsageAndTheWayOut() {
        assertThat(run("explain", "NOPE")).isEqualTo(ExitCode.USAGE);
        assertThat(printed(err)).contains("\"NOPE\"").contains("slipway explain");
    }

    @Test
    void writesAClusterfileThatItAcceptsItself() throws IOException {
        assertThat(run("init", "root@10.0.0.1", "ops@10.0.0.2:2222", "--name", "mine")).isZero();
        Path file = directory.resolve("mine.yaml");
        Files.writeString(file, printed(out));
        out.reset();

        assertThat(run("validate", "-f", file.toString())).as(printed(out)).isZero();
        assertThat(printed(out)).contains("cluster mine").contains("2 hosts");
    }

    @Test
    void writesAClusterfileOfK0sThatItAcceptsItself() throws IOException {
        assertThat(run("init", "root@10.0.0.1", "root@10.0.0.2", "--runtime", "k0s")).isZero();
        Path file = directory.resolve("k0s.yaml");
        Files.writeString(file, printed(out));
        assertThat(printed(out)).contains("type: k0s", "version: v1.36.2+k0s.0", "ClusterConfig");
        out.reset();

        assertThat(run("validate", "-f", file.toString())).as(printed(out)).isZero();
        assertThat(run("init", "root@10.0.0.1", "--runtime", "k3s")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void listsEveryProblemOfAClusterfileAtOnce() throws IOException {
        Path file = directory.resolve("bad.yaml");
        Files.writeString(
                file,
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata: {name: bad}
                spec:
                  sssh: {user: root}
                  hosts:
                    - {ips: [10.0.0.1], roles: [mastr]}
                """);

        assertThat(run("validate", "-f", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(printed(out)).contains("\"ssh\"").contains("\"master\"").contains("line 5");
    }

    @Test
    void checksAListOfHosts() throws IOException {
        Path file = directory.resolve("hosts.yaml");
        Files.writeString(
                file,
                """
                apiVersion: slipway.dev/v1
                kind: Hosts
                metadata: {name: fleet}
                spec:
                  ssh: {passwd: secret}
                  hosts: [{ips: [10.0.0.1-10.0.3.232]}]
                """);

        assertThat(run("validate", "-f", file.toString())).as(printed(out)).isZero();
        assertThat(printed(out)).contains("1000 hosts under the name fleet");
    }

    @Test
    void importsAnotherToolsFileAndSaysWhatBecameOfIt() throws IOException {
        Path file = directory.resolve("Clusterfile");
        Files.writeString(
                file,
                """
                apiVersion: sealer.cloud/v2
                kind: Cluster
                metadata: {name: mine}
                spec:
                  image: sealerio/kubernetes:v1.28.4
                  ssh: {user: root, passwd: hunter2}
                  hosts:
                    - {ips: [10.0.0.1], roles: [master]}
                    - {ips: [10.0.0.2], roles: [node]}
                """);

        assertThat(run("import", file.toString())).as(printed(err)).isZero();
        assertThat(printed(err))
                .contains("spec.ssh.passwd", "mapped", "spec.ssh.credential", "0 lost")
                .doesNotContain("hunter2");
        Path made = directory.resolve("made.yaml");
        Files.writeString(made, printed(out));
        out.reset();

        assertThat(run("validate", "-f", made.toString())).as(printed(out)).isZero();
        assertThat(printed(out)).contains("cluster mine", "Kubernetes v1.28.4", "2 hosts");
    }

    @Test
    void saysWithTheExitCodeThatAnImportLostSomething() throws IOException {
        Path file = directory.resolve("k0sctl.yaml");
        Files.writeString(
                file,
                """
                apiVersion: k0sctl.k0sproject.io/v1beta1
                kind: Cluster
                spec:
                  hosts:
                    - {role: worker, winRM: {address: 10.0.0.1, password: hunter2}}
                  k0s: {version: v1.34.2+k0s.0}
                """);

        assertThat(run("import", file.toString())).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(printed(out)).contains("type: k0s").doesNotContain("hunter2");
        assertThat(printed(err))
                .contains("spec.hosts[0].winRM.password", "lost", "there are no hosts")
                .doesNotContain("hunter2");
        out.reset();

        assertThat(run("import", file.toString(), "-o", "json")).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(printed(out))
                .contains("\"outcome\" : \"lost\"", "\"clusterfile\"")
                .doesNotContain("hunter2");
        assertThat(run("import", directory.resolve("none").toString())).isEqualTo(ExitCode.USAGE);
        Files.writeString(file, "kind: Pod\n");
        assertThat(run("import", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(printed(err)).contains("k0sctl.k0sproject.io/v1beta1", "sealer.cloud/v2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    exec -- uptime|--cluster
                    exec -f a --cluster b -- uptime|mutually exclusive
                    exec --cluster b|neither
                    exec --cluster b --script s -- uptime|both
                    exec --cluster b --timeout soon -- uptime|"soon"
                    exec --cluster b --max-parallel many -- uptime|max-parallel
                    exec -f none.yaml -- uptime|none.yaml
                    exec --cluster b --script none.sh|none.sh
                    exec -f - --script -|either the list of hosts or the script
                    """)
    void refusesAnExecThatIsNotMeantRight(String line, String said) {
        assertThat(run(line.split(" "))).as(printed(err)).isEqualTo(ExitCode.USAGE);
        assertThat(printed(err)).contains(said);
    }

    @Test
    void refusesAScriptThatIsTooLongOrEmpty() throws IOException {
        Path script = directory.resolve("long.sh");
        try (var file = new RandomAccessFile(script.toFile(), "rw")) {
            file.setLength(16 * 1024 * 1024 + 1);
        }
        assertThat(run("exec", "--cluster", "b", "--script", script.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(printed(err)).contains("long.sh has 16777217 bytes, expected 1 to 16777216");
        Files.writeString(script, "");
        assertThat(run("exec", "--cluster", "b", "--script", script.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(printed(err)).contains("has 0 bytes");
    }

    @Test
    void readsNobodysKeysUnasked() throws IOException {
        Path file = directory.resolve("mine.yaml");
        Files.writeString(
                file,
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata: {name: mine}
                spec:
                  runtime: {version: v1.36.2}
                  ssh: {user: root, passwd: secret}
                  hosts:
                    - {ips: [10.0.0.1], roles: [control-plane]}
                """);

        assertThat(run("adopt", "-f", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(printed(err))
                .contains(
                        "ca.key",
                        "sa.key",
                        "/etc/kubernetes/pki",
                        "10.0.0.1:22",
                        "repeat with --yes-take-authority");
        assertThat(run("adopt")).isEqualTo(ExitCode.USAGE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    backup|either by its name or by its Clusterfile
                    backup a -f b.yaml|either by its name or by its Clusterfile
                    restore a|--from
                    restore -f none.yaml --from /b.tar.gz|none.yaml
                    restore a --from /b.tar.gz|repeat with --yes
                    upgrade a|--to
                    upgrade a --to soon|"soon" is no release of k0s
                    upgrade a --to v1.37.0+k0s.0 --write|--write
                    upgrade a --to v1.37.0+k0s.0 --k0s https://x/k0s|--sha256
                    upgrade a --to v1.37.0+k0s.0 --k0s k0s --sha256 ab|--sha256
                    config get|CLUSTER
                    """)
    void refusesWhatIsNotMeantRightForK0s(String line, String said) {
        assertThat(run(line.split(" "))).as(printed(err)).isEqualTo(ExitCode.USAGE);
        assertThat(printed(err)).contains(said);
    }

    @Test
    void asksForACommandAndNamesTheConfigurationThatIsMissing() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(run("get", "runs", "--config", directory.resolve("none.yaml").toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed(err)).contains("none.yaml").contains("slipway up");
    }

    private static int run(String... arguments) {
        return Slipway.commandLine().execute(arguments);
    }

    private static String printed(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
