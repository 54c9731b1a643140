package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.ApiAccess;
import dev.slipway.planner.plan.node.Draining;
import dev.slipway.planner.plan.node.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// `upgrade-control-planes`: brings controllers to the release, or starts them with other flags,
/// one after another: each only if etcd can spare it, and the next once its API server is ready and
/// it is a member of etcd again. What can be found out before it is stopped is: its configuration
/// is judged by the program that will read it, and if it works its pods have gone.
///
/// Those that do not run come first, since they are missed already, and the lead last: by then all
/// others know what its release knows.
final class UpgradeControlPlanesPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "upgrade-control-planes",
                    "upgrade the control planes",
                    true,
                    1,
                    Duration.ofMinutes(30));

    private UpgradeControlPlanesPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        List<ClusterHost> hosts = inOrder(input, scope.upgradingControlPlanes());
        boolean draining = hosts.stream().anyMatch(h -> OutOfService.isWorthwhile(input, h));
        PhaseBuilder longer = PHASE.longerBy(UpgradeHooks.longest(input, hosts));
        return Phase.on(
                draining ? longer.longerBy(Draining.longest(input, 1)) : longer,
                input,
                hosts,
                host -> steps(input, host, host.equals(hosts.getLast())));
    }

    private static List<ClusterHost> inOrder(PlanInput input, List<ClusterHost> hosts) {
        return hosts.stream()
                .sorted(
                        Comparator.<ClusterHost, Boolean>comparing(
                                        h -> input.factsOf(h).k0s().active())
                                .thenComparing(h -> h.equals(input.lead())))
                .toList();
    }

    private static List<Step> steps(PlanInput input, ClusterHost host, boolean last) {
        boolean draining = OutOfService.isWorthwhile(input, host);
        var steps = new ArrayList<>(UpgradeHooks.before(input, host));
        steps.addAll(K0sConfiguration.bring(input, host));
        if (K0sEtcd.isOwn(input)) {
            steps.add(K0sEtcd.checkQuorum(input, host));
        }
        if (draining) {
            steps.add(OutOfService.drain(input, host));
        }
        steps.add(K0sInstall.stop(host));
        steps.add(K0sInstall.swapProgram(input, host));
        steps.add(K0sConfiguration.place());
        steps.add(K0sInstall.reinstall(input, host));
        steps.add(OutOfService.noteStart());
        steps.add(K0sInstall.start(host));
        steps.add(K0sInstall.awaitRunning(host));
        steps.add(K0sInstall.awaitApi(input, host));
        if (K0sEtcd.isOwn(input)) {
            steps.add(K0sEtcd.awaitMember(input, host));
        }
        if (input.clusterfile().isNode(host)) {
            steps.add(OutOfService.awaitReady(input, host));
        }
        if (draining) {
            steps.add(OutOfService.uncordon(input, host));
        }
        steps.addAll(UpgradeHooks.after(input, host));
        if (last) {
            steps.addAll(ofCluster(input, host));
        }
        return steps;
    }

    /// What workers need next to drain themselves may not be there yet, where no run came to its
    /// end so far.
    private static List<Step> ofCluster(PlanInput input, ClusterHost host) {
        var steps = new ArrayList<>(ApiAccess.steps(input, host));
        if (ClusterConfig.isOutdated(input)) {
            steps.addAll(ClusterConfig.replace(input, host));
        }
        return steps;
    }
}
