package dev.slipway.cert.k0s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.cert.token.BootstrapToken;
import dev.slipway.cert.token.TokenRole;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class K0sJoinTokenTest {
    private static final String AUTHORITY =
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    private static final BootstrapToken TOKEN = new BootstrapToken("abc123", "0123456789abcdef");
    private static final Instant END = Instant.parse("2026-11-27T10:00:00.5Z");

    @ParameterizedTest
    @CsvSource({
        "NODE, https://10.0.0.11:6443, kubelet-bootstrap",
        "CONTROLLER, https://[fd00::11]:9443, controller-bootstrap"
    })
    void decodesToTheKubeconfigThatK0sReads(TokenRole role, URI server, String user)
            throws IOException {
        String encoded = new K0sJoinToken(role, server, AUTHORITY, TOKEN).encoded();

        assertThat(encoded).matches("[A-Za-z0-9+/]+={0,2}");
        assertThat(K0sReading.kubeconfig(encoded))
                .isEqualTo(
                        K0sReading.expected(
                                user, server.toString(), AUTHORITY, "abc123.0123456789abcdef"));
    }

    @Test
    void letsTheClusterKnowAWorkersToken() {
        Map<?, ?> secret = K0sReading.yaml(token(TokenRole.NODE).secretManifest(END));

        assertThat(secret.get("metadata"))
                .isEqualTo(Map.of("name", "bootstrap-token-abc123", "namespace", "kube-system"));
        assertThat(secret.get("type")).isEqualTo("bootstrap.kubernetes.io/token");
        assertThat(K0sReading.data(secret))
                .isEqualTo(
                        Map.of(
                                "token-id", "abc123",
                                "token-secret", "0123456789abcdef",
                                "expiration", "2026-11-27T10:00:00Z",
                                "description", "Worker bootstrap token of Slipway",
                                "usage-bootstrap-authentication", "true"));
    }

    @Test
    void letsTheClusterKnowAControllersToken() {
        Map<?, ?> secret = K0sReading.yaml(token(TokenRole.CONTROLLER).secretManifest(END));

        assertThat(K0sReading.data(secret))
                .isEqualTo(
                        Map.of(
                                "token-id", "abc123",
                                "token-secret", "0123456789abcdef",
                                "expiration", "2026-11-27T10:00:00Z",
                                "description", "Controller bootstrap token of Slipway",
                                "usage-bootstrap-controller-join", "true",
                                "usage-controller-join", "true"));
    }

    @Test
    void hidesItsSecret() {
        assertThat(token(TokenRole.NODE).toString())
                .contains("abc123")
                .doesNotContain("0123456789abcdef");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.0.11:6443", "https://10.0.0.11", "10.0.0.11"})
    void refusesWhatIsNoServer(String server) {
        assertThatThrownBy(() ->
                        new K0sJoinToken(TokenRole.NODE, URI.create(server), AUTHORITY, TOKEN))
                .hasMessageContaining(server)
                .hasMessageContaining("https://HOST:PORT");
    }

    private static K0sJoinToken token(TokenRole role) {
        return new K0sJoinToken(role, URI.create("https://10.0.0.11:6443"), AUTHORITY, TOKEN);
    }
}
