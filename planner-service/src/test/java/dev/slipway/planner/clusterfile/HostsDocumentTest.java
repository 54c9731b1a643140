package dev.slipway.planner.clusterfile;

import static dev.slipway.planner.clusterfile.ClusterfileReaderTest.accepted;
import static dev.slipway.planner.clusterfile.ClusterfileReaderTest.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.outcome.ReasonCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostsDocumentTest {
    private static final String GOOD =
            """
            apiVersion: slipway.dev/v1
            kind: Hosts
            metadata: {name: fleet}
            spec:
              ssh: {user: ops, credential: team-a, sudoCredential: team-a}
              env: [HTTP_PROXY=http://p:1]
              limits: {phases: {exec: {window: 7, maxFailures: 3, timeout: 30s}}}
              hosts:
                - ips: [10.0.0.1-10.0.3.232]
                - ips: [10.1.0.1]
                  names: [db-1]
                  roles: [db, primary]
                  env: [PGDATA=/data]
                  ssh: {port: 2222, credential: dba}
            """;

    @Test
    void readsAThousandHostsFromOneLineInTheOrderOfTheFile() {
        HostsFile file = read(GOOD);

        assertThat(file.name()).hasToString("fleet");
        assertThat(file.pool()).hasToString("default");
        assertThat(file.hosts()).hasSize(1001);
        assertThat(file.hosts().getFirst())
                .satisfies(h -> assertThat(h.address()).hasToString("10.0.0.1:22"))
                .satisfies(h -> assertThat(h.label()).isEqualTo("10.0.0.1"))
                .satisfies(h -> assertThat(h.roles()).isEmpty());
        assertThat(file.hosts().get(999).address()).hasToString("10.0.3.232:22");
    }

    @Test
    void mergesWhatHostsInherit() {
        ListedHost db = read(GOOD).hosts().getLast();

        assertThat(db.address()).hasToString("10.1.0.1:2222");
        assertThat(db.label()).isEqualTo("db-1");
        assertThat(db.roles()).containsExactly("db", "primary");
        assertThat(db.ssh())
                .isEqualTo(new SshAccess("ops", "dba", Optional.empty(), List.of(), List.of()));
        assertThat(db.env())
                .containsEntry("HTTP_PROXY", "http://p:1")
                .containsEntry("PGDATA", "/data");
    }

    @Test
    void readsTheLimitsOfExec() {
        assertThat(read(GOOD).limits().of("exec"))
                .isEqualTo(
                        new Limits.PhaseLimits(
                                OptionalInt.of(7),
                                OptionalInt.of(3),
                                Optional.of(Duration.ofSeconds(30)),
                                Optional.empty()));
    }

    @Test
    void aClusterfileHasTheSameHosts() {
        HostsFile file =
                accepted(
                                """
                                apiVersion: slipway.dev/v1
                                kind: Cluster
                                metadata: {name: demo}
                                spec:
                                  runtime: {version: v1.36.2}
                                  ssh: {credential: team-a}
                                  env: [A=b]
                                  hosts:
                                    - {ips: [10.0.0.2], roles: [worker], names: [w]}
                                    - {ips: [10.0.0.1], roles: [master]}
                                """)
                        .hostsFile();

        assertThat(file.name()).hasToString("demo");
        assertThat(file.hosts())
                .extracting(h -> h.label() + " " + h.roles() + " " + h.env())
                .containsExactly("10.0.0.1 [control-plane] {A=b}", "w [worker] {A=b}");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    kind: Hosts|kind: Hots|unknown kind "Hots": did you mean "Hosts"?
                    slipway.dev/v1|sealer.io/v1|unknown apiVersion "sealer.io/v1" of kind Hosts
                    roles: [db, primary]|rolls: [db]|line 12, column 7: spec.hosts[1].rolls: unknown field "rolls": did you mean "roles"?
                    roles: [db, primary]|roles: [DB]|"DB" is not as expected
                    roles: [db, primary]|labels: {a: b}|unknown field "labels"
                    metadata: {name: fleet}|metadata: {}|name is missing
                    credential: team-a, |#|no way in
                    exec:|exce:|did you mean "exec"?
                    """)
    void saysWhatIsWrongAndWhere(String found, String instead, String message) {
        assertThat(rejected(GOOD.replace(found, instead.equals("#") ? "" : instead)).toString())
                .contains(message);
    }

    @Test
    void refusesAHostThatStandsThereTwice() {
        assertThat(rejected(GOOD.replace("10.1.0.1", "10.0.0.9").replace("port: 2222, ", "")))
                .extracting(Problem::message)
                .containsExactly("10.0.0.9:22 stands in spec.hosts[0].ips already");
    }

    @Test
    void standsAlone() {
        assertThat(
                        rejected(
                                GOOD
                                        + """
                                        ---
                                        apiVersion: kubeadm.k8s.io/v1beta4
                                        kind: ClusterConfiguration
                                        clusterName: a
                                        """))
                .singleElement()
                .satisfies(p -> assertThat(p.message()).contains("kind Hosts stands alone"))
                .satisfies(p -> assertThat(p.document()).isEqualTo(2));
        assertThat(rejected(GOOD + "---\n" + GOOD).toString())
                .contains("a second document of kind Hosts");
    }

    @Test
    void refusesSecretsAndFindsThemForTheCommandLine() {
        String text = GOOD.replace("credential: team-a, sudoCredential: team-a", "passwd: hunter2");

        assertThat(rejected(text))
                .singleElement()
                .satisfies(p -> assertThat(p.code()).isEqualTo(ReasonCode.INLINE_SECRET))
                .satisfies(p -> assertThat(p.toString()).doesNotContain("hunter2"));
        assertThat(ClusterfileReader.read(text, SecretPolicy.PENDING))
                .isInstanceOf(ClusterfileResult.HostsOnly.class);
        assertThat(SecretFields.find(text))
                .extracting(SecretFields.Section::path)
                .containsExactly("spec.ssh");
        assertThat(read(SecretFields.replace(text, _ -> "fleet-hosts")).hosts().getFirst().ssh())
                .isEqualTo(
                        new SshAccess(
                                "ops",
                                "fleet-hosts",
                                Optional.of("fleet-hosts"),
                                List.of(),
                                List.of()));
    }

    private static HostsFile read(String text) {
        return switch (ClusterfileReader.read(text, SecretPolicy.REFUSED)) {
            case ClusterfileResult.HostsOnly(HostsFile file) -> file;
            case ClusterfileResult.Accepted _ -> throw new AssertionError("a Clusterfile");
            case ClusterfileResult.Rejected(List<Problem> problems) ->
                    throw new AssertionError(problems.toString());
        };
    }
}
