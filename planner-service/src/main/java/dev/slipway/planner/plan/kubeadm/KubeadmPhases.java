package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.util.List;
import java.util.Optional;

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
                    AddonsPhase::plan,
                    VerifyPhase::plan,
                    hooks(HookAction.POST_INSTALL),
                    hooks(HookAction.POST_SCALEUP),
                    RecordPhase::plan);

    private static final List<Phase> RESET =
            List.of(
                    hooks(HookAction.PRE_UNINSTALL),
                    hooks(HookAction.PRE_CLEAN_HOST),
                    DeleteNodesPhase::plan,
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

    private static Plan plan(PlanInput input, Scope scope, List<Phase> phases) {
        return new Plan(
                input.operation(),
                input.clusterfile().name(),
                input.ownership().generation(),
                phases.stream().flatMap(p -> p.plan(input, scope).stream()).toList());
    }

    private static Phase hooks(HookAction action) {
        return (input, scope) -> HookPhase.plan(action, input, scope);
    }

    /// A phase of the list.
    private interface Phase {
        Optional<PlannedPhase> plan(PlanInput input, Scope scope);
    }
}
