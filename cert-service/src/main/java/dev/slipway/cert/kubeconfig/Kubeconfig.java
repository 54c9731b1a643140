package dev.slipway.cert.kubeconfig;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.ClusterName;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A kubeconfig file (kubernetes.io/docs/reference/config-api/kubeconfig.v1). Secret: `toString`
/// shows cluster and user only.
///
/// @param authority the cluster CA in PEM
/// @param certificate the client's, in PEM
/// @param key the client's, in PEM
public record Kubeconfig(
        ClusterName cluster,
        String user,
        URI endpoint,
        String authority,
        String certificate,
        String key) {

    /// Texts are written as JSON strings, which YAML 1.2 takes as they are.
    public String yaml() {
        String context = user + "@" + cluster;
        return """
        apiVersion: v1
        kind: Config
        clusters:
          - name: %1$s
            cluster:
              server: %2$s
              certificate-authority-data: %3$s
        users:
          - name: %4$s
            user:
              client-certificate-data: %5$s
              client-key-data: %6$s
        contexts:
          - name: %7$s
            context:
              cluster: %1$s
              user: %4$s
        current-context: %7$s
        """
                .formatted(
                        quoted(cluster.value()),
                        quoted(endpoint.toString()),
                        base64(authority),
                        quoted(context),
                        base64(certificate),
                        base64(key),
                        quoted(context));
    }

    @Override
    public String toString() {
        return "Kubeconfig[%s@%s, key hidden]".formatted(user, cluster);
    }

    private static String quoted(String text) {
        try {
            return Wire.mapper().writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every text can be written as JSON", e);
        }
    }

    private static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    }
}
