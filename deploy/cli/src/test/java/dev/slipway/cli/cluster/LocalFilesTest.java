package dev.slipway.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.ContentDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFilesTest {
    @TempDir private Path folder = Path.of("target");

    private static final String TEXT =
            """
            kind: Cluster
            spec:
              artifacts:
                cni: {file: sub/cni.tgz}
              files:
                - path: /etc/a
                  file: gone
                - path: /etc/b
                  file: sub
            """;

    @Test
    void namesEveryFileThatCannotBeSent() throws IOException {
        Files.createDirectories(folder.resolve("sub"));
        Files.writeString(folder.resolve("sub/cni.tgz"), "tarball");

        assertThat(new LocalFiles(folder.resolve("cluster.yaml"), TEXT).problems())
                .containsExactly(
                        "spec.files[0].file: there is no file \"%s\": paths are relative to the Clusterfile"
                                .formatted(folder.resolve("gone")),
                        "spec.files[1].file: \"%s\" is no regular file: name a file"
                                .formatted(folder.resolve("sub")));
    }

    @Test
    void putsDigestsThereWithoutSendingAnything() throws IOException {
        Files.createDirectories(folder.resolve("sub"));
        byte[] bytes = new byte[300_000];
        Files.write(folder.resolve("sub/cni.tgz"), bytes);
        String text = TEXT.substring(0, TEXT.indexOf("  files:"));

        assertThat(new LocalFiles(folder.resolve("cluster.yaml"), text).replaced(text))
                .isEqualTo(
                        text.replace(
                                "file: sub/cni.tgz",
                                "content: %s, size: 300000"
                                        .formatted(ContentDigest.ofBytes(bytes))));
    }

    @Test
    void namesWhatIsNoCertificateAndPutsOneThere() throws IOException {
        String text =
                """
                kind: Cluster
                spec:
                  registries:
                    - {host: a.example, caFile: gone.pem}
                    - {host: b.example, caFile: ca.pem}
                """;
        Files.writeString(folder.resolve("ca.pem"), "no certificate\n");

        assertThat(new LocalFiles(folder.resolve("cluster.yaml"), text).problems())
                .containsExactly(
                        "spec.registries[0].caFile: there is no file \"%s\": paths are relative to the Clusterfile"
                                .formatted(folder.resolve("gone.pem")),
                        "spec.registries[1].caFile: \"%s\" holds no certificate: expected PEM (-----BEGIN CERTIFICATE-----)"
                                .formatted(folder.resolve("ca.pem")));
        String second = text.replace("    - {host: a.example, caFile: gone.pem}\n", "");
        assertThat(new LocalFiles(folder.resolve("cluster.yaml"), second).replaced(second))
                .isEqualTo(second.replace("caFile: ca.pem", "ca: \"no certificate\\n\""));
    }

    @Test
    void saysHowMuchThereIs() {
        assertThat(UploadProgress.amount(17)).isEqualTo("17 bytes");
        assertThat(UploadProgress.amount(1536)).isEqualTo("1.5 KiB");
        assertThat(UploadProgress.amount(3_000_001)).isEqualTo("2.9 MiB");
    }
}
