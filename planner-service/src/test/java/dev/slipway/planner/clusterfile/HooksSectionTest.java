package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HooksSectionTest {
    private static final String CLUSTER =
            """
            apiVersion: slipway.dev/v1
            kind: Cluster
            metadata: {name: demo}
            spec:
              runtime: {version: v1.36.2}
              ssh: {credential: team}
              hosts:
                - {ips: [10.0.0.1], names: [cp-1], roles: [control-plane]}
                - {ips: [10.0.1.1-10.0.1.3], roles: [worker], labels: {disk: ssd}}
            """;

    @Test
    void readsScriptsWithTheirMomentsAndPlaces() {
        Clusterfile clusterfile =
                accepted(
                        """
                          hooks:
                            - {name: ntp, action: pre-init-host, data: "timedatectl set-ntp true"}
                            - {name: label-disks, action: [pre-install, post-install], scope: [worker, cp-1], data: "true", timeout: 20m}
                            - {name: done, action: post-install, data: "true"}
                            - {name: one, action: "post-init-host|pre-clean-host", scope: "10.0.1.2", data: "true"}
                        """);

        assertThat(clusterfile.hooks())
                .extracting(Hook::name, Hook::action, Hook::roles, Hook::hosts, Hook::timeout)
                .containsExactly(
                        tuple(
                                "ntp",
                                HookAction.PRE_INIT_HOST,
                                List.of(Role.values()),
                                List.of(),
                                Duration.ofMinutes(5)),
                        tuple(
                                "label-disks",
                                HookAction.PRE_INSTALL,
                                List.of(Role.WORKER),
                                List.of(address("10.0.0.1")),
                                Duration.ofMinutes(20)),
                        tuple(
                                "label-disks",
                                HookAction.POST_INSTALL,
                                List.of(Role.WORKER),
                                List.of(address("10.0.0.1")),
                                Duration.ofMinutes(20)),
                        tuple(
                                "done",
                                HookAction.POST_INSTALL,
                                List.of(),
                                List.of(),
                                Duration.ofMinutes(5)),
                        tuple(
                                "one",
                                HookAction.POST_INIT_HOST,
                                List.of(),
                                List.of(address("10.0.1.2")),
                                Duration.ofMinutes(5)),
                        tuple(
                                "one",
                                HookAction.PRE_CLEAN_HOST,
                                List.of(),
                                List.of(address("10.0.1.2")),
                                Duration.ofMinutes(5)));
    }

    @Test
    void takesPluginsOfTheOlderProjectByNameAndTheirScopeForHostsOnly() {
        Clusterfile clusterfile =
                accepted(
                        """
                        ---
                        apiVersion: sealer.io/v1
                        kind: Plugin
                        metadata: {name: 20-second}
                        spec: {type: SHELL, action: "pre-install|pre-init-host", scope: "master|node", data: "true"}
                        ---
                        apiVersion: sealer.io/v1
                        kind: Plugin
                        metadata: {name: 10-first}
                        spec: {type: SHELL, action: pre-init-host, scope: node, data: "true"}
                        """);

        assertThat(clusterfile.hooks())
                .extracting(Hook::name, Hook::action, Hook::roles)
                .containsExactly(
                        tuple("10-first", HookAction.PRE_INIT_HOST, List.of(Role.WORKER)),
                        tuple("20-second", HookAction.PRE_INSTALL, List.of()),
                        tuple(
                                "20-second",
                                HookAction.PRE_INIT_HOST,
                                List.of(Role.CONTROL_PLANE, Role.WORKER)));
    }

    @Test
    void saysMoreOfHosts() {
        Clusterfile clusterfile =
                accepted(
                        """
                          hooks:
                            - name: names
                              type: HOSTNAME
                              data: |
                                # the workers
                                10.0.1.1 w-1
                                10.0.1.2 w-2
                            - {name: tiers, type: label, scope: worker, data: "tier=back,zone=a"}
                            - {name: taints, type: TAINT, data: "10.0.1.1-10.0.1.2 dedicated=batch:NoSchedule"}
                        """);

        assertThat(clusterfile.hooks()).isEmpty();
        assertThat(clusterfile.workers())
                .extracting(
                        h -> h.name().orElse("-"),
                        h -> h.labels().toString(),
                        h -> h.taints().size())
                .containsExactly(
                        tuple("w-1", "{disk=ssd, tier=back, zone=a}", 1),
                        tuple("w-2", "{disk=ssd, tier=back, zone=a}", 1),
                        tuple("-", "{disk=ssd, tier=back, zone=a}", 0));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    action: PostInstall, data: x                | CLUSTERFILE_INVALID | PostInstall is an old name that was taken and never run: say post-install
                    action: PreGuest, data: x                   | CLUSTERFILE_INVALID | PreGuest is an old name that was taken and never run: say post-install
                    action: upgrade, data: x                    | NOT_SERVED_YET      | a hook of upgrade would never run: hosts are upgraded by Slipway itself, say pre-upgrade-host or post-upgrade-host for what goes around that
                    action: pre-upgrade-host, data: x           | NOT_SERVED_YET      | a hook of pre-upgrade-host would never run: upgrades and backups of kubeadm clusters are not served yet
                    action: post-backup, data: x                | NOT_SERVED_YET      | a hook of post-backup would never run: upgrades and backups of kubeadm clusters are not served yet
                    action: rollback, data: x                   | NOT_SERVED_YET      | a hook of rollback would never run: there is no such operation yet
                    action: pre-instal, data: x                 | CLUSTERFILE_INVALID | unknown action "pre-instal"
                    data: x                                     | CLUSTERFILE_INVALID | action is missing
                    action: pre-install                         | CLUSTERFILE_INVALID | data is missing
                    action: pre-install, data: " "              | CLUSTERFILE_INVALID | there is nothing to do
                    action: pre-install, data: "a\\0"           | CLUSTERFILE_INVALID | a NUL stands in it, which no shell can be given
                    action: pre-install, data: x, scope: wrker  | CLUSTERFILE_INVALID | "wrker" is no scope: expected all, control-plane, worker, or the name or address of a host
                    action: pre-install, data: x, scope: []     | CLUSTERFILE_INVALID | there is no scope in it
                    action: pre-install, data: x, timeout: 13h  | CLUSTERFILE_INVALID | "13h" is not as expected: a duration such as 90s, 15m, 24h, 365d or PT15M, at most 12h
                    action: [pre-install, pre-install], data: x | CLUSTERFILE_INVALID | two hooks of pre-install are named "h"
                    type: GOLANG, action: pre-install, data: x  | CLUSTERFILE_INVALID | unknown type of hook "GOLANG"
                    type: CLUSTERCHECK, data: x                 | CLUSTERFILE_INVALID | unknown type of hook "CLUSTERCHECK": checks are made by `slipway check`, and by every apply
                    type: LABEL, action: post-install, data: 10.0.1.1 a=b | CLUSTERFILE_INVALID | a hook of type LABEL only says more of hosts and is part of every apply: take action out
                    type: LABEL, data: 10.9.9.9 a=b             | CLUSTERFILE_INVALID | line "10.9.9.9 a=b": expected hosts of the file and what they get, as in "10.0.0.1-10.0.0.9 disk=ssd"
                    type: LABEL, data: 10.0.1.1 disk=hdd        | CLUSTERFILE_INVALID | "disk=hdd" of 10.0.1.1:22 is malformed, or contradicts what is said of the host elsewhere
                    type: HOSTNAME, data: 10.0.1.1 cp-1         | CLUSTERFILE_INVALID | "cp-1" of 10.0.1.1:22 is malformed, or contradicts what is said of the host elsewhere
                    type: TAINT, data: 10.0.1.1 nonsense        | CLUSTERFILE_INVALID | "nonsense" of 10.0.1.1:22 is malformed, or contradicts what is said of the host elsewhere
                    """)
    void refusesWhatCouldNeverRun(String fields, ReasonCode code, String message) {
        assertThat(rejected("  hooks:\n    - {name: h, %s}\n".formatted(fields)))
                .extracting(Problem::code, Problem::message)
                .containsExactly(tuple(code, message));
    }

    @Test
    void knowsUpgradesAndBackupsOfK0s() {
        String k0s = CLUSTER.replace("version: v1.36.2", "type: k0s, version: v1.36.2+k0s.0");
        String hooks =
                """
                  hooks:
                    - {name: calm, action: pre-upgrade-host|post-upgrade-host, data: x}
                    - {name: quiet, action: pre-backup, data: x%s}
                """;

        assertThat(ClusterfileReaderTest.accepted(k0s + hooks.formatted("")).hooks())
                .extracting(Hook::name, Hook::action, Hook::roles)
                .containsExactly(
                        tuple("calm", HookAction.PRE_UPGRADE_HOST, List.of(Role.values())),
                        tuple("calm", HookAction.POST_UPGRADE_HOST, List.of(Role.values())),
                        tuple("quiet", HookAction.PRE_BACKUP, List.of(Role.values())));
        assertThat(ClusterfileReaderTest.rejected(k0s + hooks.formatted(", scope: worker")))
                .extracting(Problem::path, Problem::message)
                .containsExactly(
                        tuple(
                                "spec.hooks[1].scope",
                                "a hook of pre-backup runs on control planes only, and none is in its scope"));
    }

    @Test
    void refusesAPluginThatRunsNowhere() {
        assertThat(
                        rejected(
                                """
                                ---
                                apiVersion: sealer.io/v1
                                kind: Plugin
                                metadata: {name: p}
                                spec: {type: SHELL, action: pre-init-host, data: "true"}
                                """))
                .extracting(Problem::message)
                .containsExactly(
                        "scope is missing, and without one a plugin runs nowhere: say \"master|node\" for all hosts");
    }

    @Test
    void boundsScripts() {
        String long65 = "x".repeat(65 * 1024);
        assertThat(
                        rejected(
                                "  hooks:\n    - {name: h, action: pre-install, data: %s}\n"
                                        .formatted(long65)))
                .extracting(Problem::message)
                .containsExactly(
                        "the script has 66560 bytes, at most 65536 are served: have it fetch the rest, or put it there with spec.files");
        var many = new StringBuilder("  hooks:\n");
        for (int i = 0; i < 5; i++) {
            many.append(
                    "    - {name: h%d, action: pre-install, data: %s}\n"
                            .formatted(i, "x".repeat(60 * 1024)));
        }
        assertThat(rejected(many.toString()))
                .extracting(Problem::message)
                .containsExactly(
                        "the scripts of pre-install have 307200 bytes together, at most 262144 are served");
    }

    private static HostAddress address(String text) {
        return new HostAddress(text, 22);
    }

    private static Clusterfile accepted(String more) {
        return switch (ClusterfileReader.read(CLUSTER + more, SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted(var clusterfile) -> clusterfile;
            case ClusterfileResult other -> throw new AssertionError(other.toString());
        };
    }

    private static List<Problem> rejected(String more) {
        return switch (ClusterfileReader.read(CLUSTER + more, SecretPolicy.REFUSED)) {
            case ClusterfileResult.Rejected(var problems) -> problems;
            case ClusterfileResult other -> throw new AssertionError(other.toString());
        };
    }
}
