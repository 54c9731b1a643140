package dev.slipway.planner.plan.k0s;

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
/// not in the plan. Controllers are brought to a new release before others join, and workers last,
/// for none may be newer than a controller.
public final class K0sPhases {
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
                    UpgradeControlPlanesPhase::plan,
                    JoinControlPlanesPhase::plan,
                    JoinWorkersPhase::plan,
                    UpgradeWorkersPhase::plan,
                    EndpointPhase::plan,
                    hooks(HookAction.POST_INIT_HOST),
                    RemoveNodesPhase::leaving,
                    hooks(HookAction.PRE_CLEAN_HOST),
                    ResetRemovedPhase::plan,
                    hooks(HookAction.POST_CLEAN_HOST),
                    (input, scope) -> AddonsPhase.plan(input, scope.addons()),
                    ApprovePhase::plan,
                    VerifyPhase::plan,
                    hooks(HookAction.POST_INSTALL),
                    hooks(HookAction.POST_SCALEUP),
                    RecordPhase::plan);

    private static final List<Phase> RESTORE =
            List.of(
                    (input, _) -> CheckArchivePhase.plan(input),
                    hooks(HookAction.PRE_INSTALL),
                    hooks(HookAction.PRE_INIT_HOST),
                    PreparePhase::plan,
                    AuthorityPhase::plan,
                    InitPhase::plan,
                    JoinControlPlanesPhase::plan,
                    JoinWorkersPhase::plan,
                    UpgradeWorkersPhase::plan,
                    hooks(HookAction.POST_INIT_HOST),
                    (input, scope) -> AddonsPhase.plan(input, scope.addons()),
                    ApprovePhase::plan,
                    VerifyPhase::plan,
                    hooks(HookAction.POST_INSTALL),
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

    private static final List<Phase> BACKUP = List.of((input, _) -> BackupPhase.plan(input));

    private K0sPhases() {}

    public static Compilation apply(PlanInput input) {
        Optional<Compilation.Refused> refused = K0sRefusals.of(input);
        if (refused.isPresent()) {
            return refused.get();
        }
        K0sScope scope = K0sScope.of(input);
        refused = UpgradeWorkersPhase.refused(input, scope);
        if (refused.isPresent()) {
            return refused.get();
        }
        return scope.isEmpty()
                ? new Compilation.NothingToDo(
                        "cluster %s is as its Clusterfile says"
                                .formatted(input.clusterfile().name()))
                : plan(input, scope, APPLY);
    }

    public static Compilation reset(PlanInput input) {
        return plan(input, K0sScope.of(input), RESET);
    }

    public static Compilation backup(PlanInput input) {
        return unless(ArchiveRefusals.ofBackup(input), input, BACKUP);
    }

    public static Compilation restore(PlanInput input) {
        return unless(
                ArchiveRefusals.ofRestore(input).or(() -> K0sRefusals.of(input)), input, RESTORE);
    }

    private static Compilation unless(
            Optional<Compilation.Refused> refused, PlanInput input, List<Phase> phases) {
        return refused.isPresent() ? refused.get() : plan(input, K0sScope.of(input), phases);
    }

    /// How long an `apply` takes at most from the making of the plan to its last join, where
    /// nothing has to be repeated.
    public static Duration untilLastJoin(Clusterfile clusterfile) {
        int controllers = clusterfile.controlPlanes().size();
        return Stream.of(
                        PreparePhase.PHASE.longest(clusterfile.hosts().size(), clusterfile),
                        AuthorityPhase.PHASE.longest(1, clusterfile),
                        InitPhase.PHASE.longest(1, clusterfile),
                        TokenPhase.PHASE.longest(1, clusterfile),
                        ConfigurePhase.PHASE.longest(controllers, clusterfile),
                        UpgradeControlPlanesPhase.PHASE.longest(controllers, clusterfile),
                        JoinControlPlanesPhase.PHASE.longest(controllers, clusterfile),
                        JoinWorkersPhase.PHASE.longest(clusterfile.workers().size(), clusterfile))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Plan plan(PlanInput input, K0sScope scope, List<Phase> phases) {
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
        Optional<PlannedPhase> plan(PlanInput input, K0sScope scope);
    }
}
