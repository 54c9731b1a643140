package dev.slipway.cert.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class K0sJoinTokenTest {
    private static final String AUTHORITY =
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    private static final BootstrapToken TOKEN = new BootstrapToken("abc123", "0123456789abcdef");

    @ParameterizedTest
    @CsvSource({
        "WORKER, https://10.0.0.11:6443, kubelet-bootstrap",
        "CONTROLLER, https://[fd00::11]:9443, controller-bootstrap"
    })
    void decodesToTheKubeconfigThatK0sReads(K0sJoinToken.Role role, URI server, String user)
            throws IOException {
        String encoded = new K0sJoinToken(role, server, AUTHORITY, TOKEN).encoded();

        assertThat(encoded).matches("[A-Za-z0-9+/]+={0,2}");
        assertThat(yaml(gunzip(Base64.getDecoder().decode(encoded))))
                .isEqualTo(
                        Map.of(
                                "apiVersion",
                                "v1",
                                "kind",
                                "Config",
                                "clusters",
                                List.of(
                                        Map.of(
                                                "name",
                                                "k0s",
                                                "cluster",
                                                Map.of(
                                                        "server",
                                                        server.toString(),
                                                        "certificate-authority-data",
                                                        base64(AUTHORITY)))),
                                "users",
                                List.of(
                                        Map.of(
                                                "name",
                                                user,
                                                "user",
                                                Map.of("token", "abc123.0123456789abcdef"))),
                                "contexts",
                                List.of(
                                        Map.of(
                                                "name",
                                                "k0s",
                                                "context",
                                                Map.of("cluster", "k0s", "user", user))),
                                "current-context",
                                "k0s"));
    }

    @Test
    void letsTheClusterKnowAWorkersToken() {
        Map<?, ?> secret =
                yaml(
                        token(K0sJoinToken.Role.WORKER)
                                .secretManifest(
                                        Optional.of(Instant.parse("2026-11-27T10:00:00.5Z"))));

        assertThat(secret.get("metadata"))
                .isEqualTo(Map.of("name", "bootstrap-token-abc123", "namespace", "kube-system"));
        assertThat(secret.get("type")).isEqualTo("bootstrap.kubernetes.io/token");
        assertThat(data(secret))
                .isEqualTo(
                        Map.of(
                                "token-id", "abc123",
                                "token-secret", "0123456789abcdef",
                                "expiration", "2026-11-27T10:00:00Z",
                                "description", "Worker bootstrap token of Slipway",
                                "usage-bootstrap-authentication", "true"));
    }

    @Test
    void letsTheClusterKnowAControllersTokenThatDoesNotExpire() {
        assertThat(data(yaml(token(K0sJoinToken.Role.CONTROLLER).secretManifest(Optional.empty()))))
                .isEqualTo(
                        Map.of(
                                "token-id", "abc123",
                                "token-secret", "0123456789abcdef",
                                "description", "Controller bootstrap token of Slipway",
                                "usage-bootstrap-controller-join", "true",
                                "usage-controller-join", "true"));
    }

    @Test
    void hidesItsSecret() {
        assertThat(token(K0sJoinToken.Role.WORKER).toString())
                .contains("abc123")
                .doesNotContain("0123456789abcdef");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.0.11:6443", "https://10.0.0.11", "10.0.0.11"})
    void refusesWhatIsNoServer(String server) {
        assertThatThrownBy(() ->
                        new K0sJoinToken(
                                K0sJoinToken.Role.WORKER, URI.create(server), AUTHORITY, TOKEN))
                .hasMessageContaining(server)
                .hasMessageContaining("https://HOST:PORT");
    }

    private static K0sJoinToken token(K0sJoinToken.Role role) {
        return new K0sJoinToken(role, URI.create("https://10.0.0.11:6443"), AUTHORITY, TOKEN);
    }

    private static Map<String, String> data(Map<?, ?> secret) {
        var data = new TreeMap<String, String>();
        ((Map<?, ?>) Objects.requireNonNull(secret.get("data")))
                .forEach((key, value) ->
                        data.put(
                                String.valueOf(key),
                                new String(
                                        Base64.getDecoder().decode(String.valueOf(value)),
                                        StandardCharsets.UTF_8)));
        return data;
    }

    private static String gunzip(byte[] bytes) throws IOException {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Map<?, ?> yaml(String text) {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
