package dev.slipway.planner.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.importer.ImportedField.Outcome;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealerImportTest {
    @ParameterizedTest
    @ValueSource(strings = {"sealer-whole", "sealer-first", "sealer-k0s"})
    void accountsForEveryField(String name) throws IOException {
        ImportFixture.matches(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sealer-whole", "sealer-first", "sealer-k0s"})
    void neverShowsAPassword(String name) throws IOException {
        Imported.Done done = ImportFixture.done(ImportFixture.text(name));

        assertThat(done.toString()).doesNotContain("hunter2").doesNotContain("abcdef.0123");
        assertThat(done.problems()).noneMatch(p -> p.code() == ReasonCode.INLINE_SECRET);
    }

    @Test
    void makesAClusterfileThatCanBeApplied() {
        Imported.Done done =
                ImportFixture.done(
                        """
                        apiVersion: sealer.cloud/v2
                        kind: Cluster
                        metadata: {name: my-cluster}
                        spec:
                          image: docker.io/sealerio/kubernetes:v1.28.4
                          env: [FOO=bar]
                          ssh: {user: root, pk: /root/.ssh/id_rsa, port: "22"}
                          hosts:
                            - {ips: [10.0.0.11], roles: [master]}
                            - {ips: [10.0.0.21, 10.0.0.22], roles: [node], labels: {a: b}}
                        ---
                        apiVersion: kubeadm.k8s.io/v1beta3
                        kind: ClusterConfiguration
                        networking: {podSubnet: 10.244.0.0/16}
                        ---
                        apiVersion: sealer.cloud/v1
                        kind: Plugin
                        metadata: {name: ntp}
                        spec: {type: SHELL, action: pre-init-host, scope: "master|node", data: "true"}
                        """);

        assertThat(done.fields()).filteredOn(f -> f.outcome() == Outcome.LOST).isEmpty();
        assertThat(done.problems()).isEmpty();
        assertThat(done.isWhole()).isTrue();
    }
}
