package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.clusterfile.MaxUnavailable;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Draining;
import dev.slipway.planner.plan.node.HookPhase;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// `upgrade-workers`: brings workers to the release, or starts them with other flags, in a window
/// that slides: as one is Ready again the next goes. How many may be away at once is the phase's
/// disruption budget (`maxUnavailable`), a tenth of the cluster's workers unless it is said; one
/// that failed keeps its share of it, so a release that is no good stops after as many.
///
/// Each worker drains itself before anything is stopped. A drain that fails lets it take pods again
/// and leaves it as it was. Those that do not run come first: they are away already.
final class UpgradeWorkersPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "upgrade-workers", "upgrade the workers", true, 1, Duration.ofMinutes(20));

    private static final MaxUnavailable TENTH = new MaxUnavailable(10, true);

    private UpgradeWorkersPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        if (scope.upgradingWorkers().isEmpty()) {
            return Optional.empty();
        }
        int budget = budget(input);
        return Optional.of(
                new PhaseBuilder(
                                PHASE.name(),
                                PHASE.title(),
                                PHASE.mutating(),
                                budget,
                                PHASE.timeout()
                                        .plus(Draining.longest(input, 1))
                                        .plus(
                                                UpgradeHooks.longest(
                                                        input, scope.upgradingWorkers())))
                        .takingAway(
                                budget,
                                inOrder(input, scope.upgradingWorkers()),
                                input.clusterfile(),
                                host -> Steps.withEnvironment(input, host, steps(input, host))));
    }

    /// A worker's kubeconfig has to last until the node takes pods again.
    static Optional<Compilation.Refused> refused(PlanInput input) {
        List<ClusterHost> workers = K0sScope.of(input).upgradingWorkers();
        Duration drain = input.clusterfile().drain().timeout();
        Duration hooks = HookPhase.longest(HookAction.PRE_UPGRADE_HOST, input, workers);
        return workers.isEmpty() || drain.plus(hooks).compareTo(OutOfService.LONGEST_DRAIN) <= 0
                ? Optional.empty()
                : Optional.of(
                        new Compilation.Refused(
                                ReasonCode.CLUSTERFILE_INVALID,
                                "spec.drain.timeout is %d minutes%s, and workers drain themselves with a kubeconfig that lives an hour: say %d minutes at most where workers are to be upgraded"
                                        .formatted(
                                                drain.toMinutes(),
                                                hooks.isZero()
                                                        ? ""
                                                        : ", the timeouts of hooks of pre-upgrade-host are %d minutes together"
                                                                .formatted(
                                                                        Math.ceilDiv(
                                                                                hooks.toSeconds(),
                                                                                60)),
                                                OutOfService.LONGEST_DRAIN.toMinutes())));
    }

    /// Of all workers, those that are upgraded already or never will be among them.
    private static int budget(PlanInput input) {
        int workers = input.clusterfile().workers().size();
        return input.clusterfile()
                .limits()
                .of(PHASE.name())
                .maxUnavailable()
                .orElse(TENTH)
                .of(workers);
    }

    private static List<ClusterHost> inOrder(PlanInput input, List<ClusterHost> hosts) {
        return hosts.stream()
                .sorted(Comparator.comparing(h -> input.factsOf(h).k0s().active()))
                .toList();
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        boolean draining = OutOfService.isWorthwhile(input, host);
        var steps = new ArrayList<>(UpgradeHooks.before(input, host));
        if (draining) {
            steps.add(OutOfService.drain(input, host));
        }
        steps.add(K0sInstall.stop(host));
        steps.add(K0sInstall.swapProgram(input, host));
        steps.add(K0sInstall.reinstall(input, host));
        steps.add(OutOfService.noteStart());
        steps.add(K0sInstall.start(host));
        steps.add(K0sInstall.awaitRunning(host));
        steps.add(OutOfService.awaitReady(input, host));
        if (draining) {
            steps.add(OutOfService.uncordon(input, host));
        }
        steps.addAll(UpgradeHooks.after(input, host));
        return steps;
    }
}
