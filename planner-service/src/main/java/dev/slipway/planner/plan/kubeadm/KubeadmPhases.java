package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.AccessPhase;
import dev.slipway.planner.plan.node.AddonsPhase;
import dev.slipway.planner.plan.node.AuthorityPhase;
import dev.slipway.planner.plan.node.HookPhase;
import dev.slipway.planner.plan.node.Joining;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.PhaseList;
import dev.slipway.planner.plan.node.RecordPhase;
import dev.slipway.planner.plan.node.RemoveNodesPhases;
import dev.slipway.planner.plan.node.ResetPhases;
import dev.slipway.planner.plan.node.VerifyPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The ordered lists of phases, one per operation. A phase that has nothing to do for an input is
/// not in the plan.
public final class KubeadmPhases {
    private static final RemoveNodesPhases REMOVING =
            new RemoveNodesPhases(
                    (input, host, removed) -> List.of(Etcd.remove(input, host, removed)));

    private static final ResetPhases RESETTING =
            new ResetPhases(Duration.ofMinutes(10), ResetSteps::of);

    private static final Phase<KubeadmScope> AUTHORITY =
            (input, scope) -> AuthorityPhase.plan(input, scope, NodePaths.PKI);

    private static final Phase<KubeadmScope> VERIFY_MEMBERS =
            (input, scope) ->
                    VerifyPhase.members(input, scope, Optional.of(Etcd.areMembers(input)));

    private static final Phase<KubeadmScope> RECORD =
            (input, scope) ->
                    RecordPhase.plan(
                            input,
                            TokenPhase.revoke(input, scope),
                            NodePaths.INIT_CONFIG,
                            NodePaths.JOIN_CONFIG,
                            NodePaths.TOKEN_CONFIG);

    private static final PhaseList<KubeadmScope> APPLY =
            new PhaseList<>(
                    KubeadmScope::of,
                    List.of(
                            HookPhase.of(HookAction.PRE_INSTALL),
                            HookPhase.of(HookAction.PRE_SCALEUP),
                            HookPhase.of(HookAction.PRE_INIT_HOST),
                            PreparePhase::plan,
                            RegistryPhases::serve,
                            AUTHORITY,
                            InitPhase::plan,
                            TokenPhase::plan,
                            REMOVING::lostMembers,
                            AccessPhase::early,
                            REMOVING::lost,
                            ConfigurePhase::plan,
                            JoinControlPlanesPhase::plan,
                            JoinWorkersPhase::plan,
                            EndpointPhase::plan,
                            RegistryPhases::retire,
                            HookPhase.of(HookAction.POST_INIT_HOST),
                            AccessPhase::late,
                            REMOVING::drained,
                            REMOVING::leavingMembers,
                            REMOVING::leaving,
                            HookPhase.of(HookAction.PRE_CLEAN_HOST),
                            RESETTING::removed,
                            HookPhase.of(HookAction.POST_CLEAN_HOST),
                            AddonsPhase::plan,
                            VERIFY_MEMBERS,
                            (input, _) -> VerifyPhase.nodes(input),
                            HookPhase.of(HookAction.POST_INSTALL),
                            HookPhase.of(HookAction.POST_SCALEUP),
                            RECORD));

    private static final PhaseList<KubeadmScope> RESET = RESETTING.all(KubeadmScope::of);

    private KubeadmPhases() {}

    public static Compilation apply(PlanInput input) {
        return APPLY.unless(Refusals.of(input), input);
    }

    public static Compilation reset(PlanInput input) {
        return RESET.compile(input);
    }

    /// See [Joining#longest].
    public static Duration untilLastJoin(Clusterfile clusterfile) {
        var once =
                new ArrayList<>(
                        List.of(
                                AuthorityPhase.PHASE,
                                InitPhase.PHASE,
                                TokenPhase.PHASE,
                                ConfigurePhase.PHASE));
        if (clusterfile.ownRegistry().isPresent()) {
            once.add(RegistryPhases.PHASE);
        }
        return Joining.longest(
                clusterfile,
                PreparePhase.PHASE,
                once,
                List.of(JoinControlPlanesPhase.PHASE),
                JoinWorkersPhase.PHASE);
    }
}
