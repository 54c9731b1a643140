package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.HookPhase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The user's hooks around the upgrade of a node, in the very task that upgrades it: the first ones
/// before its pods go, so that one that fails leaves all as it was; the last ones when it takes
/// pods again, so that one that fails keeps others from being upgraded as a failed upgrade does.
///
/// They are about what was applied last and what shall be: a node that merely stopped running is
/// brought up again without them.
final class UpgradeHooks {
    private UpgradeHooks() {}

    static List<Step> before(PlanInput input, ClusterHost host) {
        return steps(HookAction.PRE_UPGRADE_HOST, input, host);
    }

    static List<Step> after(PlanInput input, ClusterHost host) {
        return steps(HookAction.POST_UPGRADE_HOST, input, host);
    }

    /// How much longer a task takes by them.
    static Duration longest(PlanInput input, List<ClusterHost> hosts) {
        return HookPhase.longest(HookAction.PRE_UPGRADE_HOST, input, hosts)
                .plus(HookPhase.longest(HookAction.POST_UPGRADE_HOST, input, hosts));
    }

    /// `post-upgrade-host`: what is left of an upgrade that broke off after nodes had come to the
    /// new release.
    static Optional<PlannedPhase> leftOver(PlanInput input, K0sScope scope) {
        return HookPhase.on(
                HookAction.POST_UPGRADE_HOST,
                input,
                scope.upgradedBefore(),
                host -> after(input, host));
    }

    private static List<Step> steps(HookAction action, PlanInput input, ClusterHost host) {
        Optional<List<Object>> before = K0sScope.applied(input, host);
        List<Object> after = K0sScope.wanted(input, host);
        return before.filter(b -> !b.equals(after))
                .map(b -> HookPhase.steps(action, input, host, Map.of("from", b, "to", after)))
                .orElse(List.of());
    }
}
