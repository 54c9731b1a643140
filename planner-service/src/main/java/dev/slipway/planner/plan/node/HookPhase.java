package dev.slipway.planner.plan.node;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The phases of hooks, one for each action, named as that: the user's scripts at their moments.
/// The marks of an installation stay until `reset`; each time that nodes are added is a moment of
/// its own.
public final class HookPhase {
    private static final int WINDOW = 50;
    private static final Duration AROUND = Duration.ofMinutes(2);

    private final HookAction action;
    private final PlanInput input;
    private final Membership membership;

    private HookPhase(HookAction action, PlanInput input, Membership membership) {
        this.action = action;
        this.input = input;
        this.membership = membership;
    }

    public static <S extends Scope> Phase<S> of(HookAction action) {
        return (input, scope) -> new HookPhase(action, input, scope.membership()).plan();
    }

    /// A phase on hosts that the runtime knows.
    ///
    /// @param steps on each of them; none where the host has no such hook
    public static Optional<PlannedPhase> on(
            HookAction action,
            PlanInput input,
            List<ClusterHost> hosts,
            Function<ClusterHost, List<Step>> steps) {
        var hooks = new HookSteps(action, input, Map.of());
        return Phase.on(
                builder(action, hooks.longest(hosts)),
                input,
                hosts.stream().filter(h -> !hooks.hooks(h).isEmpty()).toList(),
                steps);
    }

    /// The action's hooks on one host, for a task or a phase of the runtime's own.
    ///
    /// @param occasion see [HookSteps]
    public static List<Step> steps(
            HookAction action, PlanInput input, ClusterHost host, Map<String, Object> occasion) {
        return new HookSteps(action, input, occasion).on(host);
    }

    /// The longest time that the action's hooks may take on one of the hosts.
    public static Duration longest(HookAction action, PlanInput input, List<ClusterHost> hosts) {
        return new HookSteps(action, input, Map.of()).longest(hosts);
    }

    private static PhaseBuilder builder(HookAction action, Duration longest) {
        return new PhaseBuilder(action.word(), action.title(), true, WINDOW, longest.plus(AROUND));
    }

    private Optional<PlannedPhase> plan() {
        return on(action, input, hosts(), this::steps);
    }

    /// Those that the moment is about; none where it does not come.
    private List<ClusterHost> hosts() {
        List<ClusterHost> all = input.clusterfile().hosts();
        return switch (action) {
            case PRE_INSTALL, POST_INSTALL -> isInstallation() ? all : List.of();
            case PRE_SCALEUP, POST_SCALEUP ->
                    isInstallation() || added().isEmpty() ? List.of() : all;
            case PRE_INIT_HOST -> added().stream().filter(h -> !input.isMember(h)).toList();
            case POST_INIT_HOST -> added();
            case PRE_CLEAN_HOST, POST_CLEAN_HOST ->
                    input.operation() == Operation.APPLY ? membership.leaving() : input.members();
            case PRE_UNINSTALL, POST_UNINSTALL -> input.members();
            case PRE_UPGRADE_HOST, POST_UPGRADE_HOST, PRE_BACKUP, POST_BACKUP ->
                    throw new IllegalArgumentException(
                            "the hosts of %s are the runtime's to name".formatted(action.word()));
        };
    }

    /// One that broke off is still to be finished.
    private boolean isInstallation() {
        return membership.initialising() || input.recorded().applied().isEmpty();
    }

    /// The hosts that are no nodes yet, or were none when an `apply` succeeded last.
    private List<ClusterHost> added() {
        return input.clusterfile().hosts().stream()
                .filter(h ->
                        isInstallation()
                                || membership.joiningControlPlanes().contains(h)
                                || membership.joining().contains(h)
                                || input.recorded()
                                        .applied()
                                        .flatMap(a -> a.host(h.address()))
                                        .isEmpty())
                .toList();
    }

    private List<Step> steps(ClusterHost host) {
        var steps = new ArrayList<Step>();
        switch (action) {
            case PRE_INSTALL, PRE_INIT_HOST -> steps.add(HostOwner.claim(input.ownership()));
            case PRE_UNINSTALL, PRE_CLEAN_HOST -> steps.add(HostOwner.check(input.ownership()));
            case PRE_SCALEUP,
                    POST_INIT_HOST,
                    POST_INSTALL,
                    POST_SCALEUP,
                    PRE_UPGRADE_HOST,
                    POST_UPGRADE_HOST,
                    PRE_BACKUP,
                    POST_BACKUP,
                    POST_CLEAN_HOST,
                    POST_UNINSTALL -> {}
        }
        steps.addAll(steps(action, input, host, occasion()));
        return steps;
    }

    /// Where nodes are added, which.
    private Map<String, Object> occasion() {
        return action == HookAction.PRE_SCALEUP || action == HookAction.POST_SCALEUP
                ? Map.of(
                        "added",
                        added().stream()
                                .map(ClusterHost::address)
                                .map(HostAddress::toString)
                                .toList())
                : Map.of();
    }
}
