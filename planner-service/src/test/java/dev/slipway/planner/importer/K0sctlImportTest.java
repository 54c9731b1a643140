package dev.slipway.planner.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.Problem;
import dev.slipway.planner.importer.ImportedField.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class K0sctlImportTest {
    private static final String UNKNOWN = "no field that is known here";

    /// The reference as a whole, then files as k0sctl's documentation shows them.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "k0sctl-whole",
                "k0sctl-basic",
                "k0sctl-bastion",
                "k0sctl-hooks",
                "k0sctl-airgap",
                "k0sctl-working",
                "k0sctl-dynamic",
                "k0sctl-foreign"
            })
    void accountsForEveryField(String name) throws IOException {
        ImportFixture.matches(name);
    }

    /// What cannot be applied as it is has to be said, and be of the user's doing.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "k0sctl-basic",
                "k0sctl-bastion",
                "k0sctl-hooks",
                "k0sctl-airgap",
                "k0sctl-working",
                "k0sctl-dynamic",
                "k0sctl-foreign"
            })
    void makesAClusterfileThatCanBeApplied(String name) throws IOException {
        assertThat(ImportFixture.done(ImportFixture.text(name)).problems()).isEmpty();
    }

    @Test
    void knowsEveryFieldOfTheReference() throws IOException {
        assertThat(ImportFixture.done(ImportFixture.text("k0sctl-whole")).fields())
                .filteredOn(f -> f.note().startsWith(UNKNOWN))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"k0sctl-whole", "k0sctl-working", "k0sctl-foreign"})
    void neverShowsAPassword(String name) throws IOException {
        Imported.Done done = ImportFixture.done(ImportFixture.text(name));

        assertThat(done.toString()).doesNotContain("hunter2");
        assertThat(done.problems()).noneMatch(p -> p.code() == ReasonCode.INLINE_SECRET);
    }

    /// The shapes of the examples in k0sctl's and k0s's documentation.
    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                  hosts:
                    - role: controller
                      ssh: {address: 10.0.0.1, user: root, port: 22, keyPath: ~/.ssh/id_rsa}
                    - role: worker
                      ssh: {address: 10.0.0.2, user: ubuntu, keyPath: ~/.ssh/id_rsa}
                  k0s: {version: 1.34.2+k0s.0}
                """,
                """
                  hosts:
                    - role: controller
                      ssh:
                        address: 10.0.0.2
                        keyPath: ~/.ssh/id_rsa
                        bastion: {address: 10.0.0.1, user: root, keyPath: ~/.ssh/id_rsa2}
                  k0s: {version: v1.34.2+k0s.0}
                """,
                """
                  hosts:
                    - role: controller+worker
                      noTaints: true
                      openSSH: {address: controller1}
                  k0s: {version: v1.34.2+k0s.0, versionChannel: latest, dynamicConfig: true}
                """,
                """
                  hosts:
                    - role: single
                      os: debian
                      hostname: only
                      dataDir: /data/k0s
                      kubeletRootDir: /data/kubelet
                      privateAddress: 192.168.0.1
                      k0sBinaryPath: ./k0s
                      uploadBinary: true
                      installFlags: [--debug, "--kubelet-extra-args=--v=4"]
                      environment: {HTTP_PROXY: "http://proxy.example:3128", NO_PROXY: 10.0.0.0/8}
                      ssh: {address: 10.0.0.1}
                  k0s: {version: v1.34.2+k0s.0}
                """,
                """
                  hosts:
                    - role: controller
                      ssh: {address: 10.0.0.1}
                      files:
                        - {name: motd, data: "hello\\n", dst: /etc/motd, perm: 0644}
                        - {name: image-bundle, src: airgap-images.tgz, dstDir: /var/lib/k0s/images/, perm: 0600}
                      hooks:
                        install: {before: ["echo before"], after: ["echo after"]}
                        reset: {before: ["echo reset"], after: ["echo gone"]}
                  k0s: {version: v1.34.2+k0s.0}
                """,
                """
                  hosts: &all
                    - {role: controller, ssh: &ssh {address: 10.0.0.1, user: k0s, port: 22, keyPath: k.pem}}
                    - {role: controller, ssh: {<<: *ssh, address: 10.0.0.2}}
                    - {role: controller, ssh: {<<: *ssh, address: 10.0.0.3}}
                  k0s:
                    version: v1.34.2+k0s.0
                    config:
                      spec:
                        network:
                          controlPlaneLoadBalancing:
                            enabled: true
                            type: Keepalived
                            keepalived:
                              vrrpInstances:
                                - {virtualIPs: ["192.168.122.200/24"], authPass: Example}
                          nodeLocalLoadBalancing: {enabled: true, type: EnvoyProxy}
                """,
                """
                  hosts:
                    - {role: controller, ssh: {address: 10.0.0.1}}
                  k0s: {version: v1.34.2+k0s.0}
                  options:
                    wait: {enabled: true}
                    drain: {enabled: true, gracePeriod: 120s, timeout: 300s, force: true, ignoreDaemonSets: true, deleteEmptyDirData: true, skipWaitForDeleteTimeout: 0s}
                    evictTaint: {enabled: false, taint: a=b, effect: NoExecute, controllerWorkers: false}
                    concurrency: {limit: 30, workerDisruptionPercent: 10}
                ---
                apiVersion: k0s.k0sproject.io/v1beta1
                kind: ClusterConfig
                metadata: {name: my-k0s-cluster}
                spec: {api: {externalAddress: 10.0.0.2}}
                """
            })
    void losesNothingOf(String spec) {
        Imported.Done done = ImportFixture.done(file(spec));

        assertThat(done.fields()).filteredOn(f -> f.outcome() == Outcome.LOST).isEmpty();
        assertThat(done.isWhole()).isTrue();
        assertThat(done.problems())
                .extracting(Problem::message)
                .allMatch(m -> m.startsWith("no host key is pinned for the jump host"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    hosts: [{role: server, ssh: {address: 10.0.0.1}}]          | spec.hosts[0].role | no role that is known
                    hosts: [{role: worker, winRM: {address: w}}]               | spec.hosts[0].winRM.address | left out: hosts with Windows
                    hosts: [{role: worker, localhost: true}]                   | spec.hosts[0].localhost | left out: every host is entered over SSH
                    hosts: [{role: worker}]                                    | spec.hosts[0].role | left out, there is no way in
                    hosts: [{role: worker, ssh: {user: a}}]                    | spec.hosts[0].ssh.user | left out, it has no address
                    hosts: [{role: worker, sssh: {}, ssh: {address: a}}]       | spec.hosts[0].sssh | no field that is known here
                    hosts: [{role: worker, ssh: {address: "${IP}"}}]           | spec.hosts[0].ssh.address | a variable stands in it
                    hosts: [{role: worker, ssh: {address: a}, files: [{data: a, dst: b}]}] | spec.hosts[0].files[0].data | it goes to the user's home
                    hosts: [{role: worker, ssh: {address: a}, files: [{dst: /b}]}] | spec.hosts[0].files[0].dst | neither src nor data is said
                    hosts: [{role: worker, ssh: {address: a}, files: [{src: a/, dstDir: /b}]}] | spec.hosts[0].files[0].src | patterns and folders are not read
                    hosts: [{role: worker, ssh: {address: a}, hooks: {apply: {before: [a]}}}] | spec.hosts[0].hooks.apply.before[0] | it runs at every apply
                    hosts: [{role: worker, ssh: {address: a}, hooks: {backup: {before: [a]}}}] | spec.hosts[0].hooks.backup.before[0] | k0sctl runs it on the leading controller only
                    hosts: [{role: worker, ssh: {address: a}, installFlags: [--config=/a]}] | spec.hosts[0].installFlags[0] | Slipway has a place for --config: say the document of kind ClusterConfig
                    hosts: [{role: worker, ssh: {address: a}, installFlags: ["--a=https://u:p@b"]}] | spec.hosts[0].installFlags[0] | a password or token stands in it
                    hosts: [{role: worker, ssh: {address: a}, noTaints: true}] | spec.hosts[0].noTaints | only a controller that works
                    hosts: [{role: worker, ssh: {address: a}, privateInterface: eth1}] | spec.hosts[0].privateInterface | no interface is looked at
                    hosts: [{role: worker, ssh: {address: a}, uploadBinary: true}] | spec.hosts[0].uploadBinary | no program is looked up here
                    hosts: [{role: worker, ssh: {address: a}, k0sDownloadURL: "https://a/k0s-%v"}] | spec.hosts[0].k0sDownloadURL | hosts run nothing that they cannot check
                    hosts: [{role: worker, ssh: {address: a}, k0sInstallPath: /k0s}] | spec.hosts[0].k0sInstallPath | k0s goes to /usr/local/bin
                    hosts: [{role: worker, ssh: {address: a}, k0sBinaryPath: k, useExistingK0s: true}] | spec.hosts[0].useExistingK0s | spec.artifacts.k0s is for all hosts
                    options: {concurrency: {limit: 1, workerDisruptionPercent: 0}} | spec.options.concurrency.workerDisruptionPercent | a share is 1 to 100
                    k0s: {version: 0.11.0-rc1}                                 | spec.k0s.version | no release of k0s
                    k0s: {versionChannel: latest}                              | spec.k0s.versionChannel | no release is looked up
                    k0s: {config: {spec: {network: {podCIDR: a}}}}             | spec.k0s.config.spec.network.podCIDR | "a" is not as expected: a network
                    k0s: {config: {images: {}}}                                | spec.k0s.config.images | unknown field "images"
                    options: {wait: {enabled: false}}                          | spec.options.wait.enabled | nodes are always waited for
                    options: {concurrency: {limit: 0}}                         | spec.options.concurrency.limit | a phase has a window
                    options: {drain: {timeout: forever}}                       | spec.options.drain.timeout | no duration of a second
                    """)
    void namesWhatItLoses(String spec, String path, String note) {
        Imported.Done done = ImportFixture.done(file("  " + spec + "\n"));

        assertThat(done.fields())
                .filteredOn(f -> f.outcome() == Outcome.LOST)
                .anySatisfy(f -> {
                    assertThat(f.path()).isEqualTo(path);
                    assertThat(f.note()).startsWith(note);
                });
        assertThat(done.isWhole()).isFalse();
    }

    @Test
    void takesAFileForAllOfARoleAndNamesOneForSome() {
        Imported.Done done =
                ImportFixture.done(
                        file(
                                """
                                  hosts:
                                    - {role: controller, ssh: {address: 10.0.0.1}}
                                    - {role: worker, ssh: {address: 10.0.0.2}, files: [{data: a, dst: /a}, {data: b, dst: /b}]}
                                    - {role: worker, ssh: {address: 10.0.0.3}, files: [{data: a, dst: /a}]}
                                """));

        assertThat(done.clusterfile()).contains("path: /a", "- worker").doesNotContain("path: /b");
        assertThat(done.fields())
                .filteredOn(f -> f.outcome() == Outcome.LOST)
                .extracting(ImportedField::path)
                .contains("spec.hosts[1].files[1].data", "spec.hosts[1].files[1].dst");
    }

    @Test
    void refusesWhatIsNobodysFile() {
        for (String text :
                List.of("", "a: [", "apiVersion: v1\nkind: Pod\n", "- a\n", "a: &a [*a]\n")) {
            assertThat(Importer.read(text)).as(text).isInstanceOf(Imported.Refused.class);
        }
    }

    private static String file(String spec) {
        return """
        apiVersion: k0sctl.k0sproject.io/v1beta1
        kind: Cluster
        metadata: {name: my-k0s-cluster}
        spec:
        """
                + spec;
    }
}
