package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
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
        String config = ShellQuote.quote(NodePaths.CONTAINERD_CONFIG.value());
        String stamp =
                ShellQuote.quote(
                        NodePaths.SLIPWAY.resolveInside("containerd-config.sha256").value());
        return Steps.rerunnable(
                        "start-containerd",
                        Script.fill(
                                """
                                @ENABLE@
                                @RESTART@
                                sha256sum < @CONFIG@ > @STAMP@
                                """,
                                "ENABLE",
                                services.enable(SERVICE),
                                "RESTART",
                                services.restart(SERVICE),
                                "CONFIG",
                                config,
                                "STAMP",
                                stamp))
                .unless(
                        Script.fill(
                                "@ACTIVE@ && [ \"$(sha256sum < @CONFIG@)\" = \"$(cat @STAMP@ 2>/dev/null)\" ]",
                                "ACTIVE",
                                services.isActive(SERVICE),
                                "CONFIG",
                                config,
                                "STAMP",
                                stamp))
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
