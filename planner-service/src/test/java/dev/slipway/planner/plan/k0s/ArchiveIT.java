package dev.slipway.planner.plan.k0s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.AuthorityInfo;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.RecordedState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is kept of a control plane and made of it again, in every shell that hosts have, by a `k0s`
/// that packs and unpacks as the real one does.
class ArchiveIT {
    /// The SHA-256 of "of the authority" and a line's end.
    private static final String CA =
            "c14588ebcbdbda87a812564a596d9c21403bd87d379cd44863c75eaacd59574f";

    private static final String BACKUP =
            """
            case $1 in
            status) exit 1 ;;
            backup)
                temporary=$(mktemp -d)
                mkdir -p "$temporary/pki"
                echo 'of the authority' > "$temporary/pki/ca.crt"
                echo data > "$temporary/@SNAPSHOT@"
                tar -czf "$3/k0s_backup_2026-11-27T10_00_00_000Z.tar.gz" -C "$temporary" pki @SNAPSHOT@
                rm -rf "$temporary" ;;
            restore) mkdir -p "$4/etcd/member" "$4/manifests/slipway" && : > "$6" ;;
            esac
            """;

    @TempDir private Path folder;

    private final Clusterfile clusterfile = RunningK0s.cluster(RunningK0s.RELEASE, 1, 0, "");

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void keepsABackupThatOnlyRootCanRead(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "etcd-snapshot.db");
        host.write("/var/backups/slipway/demo-20200101T000000Z.tar.gz", "an older one");
        host.write("/var/backups/slipway/.slipway-backup/half", "of one that broke off");

        ScriptHost.Outcome outcome = host.run(backup());

        assertThat(outcome.code()).as(outcome.printed()).isZero();
        List<String> files = files(host.path("/var/backups/slipway"));
        assertThat(files).hasSize(2).first().isEqualTo("demo-20200101T000000Z.tar.gz");
        assertThat(files.getLast()).matches("demo-20[0-9]{6}T[0-9]{6}Z\\.tar\\.gz");
        Path made = host.path("/var/backups/slipway/" + files.getLast());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rw-------");
        assertThat(outcome.out())
                .matches(
                        "file=/var/backups/slipway/%s\nsize=%d\nsha256=%s\n"
                                .formatted(files.getLast(), Files.size(made), "[0-9a-f]{64}"));
        assertThat(host.calls())
                .contains(
                        "k0s backup --save-path /var/backups/slipway/.slipway-backup --data-dir /var/lib/k0s");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void keepsNoBackupOfNothing(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "nothing.db");

        assertThat(host.run(backup()).err()).contains("holds neither a snapshot of etcd");
        assertThat(files(host.path("/var/backups/slipway"))).isEmpty();

        host.program("k0s", "exit 0");
        assertThat(host.run(backup()).err()).contains("slipway: k0s backup left no archive");
        assertThat(files(host.path("/var/backups/slipway"))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void looksAtAnArchiveBeforeItIsRestored(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "etcd-snapshot.db");
        assertThat(host.run(backup()).code()).isZero();
        String file = "/var/backups/slipway/" + files(host.path("/var/backups/slipway")).getFirst();
        Path archive = host.path(file);

        assertThat(host.run(check(file, CA)).code()).isZero();
        assertThat(host.run(check(file, "0".repeat(64))).err())
                .contains("slipway: " + file + " is of another authority", CA, "0".repeat(64));
        assertThat(host.run(check(file + ".old", CA)).err())
                .contains("slipway: there is no file " + file + ".old on this host");
        byte[] whole = Files.readAllBytes(archive);
        Files.write(archive, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThat(host.run(check(file, CA)).err()).contains("is no whole archive");
        assertThat(host.has("/run/slipway/cluster/archive")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void restoresOverWhatATryThatBrokeOffLeft(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "etcd-snapshot.db");
        host.write("/var/lib/k0s/etcd/member/half", "");
        host.write("/var/lib/k0s/images/airgap.tar", "");
        Step restore =
                RestoreSteps.of(restoring("/var/a.tar.gz", CA), clusterfile.controlPlane())
                        .getFirst();

        ScriptHost.Outcome outcome = host.run(restore);

        assertThat(outcome.code()).as(outcome.printed()).isZero();
        assertThat(host.has("/var/lib/k0s/etcd/member")).isTrue();
        assertThat(host.has("/var/lib/k0s/etcd/member/half")).isFalse();
        assertThat(host.has("/var/lib/k0s/images/airgap.tar")).isTrue();
        assertThat(host.has("/var/lib/k0s/manifests/slipway")).isFalse();
        assertThat(host.has("/run/slipway/cluster/restored.yaml")).isFalse();
        assertThat(host.calls())
                .contains(
                        "k0s restore /var/a.tar.gz --data-dir /var/lib/k0s --config-out /run/slipway/cluster/restored.yaml");

        host.write("/var/lib/slipway/initialised", "");
        assertThat(host.run(restore).out()).isEqualTo("skipped");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void restoresNothingUnderARunningK0s(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "etcd-snapshot.db").program("k0s", "exit 0");
        host.write("/var/lib/k0s/etcd/member/db", "");

        assertThat(
                        host.run(
                                        RestoreSteps.of(
                                                        restoring("/var/a.tar.gz", CA),
                                                        clusterfile.controlPlane())
                                                .getFirst())
                                .err())
                .contains("slipway: k0s runs here");
        assertThat(host.has("/var/lib/k0s/etcd/member/db")).isTrue();
    }

    private ScriptHost host(List<String> shell, String snapshot) throws Exception {
        return new ScriptHost(folder, shell)
                .program("sync", "")
                .program("k0s", BACKUP.replace("@SNAPSHOT@", snapshot));
    }

    private Step backup() {
        PlanInput input =
                RunningK0s.input(
                        Operation.BACKUP,
                        clusterfile,
                        RunningK0s.running(clusterfile, RunningK0s.RELEASE),
                        Optional.of(clusterfile),
                        "/var/backups/slipway");
        return BackupPhase.plan(input).orElseThrow().tasks().getFirst().steps().getFirst();
    }

    private Step check(String file, String digest) {
        return RestoreSteps.check(restoring(file, digest));
    }

    private PlanInput restoring(String file, String digest) {
        return new PlanInput(
                Operation.RESTORE,
                PlanFixture.OWNERSHIP,
                clusterfile,
                RunningK0s.fresh(clusterfile),
                RecordedState.NONE,
                new AuthorityInfo(
                        RunningK0s.AUTHORITY.pin(),
                        new ContentDigest(digest),
                        RunningK0s.AUTHORITY.tokenId(),
                        RunningK0s.AUTHORITY.controllerTokenId()),
                Optional.of(RemotePath.of(file)));
    }

    private static List<String> files(Path folder) throws Exception {
        try (var all = Files.list(folder)) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }
}
