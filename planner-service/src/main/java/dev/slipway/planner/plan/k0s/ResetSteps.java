package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.HostOwner;
import dev.slipway.planner.plan.node.HostRelease;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// What takes k0s off a host: whole, half or not at all installed. Every step may be repeated. A
/// controller does not leave etcd, which goes as a whole.
///
/// `k0s reset` needs its program and its configuration, so it goes first. It leaves mounts that are
/// busy and whatever lies below them, a kubelet's folder that is not its own, `/etc/k0s` and the
/// program; the program is one of Slipway's files where an artifact brought it.
final class ResetSteps {
    private ResetSteps() {}

    static List<Step> of(PlanInput input, ClusterHost host) {
        Services services = Services.of(input.factsOf(host));
        return Stream.concat(
                        Stream.of(
                                HostOwner.check(input.ownership()),
                                stop(host, services),
                                reset(host, services),
                                removeData(host),
                                removeConfig()),
                        HostRelease.steps(
                                services, NodePaths.REGISTRIES, List.of(removeLeftovers()))
                                .stream())
                .toList();
    }

    private static Step stop(ClusterHost host, Services services) {
        return Step.Command.of(
                        "stop-k0s",
                        Script.fill(
                                """
                                @RETIRE@
                                if @ACTIVE@; then
                                    echo "slipway: @SERVICE@ does not stop" >&2
                                    exit 1
                                fi
                                """,
                                "RETIRE",
                                services.retire(K0sInstall.service(host)),
                                "ACTIVE",
                                services.isActive(K0sInstall.service(host)),
                                "SERVICE",
                                K0sInstall.service(host)),
                        Duration.ofMinutes(5))
                .withRerun()
                .failingAs(Failures.SYSTEM);
    }

    /// It fails where something is still mounted, and has done the rest then: what is left the next
    /// step takes away, or says.
    private static Step reset(ClusterHost host, Services services) {
        return Step.Command.of(
                        "k0s-reset",
                        Script.fill(
                                """
                                if text=$(k0s reset --data-dir @DATA@ 2>&1); then
                                    printf '%s\n' "$text"
                                    exit 0
                                fi
                                printf '%s\n' "$text" >&2
                                case $text in
                                *'seems to be running'*) exit 1 ;;
                                esac
                                echo 'slipway: k0s reset failed, going on without it' >&2
                                """,
                                "DATA", quoted(K0sPaths.data(host))),
                        Duration.ofMinutes(10))
                .withRerun()
                .unless(
                        "! command -v k0s >/dev/null 2>&1 || ! { [ -e %s ] || [ -e %s ]; }"
                                .formatted(
                                        quoted(K0sPaths.data(host)),
                                        quoted(services.definition(K0sInstall.service(host)))))
                .failingAs(Failures.SYSTEM);
    }

    /// Volumes of pods are mounted below the kubelet's folder: nothing is removed while one is, for
    /// it would be the volume's content. A folder that is a file system of its own stays, empty.
    private static Step removeData(ClusterHost host) {
        return Step.Command.of(
                        "remove-data",
                        Script.fill(
                                """
                                mounts() {
                                    awk -v below="$1/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r
                                }
                                for named in @FOLDERS@; do
                                    [ -d "$named" ] || continue
                                    folder=$(cd "$named" && pwd -P)
                                    mounts "$folder" | while IFS= read -r mount; do
                                        mount=$(printf '%b' "$(printf '%s' "$mount" | sed 's/\\\\\\([0-7][0-7][0-7]\\)/\\\\0\\1/g')")
                                        umount "$mount" || umount -l "$mount" || :
                                    done
                                    left=$(mounts "$folder")
                                    if [ -n "$left" ]; then
                                        echo "slipway: cannot be unmounted:" $left >&2
                                        exit 1
                                    fi
                                    rm -rf "$folder"/* "$folder"/.[!.]* "$folder"/..?*
                                    rmdir "$folder" 2>/dev/null || :
                                done
                                """,
                                "FOLDERS",
                                ShellQuote.words(
                                        Stream.of(host.k0s().kubeletRoot(), K0sPaths.data(host))
                                                .map(RemotePath::value)
                                                .toList())),
                        Duration.ofMinutes(5))
                .withRerun()
                .failingAs(Failures.SYSTEM);
    }

    /// Before Slipway's files go, since these put back what stood in their place.
    private static Step removeConfig() {
        return Steps.rerunnable(
                "remove-config",
                "rm -f "
                        + ShellQuote.words(
                                Stream.of(
                                                K0sPaths.CONFIG,
                                                K0sPaths.NEW_CONFIG,
                                                K0sPaths.WORKER_TOKEN,
                                                K0sPaths.CONTROLLER_TOKEN)
                                        .map(RemotePath::value)
                                        .toList()));
    }

    /// Folders that k0s and Slipway made, where nobody else put anything into them.
    private static Step removeLeftovers() {
        return Steps.rerunnable(
                "remove-leftovers",
                "rm -f %s %s\nrmdir %s %s %s %s 2>/dev/null || :\n"
                        .formatted(
                                quoted(OutOfService.CORDONED),
                                quoted(ConfigurePhase.RESTART),
                                quoted(K0sPaths.CONTAINERD_CONFIG.parent()),
                                quoted(K0sPaths.CONFIG.parent()),
                                quoted(NodePaths.UNITS.resolveInside("k0scontroller.service.d")),
                                quoted(NodePaths.UNITS.resolveInside("k0sworker.service.d"))));
    }

    private static String quoted(RemotePath path) {
        return ShellQuote.quote(path.value());
    }
}
