package dev.slipway.planner.plan.k0s;

import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.AccessPhase;
import dev.slipway.planner.plan.node.AddonsPhase;
import dev.slipway.planner.plan.node.AuthorityPhase;
import dev.slipway.planner.plan.node.HookPhase;
import dev.slipway.planner.plan.node.Joining;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.PhaseList;
import dev.slipway.planner.plan.node.RecordPhase;
import dev.slipway.planner.plan.node.RemoveNodesPhases;
import dev.slipway.planner.plan.node.ResetPhases;
import dev.slipway.planner.plan.node.VerifyPhase;
import java.time.Duration;
import java.util.List;

/// The ordered lists of phases, one per operation. A phase that has nothing to do for an input is
/// not in the plan. Controllers are brought to a new release before others join, and workers last,
/// for none may be newer than a controller.
public final class K0sPhases {
    private static final RemoveNodesPhases REMOVING =
            new RemoveNodesPhases(ControllerRemoval::steps);

    private static final ResetPhases RESETTING =
            new ResetPhases(Duration.ofMinutes(20), ResetSteps::of);

    private static final Phase<K0sScope> AUTHORITY =
            (input, scope) -> AuthorityPhase.plan(input, scope, K0sPaths.pki(input.lead()));

    private static final Phase<K0sScope> VERIFY_MEMBERS =
            (input, scope) -> VerifyPhase.members(input, scope, K0sEtcd.areMembers(input));

    private static final Phase<K0sScope> RECORD =
            (input, scope) -> RecordPhase.plan(input, JoinToken.revoke(input, scope));

    private static final PhaseList<K0sScope> APPLY =
            new PhaseList<>(
                    K0sScope::of,
                    List.of(
                            HookPhase.of(HookAction.PRE_INSTALL),
                            HookPhase.of(HookAction.PRE_SCALEUP),
                            HookPhase.of(HookAction.PRE_INIT_HOST),
                            PreparePhase::plan,
                            AUTHORITY,
                            InitPhase::plan,
                            TokenPhase::plan,
                            REMOVING::lostMembers,
                            AccessPhase::early,
                            REMOVING::lost,
                            ConfigurePhase::plan,
                            UpgradeControlPlanesPhase::plan,
                            JoinControlPlanesPhase::plan,
                            JoinWorkersPhase::plan,
                            UpgradeWorkersPhase::plan,
                            UpgradeHooks::leftOver,
                            EndpointPhase::plan,
                            HookPhase.of(HookAction.POST_INIT_HOST),
                            AccessPhase::late,
                            REMOVING::drained,
                            REMOVING::leavingMembers,
                            REMOVING::leaving,
                            HookPhase.of(HookAction.PRE_CLEAN_HOST),
                            RESETTING::removed,
                            HookPhase.of(HookAction.POST_CLEAN_HOST),
                            AddonsPhase::plan,
                            ApprovePhase::plan,
                            VERIFY_MEMBERS,
                            (input, _) -> VerifyPhase.nodes(input),
                            HookPhase.of(HookAction.POST_INSTALL),
                            HookPhase.of(HookAction.POST_SCALEUP),
                            RECORD));

    private static final PhaseList<K0sScope> RESTORE =
            new PhaseList<>(
                    K0sScope::of,
                    List.of(
                            (input, _) -> CheckArchivePhase.plan(input),
                            HookPhase.of(HookAction.PRE_INSTALL),
                            HookPhase.of(HookAction.PRE_INIT_HOST),
                            PreparePhase::plan,
                            AUTHORITY,
                            InitPhase::plan,
                            TokenPhase::plan,
                            JoinControlPlanesPhase::plan,
                            JoinWorkersPhase::plan,
                            UpgradeWorkersPhase::plan,
                            HookPhase.of(HookAction.POST_INIT_HOST),
                            AccessPhase::late,
                            AddonsPhase::plan,
                            ApprovePhase::plan,
                            VERIFY_MEMBERS,
                            (input, _) -> VerifyPhase.nodes(input),
                            HookPhase.of(HookAction.POST_INSTALL),
                            RECORD));

    private static final PhaseList<K0sScope> RESET = RESETTING.all(K0sScope::of);

    private static final PhaseList<K0sScope> BACKUP =
            new PhaseList<>(
                    K0sScope::of,
                    List.of(
                            BackupPhase.hooks(HookAction.PRE_BACKUP),
                            (input, _) -> BackupPhase.plan(input),
                            BackupPhase.hooks(HookAction.POST_BACKUP)));

    private K0sPhases() {}

    public static Compilation apply(PlanInput input) {
        return APPLY.unless(
                K0sRefusals.of(input).or(() -> UpgradeWorkersPhase.refused(input)), input);
    }

    public static Compilation reset(PlanInput input) {
        return RESET.compile(input);
    }

    public static Compilation backup(PlanInput input) {
        return BACKUP.unless(ArchiveRefusals.ofBackup(input), input);
    }

    public static Compilation restore(PlanInput input) {
        return RESTORE.unless(
                ArchiveRefusals.ofRestore(input).or(() -> K0sRefusals.of(input)), input);
    }

    /// See [Joining#longest].
    public static Duration untilLastJoin(Clusterfile clusterfile) {
        return Joining.longest(
                clusterfile,
                PreparePhase.PHASE,
                List.of(AuthorityPhase.PHASE, InitPhase.PHASE, TokenPhase.PHASE),
                List.of(
                        ConfigurePhase.PHASE,
                        UpgradeControlPlanesPhase.PHASE,
                        JoinControlPlanesPhase.PHASE),
                JoinWorkersPhase.PHASE);
    }
}
