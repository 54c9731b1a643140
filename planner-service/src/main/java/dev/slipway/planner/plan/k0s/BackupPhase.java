package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.HookPhase;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Script;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `backup`: keeps what the control plane knows as a file on the first controller that runs,
/// `CLUSTER-TIME.tar.gz` in the folder that was asked for. Earlier ones stay. The authority's keys
/// are in it, so nobody but root can read it at any moment.
final class BackupPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("backup", "back up the control plane", true, 1, Duration.ofHours(1));

    private BackupPhase() {}

    /// Only of an input that [ArchiveRefusals#ofBackup] has nothing against.
    static Optional<PlannedPhase> plan(PlanInput input) {
        return Phase.on(
                PHASE, input, List.of(controller(input)), host -> List.of(back(input, host)));
    }

    /// The user's hooks around it, on the same host.
    static Phase<K0sScope> hooks(HookAction action) {
        return (input, _) ->
                HookPhase.on(
                        action,
                        input,
                        List.of(controller(input)),
                        host -> HookPhase.steps(action, input, host, Map.of()));
    }

    private static ClusterHost controller(PlanInput input) {
        return input.clusterfile().controlPlanes().stream()
                .filter(h -> ArchiveRefusals.isRunning(input, h))
                .findFirst()
                .orElseThrow();
    }

    /// k0s names its file itself, so it is made in a folder of its own, looked at, and moved. The
    /// snapshot of etcd, which k0s keeps beside it meanwhile, is there too and not in /tmp, which
    /// may be memory.
    private static Step back(PlanInput input, ClusterHost host) {
        return Step.Command.of(
                        "backup",
                        Script.fill(
                                """
                                umask 077
                                folder=@FOLDER@
                                work=$folder/.slipway-backup
                                mkdir -p "$folder"
                                rm -rf "$work"
                                mkdir "$work"
                                trap 'rm -rf "$work"' EXIT
                                TMPDIR=$work k0s backup --save-path "$work" --data-dir @DATA@ >&2
                                set -- "$work"/k0s_backup_*.tar.gz
                                if [ "$#" -ne 1 ] || [ ! -f "$1" ]; then
                                    echo "slipway: k0s backup left no archive in $work" >&2
                                    exit 1
                                fi
                                @CHECK@
                                check "$1" "$work"
                                file=$folder/@CLUSTER@-$(date -u +%Y%m%dT%H%M%SZ).tar.gz
                                if [ -e "$file" ]; then
                                    echo "slipway: there is a file $file already" >&2
                                    exit 1
                                fi
                                chmod 0600 "$1"
                                mv "$1" "$file"
                                sync
                                size=$(wc -c < "$file")
                                digest=$(sha256sum < "$file")
                                printf 'file=%s\\nsize=%s\\nsha256=%s\\n' "$file" "$((size))" "${digest%% *}"
                                echo "slipway: $file has $((size)) bytes and SHA-256 ${digest%% *}" >&2
                                """,
                                "FOLDER",
                                ShellQuote.quote(input.archive().orElseThrow().value()),
                                "DATA",
                                ShellQuote.quote(K0sPaths.data(host).value()),
                                "CHECK",
                                RestoreSteps.CHECK_FUNCTION.strip(),
                                "CLUSTER",
                                input.clusterfile().name().value()),
                        Duration.ofMinutes(50))
                .withRerun()
                .asFact("backup")
                .failingAs(
                        Failures.with(
                                Failures.as(
                                        "unable to detect cluster status",
                                        ReasonCode.CONTROL_PLANE_NOT_UP),
                                Failures.as("etcdserver: ", ReasonCode.ETCD_QUORUM_LOST)));
    }
}
