package dev.slipway.planner.plan;

import dev.slipway.planner.plan.kubeadm.KubeadmPhases;

/// Compiles an operation to its plan. Pure: the same input gives the same plan, byte for byte.
public final class PlanCompiler {
    private PlanCompiler() {}

    /// @param input facts must have passed preflight
    /// @throws IllegalArgumentException if the operation is `check`, `exec` or `view`
    public static Compilation compile(PlanInput input) {
        return switch (input.operation()) {
            case APPLY -> KubeadmPhases.apply(input);
            case RESET -> KubeadmPhases.reset(input);
            case CHECK ->
                    throw new IllegalArgumentException("check has no plan: its answer is a report");
            case EXEC ->
                    throw new IllegalArgumentException(
                            "exec has no facts to look at: its plan is ExecPhase's");
            case VIEW ->
                    throw new IllegalArgumentException(
                            "view has no facts to look at: its plan is ViewPhase's");
        };
    }
}
