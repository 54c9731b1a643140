package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.contracts.id.ContentDigest;
import org.junit.jupiter.api.Test;

class FileFieldsTest {
    private static final String TEXT =
            """
            # héllo 😀
            kind: Cluster
            spec:
              artifacts:
                cni:
                  into: /opt/cni/bin
                  file: "./cni 1.tgz"   # which
                runc: {file: runc, into: /usr/sbin}
                crictl: {url: 'https://x/y', sha256: z}
              files:
                - path: /etc/a
                  text: "file: no"
                - file: a.yaml
                  path: /etc/b
            """;

    @Test
    void findsEveryFileOfTheMachine() {
        assertThat(FileFields.find(TEXT))
                .extracting(FileFields.LocalFile::field, FileFields.LocalFile::path)
                .containsExactly(
                        tuple("spec.artifacts.cni.file", "./cni 1.tgz"),
                        tuple("spec.artifacts.runc.file", "runc"),
                        tuple("spec.files[1].file", "a.yaml"));
        assertThat(FileFields.find("spec: [")).isEmpty();
        assertThat(FileFields.find("spec: {artifacts: [a], files: {file: b}}")).isEmpty();
    }

    @Test
    void putsDigestAndSizeThereAndChangesNothingElse() {
        String digest = "ab".repeat(32);

        String replaced =
                FileFields.replace(
                        TEXT,
                        file ->
                                new FileSource.Stored(
                                        new ContentDigest(digest), file.path().length()));

        assertThat(replaced)
                .isEqualTo(
                        TEXT.replace(
                                        "      file: \"./cni 1.tgz\"",
                                        "      content: %s\n      size: 11".formatted(digest))
                                .replace("{file: runc,", "{content: %s, size: 4,".formatted(digest))
                                .replace(
                                        "- file: a.yaml",
                                        "- content: %s\n      size: 6".formatted(digest)));
    }

    @Test
    void putsTheTextOfCertificatesThere() {
        String text =
                """
                kind: Cluster
                spec:
                  registries:
                    - host: a.example
                      caFile: ca.pem   # whose
                      mirrors: [{url: 'https://m', caFile: "m.pem"}]
                """;

        assertThat(FileFields.findTexts(text))
                .extracting(FileFields.LocalFile::field, FileFields.LocalFile::path)
                .containsExactly(
                        tuple("spec.registries[0].caFile", "ca.pem"),
                        tuple("spec.registries[0].mirrors[0].caFile", "m.pem"));
        assertThat(FileFields.replaceTexts(text, file -> "# %s \"é\\\n".formatted(file.path())))
                .isEqualTo(
                        text.replace("caFile: ca.pem", "ca: \"# ca.pem \\\"\\u00e9\\\\\\n\"")
                                .replace(
                                        "caFile: \"m.pem\"", "ca: \"# m.pem \\\"\\u00e9\\\\\\n\""));
    }
}
