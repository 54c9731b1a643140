package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.AddonsPhase;
import dev.slipway.planner.plan.node.DeleteNodesPhase;
import dev.slipway.planner.plan.node.HookPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The ordered lists of phases, one per operation. A phase that has nothing to do for an input is
/// not in the plan.
public final class KubeadmPhases {
    private static final List<Phase> APPLY =
            List.of(
                    hooks(HookAction.PRE_INSTALL),
                    hooks(HookAction.PRE_SCALEUP),
                    hooks(HookAction.PRE_INIT_HOST),
                    PreparePhase::plan,
                    AuthorityPhase::plan,
                    InitPhase::plan,
                    TokenPhase::plan,
                    RemoveNodesPhase::lost,
                    ConfigurePhase::plan,
                    JoinControlPlanesPhase::plan,
                    JoinWorkersPhase::plan,
                    EndpointPhase::plan,
                    hooks(HookAction.POST_INIT_HOST),
                    RemoveNodesPhase::leaving,
                    hooks(HookAction.PRE_CLEAN_HOST),
                    ResetRemovedPhase::plan,
                    hooks(HookAction.POST_CLEAN_HOST),
                    (input, scope) -> AddonsPhase.plan(input, scope.addons()),
                    VerifyPhase::plan,
                    hooks(HookAction.POST_INSTALL),
                    hooks(HookAction.POST_SCALEUP),
                    RecordPhase::plan);

    private static final List<Phase> RESET =
            List.of(
                    hooks(HookAction.PRE_UNINSTALL),
                    hooks(HookAction.PRE_CLEAN_HOST),
                    (input, _) -> DeleteNodesPhase.plan(input),
                    ResetWorkersPhase::plan,
                    ResetControlPlanePhase::plan,
                    hooks(HookAction.POST_CLEAN_HOST),
                    hooks(HookAction.POST_UNINSTALL));

    private KubeadmPhases() {}

    public static Compilation apply(PlanInput input) {
        Optional<Compilation.Refused> refused = Refusals.of(input);
        if (refused.isPresent()) {
            return refused.get();
        }
        Scope scope = Scope.of(input);
        return scope.isEmpty()
                ? new Compilation.NothingToDo(
                        "cluster %s is as its Clusterfile says"
                                .formatted(input.clusterfile().name()))
                : plan(input, scope, APPLY);
    }

    public static Compilation reset(PlanInput input) {
        return plan(input, Scope.of(input), RESET);
    }

    /// How long an `apply` takes at most from the making of the plan to its last join, where
    /// nothing has to be repeated.
    public static Duration untilLastJoin(Clusterfile clusterfile) {
        int controlPlanes = clusterfile.controlPlanes().size();
        return Stream.of(
                        PreparePhase.PHASE.longest(clusterfile.hosts().size(), clusterfile),
                        AuthorityPhase.PHASE.longest(1, clusterfile),
                        InitPhase.PHASE.longest(1, clusterfile),
                        TokenPhase.PHASE.longest(1, clusterfile),
                        ConfigurePhase.PHASE.longest(1, clusterfile),
                        JoinControlPlanesPhase.PHASE.longest(controlPlanes, clusterfile),
                        JoinWorkersPhase.PHASE.longest(clusterfile.workers().size(), clusterfile))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Plan plan(PlanInput input, Scope scope, List<Phase> phases) {
        return new Plan(
                input.operation(),
                input.clusterfile().name(),
                input.ownership().generation(),
                phases.stream().flatMap(p -> p.plan(input, scope).stream()).toList());
    }

    private static Phase hooks(HookAction action) {
        return (input, scope) -> HookPhase.plan(action, input, scope.membership());
    }

    /// A phase of the list.
    private interface Phase {
        Optional<PlannedPhase> plan(PlanInput input, Scope scope);
    }
}
