package dev.slipway.cert.k0s;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Reads what k0s joins with as k0s does, with none of the service's code.
final class K0sReading {
    private K0sReading() {}

    /// The kubeconfig that the word holds.
    static Map<?, ?> kubeconfig(String word) throws IOException {
        byte[] bytes = Base64.getDecoder().decode(word);
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return yaml(new String(gzip.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /// The one and only kubeconfig that k0s makes of these (k0s, `pkg/token/kubeconfig.go`).
    static Map<String, Object> expected(String user, String server, String ca, String token) {
        return Map.of(
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
                                        server,
                                        "certificate-authority-data",
                                        base64(ca)))),
                "users",
                List.of(Map.of("name", user, "user", Map.of("token", token))),
                "contexts",
                List.of(Map.of("name", "k0s", "context", Map.of("cluster", "k0s", "user", user))),
                "current-context",
                "k0s");
    }

    static Map<?, ?> yaml(String text) {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    /// What a Secret says, decoded.
    static Map<String, String> data(Map<?, ?> secret) {
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

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
