package dev.slipway.cert.k0s;

import dev.slipway.cert.token.BootstrapToken;
import dev.slipway.cert.token.TokenRole;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// What k0s joins a cluster with (k0s, packages `pkg/token` and `cmd/token`): a kubeconfig with a
/// bootstrap token, compressed, as one word; and the Secret by which the cluster knows the token.
/// It can be made before the cluster is there: nothing in it comes from a running one. Secret:
/// `toString` shows the id, which is public.
///
/// @param server of a worker the API, of a controller the join API, as hosts reach it
/// @param authority the cluster CA in PEM
record K0sJoinToken(TokenRole role, URI server, String authority, BootstrapToken token) {
    K0sJoinToken {
        if (!"https".equals(server.getScheme()) || server.getPort() < 0) {
            throw new IllegalArgumentException(
                    "\"%s\" is no server to join: expected https://HOST:PORT".formatted(server));
        }
    }

    /// The word that `k0s install --token-file` takes: gzip, then standard base64 without line
    /// breaks.
    String encoded() {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new Smallest(bytes)) {
            gzip.write(kubeconfig().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes every byte", e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /// The Secret in `kube-system`, for the folder of manifests that k0s applies at its start, or
    /// for the API.
    ///
    /// @param validUntil counts in whole seconds
    String secretManifest(Instant validUntil) {
        var manifest =
                new StringBuilder(
                        """
                        apiVersion: v1
                        kind: Secret
                        metadata:
                          name: bootstrap-token-%1$s
                          namespace: kube-system
                        type: bootstrap.kubernetes.io/token
                        data:
                          token-id: %2$s
                          token-secret: %3$s
                        """
                                .formatted(token.id(), base64(token.id()), base64(token.secret())));
        field(manifest, "expiration", validUntil.truncatedTo(ChronoUnit.SECONDS).toString());
        switch (role) {
            case NODE -> {
                field(manifest, "description", "Worker bootstrap token of Slipway");
                field(manifest, "usage-bootstrap-authentication", "true");
            }
            case CONTROLLER -> {
                field(manifest, "description", "Controller bootstrap token of Slipway");
                field(manifest, "usage-bootstrap-controller-join", "true");
                // What releases of k0s look for that are older than the name above.
                field(manifest, "usage-controller-join", "true");
            }
        }
        return manifest.toString();
    }

    @Override
    public String toString() {
        return "K0sJoinToken[%s, %s, %s]".formatted(role, server, token);
    }

    private String kubeconfig() {
        return """
        apiVersion: v1
        kind: Config
        clusters:
          - name: k0s
            cluster:
              server: "%1$s"
              certificate-authority-data: %2$s
        users:
          - name: %3$s
            user:
              token: %4$s
        contexts:
          - name: k0s
            context:
              cluster: k0s
              user: %3$s
        current-context: k0s
        """
                .formatted(
                        server,
                        base64(authority),
                        user(),
                        new String(token.content(), StandardCharsets.US_ASCII));
    }

    /// By which alone k0s tells what the bearer is to become.
    private String user() {
        return switch (role) {
            case NODE -> "kubelet-bootstrap";
            case CONTROLLER -> "controller-bootstrap";
        };
    }

    private static void field(StringBuilder manifest, String name, String value) {
        manifest.append("  ").append(name).append(": ").append(base64(value)).append('\n');
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final class Smallest extends GZIPOutputStream {
        Smallest(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
