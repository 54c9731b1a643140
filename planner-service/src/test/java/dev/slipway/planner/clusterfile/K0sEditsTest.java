package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class K0sEditsTest {
    private static final String CLUSTER =
            """
            # héllo 😀
            apiVersion: slipway.dev/v1
            kind: Cluster
            metadata: {name: demo}
            spec:
              runtime:
                type: k0s
                version: "v1.36.2+k0s.0"   # of k0s
              hosts: [{ips: [10.0.0.1], roles: [control-plane]}]
            """;
    private static final String CONFIG =
            """
            # ours
            apiVersion: k0s.k0sproject.io/v1beta1
            kind: ClusterConfig
            spec:
              network: {provider: calico}   # not kuberouter
            # to the end
            """;
    private static final String NEXT = "---\napiVersion: v1\nkind: Plugin\n";

    @Test
    void changesTheReleaseAloneWhereverItStands() {
        var release = K0sVersion.parse("v1.37.0+k0s.0").orElseThrow();

        assertThat(K0sEdits.release(CLUSTER, release))
                .isEqualTo(CLUSTER.replace("\"v1.36.2+k0s.0\"", "v1.37.0+k0s.0"));
        assertThat(
                        K0sEdits.release(
                                "{kind: Cluster, spec: {runtime: {version: v1.36.2+k0s.0}}}",
                                release))
                .isEqualTo("{kind: Cluster, spec: {runtime: {version: v1.37.0+k0s.0}}}");
    }

    @Test
    void putsTheProgramWhereTheArtifactIsOrWillBe() {
        var file = new K0sEdits.Program.LocalFile("/tmp/k0s 1");
        var url = new K0sEdits.Program.Url("https://x/k0s", "ab".repeat(32));
        String entry = "{file: \"/tmp/k0s 1\"}";

        assertThat(K0sEdits.program(CLUSTER, file))
                .isEqualTo(
                        CLUSTER.replace(
                                "  runtime:\n",
                                "  artifacts: {k0s: %s}\n  runtime:\n".formatted(entry)));
        String block =
                CLUSTER
                        + "  artifacts:\n    cni: {file: cni.tgz}\n    # mine\n    k0s:\n      url: u\n  # ssh\n  ssh: {}\n";
        assertThat(K0sEdits.hasProgram(CLUSTER)).isFalse();
        assertThat(K0sEdits.hasProgram(block)).isTrue();
        assertThat(K0sEdits.program(block, file))
                .isEqualTo(block.replace("      url: u\n", "      %s\n".formatted(entry)));
        assertThat(K0sEdits.program(CLUSTER + "  artifacts:\n    cni: {file: c}\n", url))
                .endsWith(
                        "  artifacts:\n    k0s: {url: \"https://x/k0s\", sha256: \"%s\"}\n    cni: {file: c}\n"
                                .formatted("ab".repeat(32)));
        assertThat(K0sEdits.program(CLUSTER + "  artifacts: {}\n", file))
                .endsWith("  artifacts: {k0s: %s}\n".formatted(entry));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", NEXT, "...\n", "---\n# nothing\n"})
    void replacesTheConfigurationWithItsCommentsAndNothingElse(String after) {
        String text = CLUSTER + "--- # k0s\n" + CONFIG + after;

        assertThat(K0sEdits.config(text)).contains(CONFIG);
        assertThat(K0sEdits.withConfig(text, CONFIG)).isEqualTo(text);
        assertThat(K0sEdits.withConfig(text, "kind: ClusterConfig"))
                .isEqualTo(CLUSTER + "--- # k0s\nkind: ClusterConfig\n" + after);
        assertThat(K0sEdits.withConfig(text, " \n")).isEqualTo(CLUSTER + "--- # k0s\n" + after);
    }

    @Test
    void appendsAConfigurationWhereThereIsNone() {
        assertThat(K0sEdits.config(CLUSTER + NEXT)).isEmpty();
        assertThat(K0sEdits.withConfig(CLUSTER.stripTrailing(), CONFIG))
                .isEqualTo(CLUSTER + "---\n" + CONFIG);
        assertThat(K0sEdits.withConfig(CONFIG + "---\n" + CLUSTER, "a: 1"))
                .isEqualTo("a: 1\n---\n" + CLUSTER);
    }
}
