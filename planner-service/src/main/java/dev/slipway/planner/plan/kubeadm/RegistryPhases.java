package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.OwnRegistry;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.MadeFiles;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// `registry` and `retire-registry`: the cluster's own registry is started and filled before the
/// first node pulls, and taken away from hosts that are to go on without one once no node asks
/// there any more.
final class RegistryPhases {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "registry", "fill the cluster's registry", true, 10, Duration.ofMinutes(60));
    private static final PhaseBuilder RETIRE =
            new PhaseBuilder(
                    "retire-registry",
                    "take the cluster's registry from hosts",
                    true,
                    10,
                    Duration.ofMinutes(5));

    private RegistryPhases() {}

    /// A registry that cannot be filled halts the run: what comes then would pull from it.
    static Optional<PlannedPhase> serve(PlanInput input, KubeadmScope scope) {
        return Phase.on(
                        PHASE,
                        input,
                        scope.preparing().stream()
                                .filter(input.clusterfile()::hasRegistry)
                                .toList(),
                        host -> serving(input, host))
                .map(PlannedPhase::withAllHalts);
    }

    private static List<Step> serving(PlanInput input, ClusterHost host) {
        OwnRegistry registry = input.clusterfile().ownRegistry().orElseThrow();
        Services services = Services.of(input.factsOf(host));
        var steps = new ArrayList<Step>();
        steps.add(claim(registry.storage()));
        steps.add(start(input, host, services));
        steps.add(
                Steps.await(
                        "await-registry",
                        Script.fill(
                                """
                                @ACTIVE@ && cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" && $2 ~ /:@PORT@$/ { found = 1 } END { exit !found }'\
                                """,
                                "ACTIVE",
                                services.isActive(RegistryFiles.SERVICE),
                                "PORT",
                                String.format(Locale.ROOT, "%04X", registry.port())),
                        Duration.ofMinutes(1),
                        ReasonCode.REGISTRY_DOWN));
        var into = Images.Into.registry(input.clusterfile(), registry, host);
        input.clusterfile().images().forEach(i -> steps.addAll(Images.steps(i, into)));
        return steps;
    }

    /// What is not Slipway's is neither mixed with images nor removed by `reset`.
    private static Step claim(RemotePath storage) {
        return Steps.rerunnable(
                        "claim-registry-storage",
                        Script.fill(
                                """
                                storage=@STORAGE@
                                if ! grep -qxF "$storage" @CLAIMED@ 2>/dev/null; then
                                    if [ -n "$(ls -A "$storage" 2>/dev/null | grep -vx 'lost+found' || :)" ]; then
                                        echo "slipway: the registry's storage $storage is not empty, and is not Slipway's" >&2
                                        exit 1
                                    fi
                                    printf '%s\\n' "$storage" >> @CLAIMED@
                                fi
                                mkdir -p "$storage"
                                chmod 0700 "$storage"
                                """,
                                "STORAGE",
                                ShellQuote.quote(storage.value()),
                                "CLAIMED",
                                NodePaths.REGISTRY_STORAGE.value()))
                .failingAs(Failures.with(Failures.as("is not empty", ReasonCode.PREFLIGHT_FAILED)));
    }

    /// Only where it runs with something else than what is there now.
    private static Step start(PlanInput input, ClusterHost host, Services services) {
        String parts = ShellQuote.words(RegistryFiles.parts(input, host));
        String stamp = ShellQuote.quote(NodePaths.REGISTRY_STAMP.value());
        return Steps.rerunnable(
                        "start-registry",
                        Script.fill(
                                """
                                [ -x @PROGRAM@ ] || {
                                    echo "slipway: the program registry is missing" >&2
                                    exit 1
                                }
                                @ENABLE@
                                @RESTART@
                                cat @PARTS@ | sha256sum > @STAMP@
                                """,
                                "PROGRAM",
                                ShellQuote.quote(RegistryFiles.parts(input, host).getLast()),
                                "ENABLE",
                                services.enable(RegistryFiles.SERVICE),
                                "RESTART",
                                services.restart(RegistryFiles.SERVICE),
                                "PARTS",
                                parts,
                                "STAMP",
                                stamp))
                .unless(
                        Script.fill(
                                "@ACTIVE@ && [ \"$(cat @PARTS@ | sha256sum)\" = \"$(cat @STAMP@ 2>/dev/null)\" ]",
                                "ACTIVE",
                                services.isActive(RegistryFiles.SERVICE),
                                "PARTS",
                                parts,
                                "STAMP",
                                stamp))
                .failingAs(
                        Failures.with(
                                Failures.as("is missing", ReasonCode.TOOL_MISSING),
                                Failures.as(RegistryFiles.SERVICE, ReasonCode.REGISTRY_DOWN)));
    }

    /// Hosts that stay in the cluster, and had a registry.
    static Optional<PlannedPhase> retire(PlanInput input, KubeadmScope scope) {
        Clusterfile wanted = input.clusterfile();
        return Phase.on(
                RETIRE,
                input,
                wanted.hosts().stream()
                        .filter(h -> had(input, h) && !wanted.hasRegistry(h))
                        .toList(),
                host -> {
                    Services services = Services.of(input.factsOf(host));
                    return List.of(
                            stop(services),
                            MadeFiles.forget(
                                    "remove-registry",
                                    List.of(
                                            NodePaths.REGISTRY_CONFIG,
                                            NodePaths.REGISTRY_CERTIFICATE,
                                            NodePaths.REGISTRY_USERS,
                                            services.definition(RegistryFiles.SERVICE)),
                                    NodePaths.REGISTRIES),
                            removeStorage(),
                            Steps.rerunnable("reload-units", services.reload()));
                });
    }

    private static boolean had(PlanInput input, ClusterHost host) {
        return input.applied().filter(a -> a.hasRegistry(host)).isPresent();
    }

    /// Before Slipway's files go, where the host has or had a registry.
    static Stream<Step> stopping(PlanInput input, ClusterHost host) {
        return touches(input, host)
                ? Stream.of(stop(Services.of(input.factsOf(host))))
                : Stream.of();
    }

    /// After Slipway's files went.
    static Stream<Step> removing(PlanInput input, ClusterHost host) {
        return touches(input, host) ? Stream.of(removeStorage()) : Stream.of();
    }

    private static boolean touches(PlanInput input, ClusterHost host) {
        return input.clusterfile().hasRegistry(host) || had(input, host);
    }

    private static Step stop(Services services) {
        return Steps.rerunnable(
                "stop-registry",
                Script.fill(
                        """
                        if grep -qxF @UNIT@ @MADE@ 2>/dev/null; then
                            @RETIRE@
                        fi
                        """,
                        "RETIRE",
                        services.retire(RegistryFiles.SERVICE),
                        "UNIT",
                        ShellQuote.quote(services.definition(RegistryFiles.SERVICE).value()),
                        "MADE",
                        NodePaths.MADE.value()));
    }

    /// The registry's own tree in the folders that were claimed for it, and nothing else in them.
    private static Step removeStorage() {
        return Steps.rerunnable(
                "remove-registry-storage",
                Script.fill(
                        """
                        if [ -e @CLAIMED@ ]; then
                            while IFS= read -r storage; do
                                rm -rf "$storage/docker"
                                rmdir "$storage" 2>/dev/null || :
                            done < @CLAIMED@
                        fi
                        rmdir @FOLDER@ 2>/dev/null || :
                        rm -f @ARTIFACTS@/*.served @STAMP@ @CLAIMED@
                        """,
                        "CLAIMED",
                        NodePaths.REGISTRY_STORAGE.value(),
                        "FOLDER",
                        NodePaths.REGISTRY.value(),
                        "ARTIFACTS",
                        NodePaths.ARTIFACTS.value(),
                        "STAMP",
                        NodePaths.REGISTRY_STAMP.value()));
    }
}
