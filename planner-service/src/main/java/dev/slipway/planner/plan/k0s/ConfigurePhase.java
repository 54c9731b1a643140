package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `configure`: gives running controllers their configuration anew. k0s reads it when it starts, so
/// they are started anew one at a time, each once the one before answers by its own API server and
/// etcd can spare it; all at once they would take the cluster down. One whose file is the same
/// already is left alone.
///
/// With dynamic configuration only what is a controller's own needs that; the rest is an object in
/// the cluster, replaced by way of the first controller.
final class ConfigurePhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "configure", "configure the controllers", true, 1, Duration.ofMinutes(20));

    /// There from before a new configuration is in its place until k0s was started with it.
    static final RemotePath RESTART = NodePaths.SLIPWAY.resolveInside("k0s-restart");

    private ConfigurePhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        return Phase.on(PHASE, input, scope.configuring(), host -> steps(input, host, scope));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host, K0sScope scope) {
        var steps = new ArrayList<>(K0sConfiguration.bring(input, host));
        if (ClusterConfig.isDynamic(input.clusterfile())
                && !ClusterConfig.isOfNodesOutdated(input)) {
            steps.add(K0sConfiguration.place());
        } else {
            if (K0sEtcd.isOwn(input)) {
                steps.add(K0sEtcd.checkQuorum(input, host));
            }
            steps.add(restart(input, host));
            steps.add(K0sInstall.awaitRunning(host));
            steps.add(K0sInstall.awaitApi(input, host));
        }
        // While some are to be upgraded, the last of them does it.
        if (host.equals(input.lead())
                && scope.upgradingControlPlanes().isEmpty()
                && ClusterConfig.isOutdated(input)) {
            steps.addAll(ClusterConfig.replace(input, host));
        }
        return steps;
    }

    private static Step restart(PlanInput input, ClusterHost host) {
        return Step.Command.of(
                        "restart-" + K0sInstall.service(host),
                        Script.fill(
                                """
                                if cmp -s @NEW@ @CONFIG@ && [ ! -e @RESTART@ ]; then
                                    rm -f @NEW@
                                    echo 'k0s runs with this configuration already'
                                    exit 0
                                fi
                                : > @RESTART@
                                mv -f @NEW@ @CONFIG@
                                @SERVICE@
                                rm -f @RESTART@
                                """,
                                "NEW",
                                ShellQuote.quote(K0sPaths.NEW_CONFIG.value()),
                                "CONFIG",
                                ShellQuote.quote(K0sPaths.CONFIG.value()),
                                "RESTART",
                                RESTART.value(),
                                "SERVICE",
                                Services.of(input.factsOf(host)).restart(K0sInstall.service(host))),
                        Duration.ofMinutes(5))
                .withRerun()
                .failingAs(Failures.SYSTEM);
    }
}
