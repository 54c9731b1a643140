package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.ContentDigest;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UrlFieldsTest {
    private static final String A = "ab".repeat(32);
    private static final String TEXT =
            """
            # héllo 😀
            kind: Cluster
            spec:
              artifacts:
                cni:
                  sha256: %1$s   # checked
                  url: https://x.example/cni.tgz
                  into: /opt/cni/bin
                runc: {url: 'https://x.example/runc', sha256: %1$s, into: /usr/sbin}
                crictl: {file: crictl.tgz}
              images:
                - sha256: %1$s
                  name: kubernetes
                  url: "https://x.example/images.tar"
              manifests:
                - {name: network, sha256: %1$s, url: https://x.example/n.yaml}
                - {name: own, text: "a: b"}
            """
                    .formatted(A);

    @Test
    void findsWhatHostsFetch() {
        assertThat(UrlFields.find(TEXT))
                .extracting(UrlFields.Fetched::field)
                .containsExactly(
                        "spec.artifacts.cni",
                        "spec.artifacts.runc",
                        "spec.images[0]",
                        "spec.manifests[0]");
        assertThat(UrlFields.find("spec: [")).isEmpty();
        assertThat(UrlFields.find("spec: {artifacts: {cni: {url: x, sha256: short}}}")).isEmpty();
    }

    @Test
    void putsContentsAndTextsThereAndChangesNothingElse() {
        String replaced =
                UrlFields.replace(
                        TEXT,
                        f ->
                                f.field().endsWith("runc")
                                        ? Optional.empty()
                                        : Optional.of(
                                                f.isManifest()
                                                        ? new FileSource.Text("kind: X\n")
                                                        : new FileSource.Stored(
                                                                new ContentDigest(A), 7)));

        assertThat(replaced)
                .isEqualTo(
                        """
                        # héllo 😀
                        kind: Cluster
                        spec:
                          artifacts:
                            cni:
                              content: %1$s
                              size: 7   # checked
                              into: /opt/cni/bin
                            runc: {url: 'https://x.example/runc', sha256: %1$s, into: /usr/sbin}
                            crictl: {file: crictl.tgz}
                          images:
                            - content: %1$s
                              size: 7
                              name: kubernetes
                          manifests:
                            - {name: network, text: "kind: X\\n"}
                            - {name: own, text: "a: b"}
                        """
                                .formatted(A));
    }
}
