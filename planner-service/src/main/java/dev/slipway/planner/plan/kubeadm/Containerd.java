package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Registries;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;

/// containerd as the container runtime: how it is started and stopped.
final class Containerd {
    static final String SERVICE = "containerd";

    private Containerd() {}

    /// Once its files are there.
    static List<Step> start(Services services) {
        return List.of(
                restart(services),
                Steps.await(
                        "await-containerd",
                        "%s && [ -S %s ]"
                                .formatted(
                                        services.isActive(SERVICE),
                                        ContainerRuntime.CONTAINERD.socket()),
                        Duration.ofMinutes(1),
                        ReasonCode.CONTAINER_RUNTIME_DOWN));
    }

    /// Only where its configuration is another than the one it was started with.
    private static Step restart(Services services) {
        var stamp =
                new ServiceStamp(
                        services,
                        SERVICE,
                        "sha256sum < " + ShellQuote.quote(NodePaths.CONTAINERD_CONFIG.value()),
                        NodePaths.SLIPWAY.resolveInside("containerd-config.sha256"));
        return Steps.rerunnable("start-containerd", stamp.restart())
                .unless(stamp.isCurrent())
                .failingAs(
                        Failures.with(
                                Failures.as("containerd", ReasonCode.CONTAINER_RUNTIME_DOWN)));
    }

    /// Only where the unit is Slipway's; one that was there before goes on with its own
    /// configuration, which the next steps put back.
    static Step stopOwn(Services services) {
        return Steps.rerunnable(
                "stop-containerd",
                Script.fill(
                        """
                        if grep -qxF @UNIT@ @MADE@ 2>/dev/null; then
                            @RETIRE@
                        fi
                        """,
                        "RETIRE",
                        services.retire(SERVICE),
                        "UNIT",
                        ShellQuote.quote(services.definition(SERVICE).value()),
                        "MADE",
                        NodePaths.MADE.value()));
    }

    /// A shell command.
    ///
    /// @param image quoted
    static String pull(String image) {
        return Script.fill(
                """
                if command -v crictl >/dev/null 2>&1; then
                    crictl --runtime-endpoint @SOCKET@ pull @IMAGE@
                else
                    ctr -n k8s.io images pull @IMAGE@ >/dev/null
                fi
                """,
                "SOCKET",
                ShellQuote.quote(ContainerRuntime.CONTAINERD.criSocket()),
                "IMAGE",
                image);
    }

    /// Shell text: pushes what is in `$archive` to the registry on the host itself, each image
    /// below the name of the registry that it is of. It goes by a namespace of its own, in which
    /// nothing is unpacked and of which nothing stays. The login stands in a file for the moment,
    /// since arguments are seen by everybody on the host.
    ///
    /// @param authority the registry's host and port
    /// @param serves the registries whose images are looked for in it
    static String serve(String authority, List<String> serves) {
        return Script.fill(
                """
                export LC_ALL=C
                authority=@AUTHORITY@
                hosts=@FOLDER@
                case $(uname -m) in
                    x86_64) platform=linux/amd64 ;;
                    aarch64) platform=linux/arm64 ;;
                    *) platform=linux/$(uname -m) ;;
                esac
                forget() {
                    ctr -n slipway images ls -q > "$archive.names"
                    while IFS= read -r image; do
                        ctr -n slipway images rm "$image" > /dev/null
                    done < "$archive.names"
                }
                trap 'rm -rf "$hosts"' EXIT
                umask 077
                mkdir -p "$hosts/$authority"
                {
                    printf 'server = "https://%s"\\n\\n[host."https://%s"]\\n  capabilities = ["pull", "resolve", "push"]\\n  ca = "%s"\\n' "$authority" "$authority" @CA@
                    if [ -n "${REGISTRY_LOGIN:-}" ]; then
                        printf '\\n[host."https://%s".header]\\n  Authorization = "Basic %s"\\n' "$authority" "$(cat "$REGISTRY_LOGIN")"
                    fi
                } > "$hosts/$authority/hosts.toml"
                forget
                ctr -n slipway images import --no-unpack "$archive"
                ctr -n slipway images ls -q > "$archive.pushing"
                while IFS= read -r image; do
                    case $image in sha256:* | *@*) continue ;; esac
                    registry=${image%%/*}
                    case " "@SERVES@" " in
                        *" $registry "*) ;;
                        *)
                            echo "slipway: $image is of a registry that spec.registry.serves does not name" >&2
                            exit 1
                            ;;
                    esac
                    path=$(printf '%s' "$registry" | tr : _)/${image#*/}
                    ctr -n slipway images push --platform "$platform" --hosts-dir "$hosts" "$authority/$path" "$image" < /dev/null > /dev/null
                    echo "$image"
                done < "$archive.pushing"
                forget
                rm -f "$archive" "$archive.names" "$archive.pushing"\
                """,
                "AUTHORITY",
                ShellQuote.quote(authority),
                "FOLDER",
                ShellQuote.quote(NodePaths.VOLATILE.resolveInside("registry").value()),
                "CA",
                ShellQuote.quote(Registries.authorityFile(authority).value()),
                "SERVES",
                ShellQuote.quote(String.join(" ", serves)));
    }

    /// Shell text: imports `$archive`, and pins what is new, so that the kubelet does not remove it
    /// when the disk fills.
    static final String LOAD =
            """
            export LC_ALL=C
            if [ ! -e "$archive.before" ]; then
                ctr -n k8s.io images ls -q | sort > "$archive.listed"
                mv -f "$archive.listed" "$archive.before"
            fi
            ctr -n k8s.io images import "$archive"
            ctr -n k8s.io images ls -q | sort > "$archive.after"
            comm -13 "$archive.before" "$archive.after" > "$archive.new"
            while IFS= read -r image; do
                ctr -n k8s.io images label "$image" io.cri-containerd.pinned=pinned >/dev/null
            done < "$archive.new"
            rm -f "$archive" "$archive.before" "$archive.after" "$archive.new"\
            """;
}
