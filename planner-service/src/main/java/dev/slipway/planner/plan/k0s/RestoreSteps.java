package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import java.time.Duration;
import java.util.List;

/// What makes the first controller one that goes on from a backup: before k0s is installed there,
/// with its configuration and the authority in place. etcd comes back with this one member, under
/// the address that the configuration says; the other controllers join it.
final class RestoreSteps {
    private RestoreSteps() {}

    /// `check ARCHIVE FOLDER` ends the step unless it is a whole archive with what k0s keeps its
    /// data in; its list of files is in FOLDER then.
    static final String CHECK_FUNCTION =
            """
            check() {
                if ! tar -tzf "$1" > "$2/files"; then
                    echo "slipway: $1 is no whole archive, expected one that a backup made" >&2
                    exit 1
                fi
                if ! grep -Eqx '(\\./)?(etcd-snapshot|kine-state-backup)\\.db' "$2/files"; then
                    echo "slipway: $1 holds neither a snapshot of etcd nor one of kine, so no cluster comes of it" >&2
                    exit 1
                fi
            }
            """;

    /// Before anything is given up for it: the archive is there, is whole, and is this cluster's. A
    /// cluster's authority stays the same until it is reset; with another one nobody could join
    /// what is restored, and its workers would not know it.
    static Step check(PlanInput input) {
        return Step.Command.of(
                        "check-archive",
                        Script.fill(
                                """
                                umask 077
                                archive=@ARCHIVE@
                                work=@VOLATILE@/archive
                                trap 'rm -rf "$work"' EXIT
                                mkdir -p "$work"
                                if [ ! -f "$archive" ]; then
                                    echo "slipway: there is no file $archive on this host: bring it here, or name another" >&2
                                    exit 1
                                fi
                                @CHECK@
                                check "$archive" "$work"
                                name=$(grep -Ex '(\\./)?pki/ca\\.crt' "$work/files" || :)
                                digest=$(tar -xzOf "$archive" "$name" | sha256sum)
                                if [ "${digest%% *}" != @DIGEST@ ]; then
                                    echo "slipway: $archive is of another authority: its ca.crt has SHA-256 ${digest%% *}, the cluster's has" @DIGEST@": expected a backup made since the cluster was installed last" >&2
                                    exit 1
                                fi
                                """,
                                "ARCHIVE",
                                archive(input),
                                "VOLATILE",
                                NodePaths.VOLATILE.value(),
                                "CHECK",
                                CHECK_FUNCTION.strip(),
                                "DIGEST",
                                ShellQuote.quote(input.authority().caDigest().value())),
                        Duration.ofMinutes(20))
                .withRerun()
                .failingAs(
                        Failures.with(
                                Failures.as(
                                        "slipway: there is no file", ReasonCode.INVALID_REQUEST),
                                Failures.as("is no whole archive", ReasonCode.INVALID_REQUEST),
                                Failures.as("holds neither", ReasonCode.INVALID_REQUEST),
                                Failures.as("is of another authority", ReasonCode.PKI_INVALID)));
    }

    /// @param host the first controller
    static List<Step> of(PlanInput input, ClusterHost host) {
        return List.of(restore(input, host));
    }

    /// k0s restores into no data that are there: those of a try that broke off go first. Of what
    /// comes back, the configuration is the Clusterfile's, and the join tokens that earlier
    /// releases kept among the manifests are not applied again.
    private static Step restore(PlanInput input, ClusterHost host) {
        RemotePath data = K0sPaths.data(host);
        return Step.Command.of(
                        "restore-archive",
                        Script.fill(
                                """
                                umask 077
                                if k0s status >/dev/null 2>&1; then
                                    echo 'slipway: k0s runs here, and nothing is restored under it' >&2
                                    exit 1
                                fi
                                rm -rf @ETCD@ @DATABASE@
                                mkdir -p @VOLATILE@
                                trap 'rm -f @CONFIG@' EXIT
                                k0s restore @ARCHIVE@ --data-dir @DATA@ --config-out @CONFIG@
                                rm -rf @MANIFESTS@
                                """,
                                "ETCD",
                                quoted(data.resolveInside("etcd")),
                                "DATABASE",
                                quoted(data.resolveInside("db")),
                                "VOLATILE",
                                NodePaths.VOLATILE.value(),
                                "CONFIG",
                                NodePaths.VOLATILE.resolveInside("restored.yaml").value(),
                                "ARCHIVE",
                                archive(input),
                                "DATA",
                                quoted(data),
                                "MANIFESTS",
                                quoted(data.resolveInside("manifests").resolveInside("slipway"))),
                        Duration.ofMinutes(20))
                .withRerun()
                .unless("[ -e %s ]".formatted(quoted(NodePaths.INITIALISED)))
                .failingAs(
                        Failures.with(
                                Failures.as("does not exist", ReasonCode.INVALID_REQUEST),
                                Failures.as("failed to unpack", ReasonCode.INVALID_REQUEST),
                                Failures.as("snapshot not found", ReasonCode.INVALID_REQUEST)));
    }

    private static String archive(PlanInput input) {
        return quoted(input.archive().orElseThrow());
    }

    private static String quoted(RemotePath path) {
        return ShellQuote.quote(path.value());
    }
}
