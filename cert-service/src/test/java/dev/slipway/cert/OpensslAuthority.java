package dev.slipway.cert;

import dev.slipway.cert.authority.CertificateAuthority;
import dev.slipway.cert.authority.KeyAlgorithm;
import dev.slipway.cert.authority.OpenAuthority;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A cluster's authority that openssl made, `ca.crt` and `ca.key` of a folder, and openssl to look
/// at what it signed.
public record OpensslAuthority(Path folder) {
    /// Makes it, of thirty days.
    public static OpensslAuthority in(Path folder) throws IOException {
        var made = new OpensslAuthority(folder);
        made.openssl(
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                "ca.key");
        made.openssl(
                "req",
                "-x509",
                "-new",
                "-key",
                "ca.key",
                "-subj",
                "/CN=kubernetes",
                "-days",
                "30",
                "-out",
                "ca.crt",
                "-addext",
                "keyUsage=critical,digitalSignature,keyCertSign");
        return made;
    }

    public CertificateAuthority read() throws IOException {
        return CertificateAuthority.read(
                Files.readAllBytes(folder.resolve("ca.crt")),
                Files.readAllBytes(folder.resolve("ca.key")));
    }

    /// What the certificate service knows of it, without its files.
    ///
    /// @param leaf how long leaves live
    public static OpenAuthority opened(Duration leaf, Instant end) {
        return new OpenAuthority(
                new TenantId("acme"),
                new ClusterName("demo"),
                1,
                "sha256:" + "0".repeat(64),
                new ContentDigest("0".repeat(64)),
                "",
                KeyAlgorithm.ECDSA_P256,
                leaf,
                end,
                "kubeadm:cluster-admins",
                Optional.empty(),
                Optional.empty());
    }

    /// Runs openssl in the folder.
    ///
    /// @return all that it printed, also where it failed
    public String openssl(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
