package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistriesSectionTest {
    /// Of nobody's.
    static final String CA =
            """
            -----BEGIN CERTIFICATE-----
            MIIBkjCCATegAwIBAgIUMaIw2u6IQ8Wh9z4TSs0KjHgNvxYwCgYIKoZIzj0EAwIw
            HTEbMBkGA1UEAwwSRXhhbXBsZSByZWdpc3RyaWVzMCAXDTI2MTEyNzA5MDQ0MVoY
            DzIxMjYxMTAzMDkwNDQxWjAdMRswGQYDVQQDDBJFeGFtcGxlIHJlZ2lzdHJpZXMw
            WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQYxzou/sIDA851323kQ3bQuA6OuYz8
            9PZg4r0lGXvXkKKTFjjQn+GIXBuVbjoVumVbYN5RRBvwzkhIFJu3ikyao1MwUTAd
            BgNVHQ4EFgQU6BbYhkLy6lLaabg/Kfqtv6K2c84wHwYDVR0jBBgwFoAU6BbYhkLy
            6lLaabg/Kfqtv6K2c84wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBG
            AiEAzQ9bzNDo6C+hv79JGbFcTARmkyPteTyxnkn8MERv/wYCIQCjwQG2kGKO0pRO
            kMfsQMt65CxQ8Lr+6WID0RtXg4OIXw==
            -----END CERTIFICATE-----
            """;

    @Test
    void readsMirrorsAuthoritiesAndCredentials() {
        List<Registry> registries =
                accepted(
                        """
                            - host: docker.io
                              mirrors:
                                - {url: "https://mirror.example.org/v2/hub/", credential: mirror, ca: "%s"}
                                - {url: "http://10.0.0.9:5000", skipVerify: true, pullOnly: true}
                            - {host: "registry.example.org:5000", credential: team}
                            - {host: "*", mirrors: [{url: "https://all.example.org/cache"}]}
                        """
                                .formatted(CA.replace("\n", "\\n")));

        RegistryServer mirror = registries.getFirst().mirrors().getFirst();
        assertThat(mirror.url()).isEqualTo("https://mirror.example.org/v2/hub");
        assertThat(mirror.ca()).contains(CA);
        assertThat(mirror.credential()).contains("mirror");
        assertThat(mirror.api()).isEqualTo("https://mirror.example.org/v2/hub");
        assertThat(registries.getFirst().itself().map(RegistryServer::url))
                .contains("https://registry-1.docker.io");
        assertThat(registries.getFirst().mirrors().get(1))
                .isEqualTo(
                        new RegistryServer(
                                "http://10.0.0.9:5000",
                                Optional.empty(),
                                true,
                                Optional.empty(),
                                true));
        assertThat(registries.get(1).itself().orElseThrow().authority())
                .isEqualTo("registry.example.org:5000");
        assertThat(registries.get(2).itself()).isEmpty();
        assertThat(registries.get(2).mirrors().getFirst().api())
                .isEqualTo("https://all.example.org/cache/v2");
    }

    @Test
    void findsTheEntryOfARegistryOrThatOfAllOthers() {
        Clusterfile clusterfile =
                clusterfile(
                        """
                            - {host: docker.io, credential: hub}
                            - {host: "*", mirrors: [{url: "https://all.example.org"}]}
                        """);

        assertThat(clusterfile.registry("docker.io").map(Registry::host)).contains("docker.io");
        assertThat(clusterfile.registry("quay.io").map(Registry::host)).contains("*");
    }

    @Test
    void countsAsNothingWhereThereIsNone() {
        assertThat(CanonicalJson.text(clusterfile(""))).doesNotContain("registries");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{mirrors: []}|host is missing",
                "{host: Registry.example.org, credential: a}|\"Registry.example.org\" is not as expected: a registry's host",
                "{host: registry, credential: a}|\"registry\" is not as expected: a registry's host",
                "{host: 'https://a.example', credential: a}|is not as expected: a registry's host",
                "{host: registry-1.docker.io, credential: a}|is no host that names of images have: say docker.io",
                "{host: a.example}|nothing is said of \"a.example\"",
                "{host: '*', credential: a}|\"*\" is no one server",
                "{host: '*', mirrors: [{url: 'https://u:p@b.example'}]}|is not as expected: an https: or http: URL",
                "{host: '*', mirrors: [{url: 'https://b.example/?x=\"'}]}|is not as expected: an https: or http: URL",
                "{host: '*', mirrors: [{url: 'http://b.example'}]}|say skipVerify: true if that is meant",
                "{host: a.example, skipVerify: true, credential: a}|credential would be told to whoever answers",
                "{host: a.example, ca: nonsense}|ca holds no certificate",
                "{host: a.example, caFile: ca.pem}|a file of your machine, which only the command line can read",
                "{host: a.example, ca: x, skipVerify: true}|ca says whom to believe",
                "{host: a.example, username: me, password: geheim-4711}|a login stands here",
                "{host: a.example, username: me}|a login stands here",
                "{host: a.example, mirors: []}|unknown field \"mirors\"",
                "{host: a.example, credential: Not/One}|the name of a credential"
            })
    void saysWhatIsWrongAndWhere(String entry, String message) {
        assertThat(problems("    - " + entry + "\n", SecretPolicy.REFUSED))
                .anySatisfy(p -> {
                    assertThat(p.toString()).contains(message).doesNotContain("geheim");
                    assertThat(p.line()).isEqualTo(9);
                });
    }

    @Test
    void suggestsTheFieldThatWasMeant() {
        assertThat(
                        problems(
                                "    - {host: a.example, mirors: [], credential: a}\n",
                                SecretPolicy.REFUSED))
                .singleElement()
                .satisfies(p -> assertThat(p.suggestion()).contains("mirrors"));
    }

    @Test
    void refusesAHostTwiceAndTwoLoginsForOneServer() {
        assertThat(
                        problems(
                                """
                                    - {host: a.example, credential: one}
                                    - {host: a.example, credential: one}
                                    - {host: "*", mirrors: [{url: "https://a.example", credential: two}]}
                                """,
                                SecretPolicy.REFUSED))
                .extracting(Problem::message)
                .containsExactly(
                        "\"a.example\" stands there twice",
                        "a.example has two credentials, \"one\" and \"two\": hosts can have one for each server");
    }

    @Test
    void takesALoginAndAFileFromTheCommandLine() {
        assertThat(
                        problems(
                                "    - {host: a.example, username: me, password: it, caFile: ca.pem}\n",
                                SecretPolicy.PENDING))
                .isEmpty();
        assertThat(problems("    - {host: a.example, username: me}\n", SecretPolicy.PENDING))
                .extracting(Problem::message)
                .containsExactly("password is missing");
        assertThat(
                        problems(
                                "    - {host: a.example, username: me, password: it, credential: a}\n",
                                SecretPolicy.PENDING))
                .extracting(Problem::message)
                .containsExactly("expected either credential or username and password, found both");
    }

    @Test
    void keepsPrivateKeysOut() {
        assertThat(
                        CertificateText.problem(
                                CA
                                        + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
                .contains("holds a private key: take it out");
        assertThat(CertificateText.problem(CA)).isEmpty();
        assertThat(CertificateText.problem(CA.replace("\nMII", "\nMIX"))).isPresent();
        assertThat(CertificateText.problem(CA.repeat(200))).isPresent();
    }

    private static List<Registry> accepted(String registries) {
        return clusterfile(registries).registries();
    }

    private static Clusterfile clusterfile(String registries) {
        return switch (ClusterfileReader.read(text(registries), SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted(var clusterfile) -> clusterfile;
            case ClusterfileResult other -> throw new AssertionError(other.toString());
        };
    }

    private static List<Problem> problems(String registries, SecretPolicy policy) {
        return switch (ClusterfileReader.read(text(registries), policy)) {
            case ClusterfileResult.Rejected(var problems) -> problems;
            case ClusterfileResult _ -> List.of();
        };
    }

    private static String text(String registries) {
        return """
        apiVersion: slipway.dev/v1
        kind: Cluster
        metadata: {name: demo}
        spec:
          runtime: {version: v1.36.2}
          ssh: {credential: team}
          hosts: [{ips: [10.0.0.1], roles: [control-plane]}]
        %s\
        """
                .formatted(registries.isEmpty() ? "" : "  registries:\n" + registries);
    }
}
