package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretFieldsTest {
    private static final String TEXT =
            """
            # héllo 😀
            kind: Cluster
            spec:
              ssh:
                user: ops # who
                pk: ~/.ssh/id   # which
                pkPasswd: "p:1"
                sudoPassword: s3
                port: 22
              hosts:
                - ips: [a]
                  ssh: {passwd: 'it''s', port: 1}
                - ips: [b]
                  ssh: {user: root, passwd: x, pkPasswd: y}
                - ips: [c]
                  ssh: {port: 3}
            ---
            kind: Config
            spec: {ssh: {passwd: not-a-section}}
            """;

    @Test
    void findsEverySection() {
        assertThat(SecretFields.find(TEXT))
                .extracting(SecretFields.Section::path, SecretFields.Section::user)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("spec.ssh", "ops"),
                        org.assertj.core.api.Assertions.tuple("spec.hosts[0].ssh", "ops"),
                        org.assertj.core.api.Assertions.tuple("spec.hosts[1].ssh", "root"));
        SecretFields.Section first = SecretFields.find(TEXT).getFirst();
        assertThat(first.value("pkPasswd")).contains("p:1");
        assertThat(first.sudoPassword()).contains("s3");
        assertThat(SecretFields.find(TEXT).get(1).sudoPassword()).contains("it's");
        assertThat(SecretFields.find(TEXT).get(2).sudoPassword()).isEmpty();
    }

    @Test
    void hidesValuesInText() {
        assertThat(SecretFields.find(TEXT).toString())
                .contains("spec.ssh")
                .doesNotContain("p:1", "s3", "it's");
    }

    @Test
    void replacesSecretsAndKeepsEverythingElse() {
        String replaced =
                SecretFields.replace(TEXT, s -> s.path().equals("spec.ssh") ? "all" : "own");

        assertThat(replaced)
                .isEqualTo(
                        """
                        # héllo 😀
                        kind: Cluster
                        spec:
                          ssh:
                            user: ops # who
                            credential: all   # which
                            sudoCredential: all
                            port: 22
                          hosts:
                            - ips: [a]
                              ssh: {credential: own, sudoCredential: own, port: 1}
                            - ips: [b]
                              ssh: {user: root, credential: own}
                            - ips: [c]
                              ssh: {port: 3}
                        ---
                        kind: Config
                        spec: {ssh: {passwd: not-a-section}}
                        """);
        assertThat(SecretFields.find(replaced)).isEmpty();
    }

    @Test
    void takesACertificateForACredentialThatIsToBeMade() {
        String text =
                """
                apiVersion: slipway.dev/v1
                kind: Hosts
                metadata: {name: fleet}
                spec:
                  ssh:
                    user: ops
                    certificate: {}
                    sudoPassword: s3
                  hosts: [{ips: [10.0.0.1]}]
                """;

        assertThat(SecretFields.find(text).getFirst().value(SecretFields.CERTIFICATE)).isPresent();
        assertThat(SecretFields.replace(text, _ -> "sent"))
                .isEqualTo(
                        text.replace("certificate: {}", "credential: sent")
                                .replace("sudoPassword: s3", "sudoCredential: sent"));
        assertThat(ClusterfileReader.read(text, SecretPolicy.PENDING))
                .isInstanceOf(ClusterfileResult.HostsOnly.class);
        assertThat(ClusterfileReader.read(text, SecretPolicy.REFUSED).toString())
                .contains("a credential is to be made here");
        assertThat(
                        ClusterfileReader.read(
                                        text.replace("certificate: {}", "certificate: {for: ops}"),
                                        SecretPolicy.PENDING)
                                .toString())
                .contains("unknown field \"for\"");
    }

    @Test
    void takesTheLoginsOfRegistriesAndMirrors() {
        String text =
                """
                kind: Cluster
                spec:
                  registries:
                    - host: a.example
                      username: me # who
                      password: "s3:cret"
                      mirrors: [{url: 'https://m', password: p4, username: you}]
                    - {host: b.example, credential: known}
                """;

        assertThat(SecretFields.find(text))
                .extracting(SecretFields.Section::path, SecretFields.Section::sudoPassword)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(
                                "spec.registries[0]", java.util.Optional.empty()),
                        org.assertj.core.api.Assertions.tuple(
                                "spec.registries[0].mirrors[0]", java.util.Optional.empty()));
        assertThat(SecretFields.find(text).getFirst().values())
                .containsEntry("username", "me")
                .containsEntry("password", "s3:cret");
        assertThat(SecretFields.find(text).toString()).doesNotContain("s3", "p4");
        assertThat(SecretFields.replace(text, s -> s.path().contains("mirrors") ? "m" : "r"))
                .isEqualTo(
                        """
                        kind: Cluster
                        spec:
                          registries:
                            - host: a.example
                              credential: r # who
                              mirrors: [{url: 'https://m', credential: m}]
                            - {host: b.example, credential: known}
                        """);
    }

    @Test
    void leavesTextThatIsNoYamlAlone() {
        assertThat(SecretFields.replace("a: [", _ -> "x")).isEqualTo("a: [");
    }
}
