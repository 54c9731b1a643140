package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The phases that take Kubernetes and all that Slipway made off hosts.
///
/// @param timeout of one host
/// @param steps how a host is rid of the runtime, whole, half or not at all installed
public record ResetPhases(Duration timeout, BiFunction<PlanInput, ClusterHost, List<Step>> steps) {
    private static final int WINDOW = 50;

    /// All of a `reset`.
    public <S extends Scope> PhaseList<S> all(Function<PlanInput, S> scope) {
        return new PhaseList<>(
                scope,
                List.of(
                        HookPhase.of(HookAction.PRE_UNINSTALL),
                        HookPhase.of(HookAction.PRE_CLEAN_HOST),
                        (input, _) -> DeleteNodesPhase.plan(input),
                        (input, _) -> workers(input),
                        (input, _) -> controlPlane(input),
                        HookPhase.of(HookAction.POST_CLEAN_HOST),
                        HookPhase.of(HookAction.POST_UNINSTALL)));
    }

    /// `reset-workers`.
    private Optional<PlannedPhase> workers(PlanInput input) {
        return plan(
                "reset-workers",
                "reset the workers",
                WINDOW,
                input,
                input.members().stream().filter(h -> !h.isControlPlane()).toList());
    }

    /// `reset-control-plane`, last, one after another, the first of the file at the end: as long as
    /// anything fails, as much as can be of the cluster is left to look at. kubeadm's take
    /// themselves out of etcd, which those that are left must answer for: reset at once, the last
    /// of them would wait for members that are gone.
    private Optional<PlannedPhase> controlPlane(PlanInput input) {
        return plan(
                "reset-control-plane",
                "reset the control plane",
                1,
                input,
                input.controlPlanes().reversed());
    }

    /// `reset-removed`: the cluster has done without them by now, so one that fails halts nothing.
    public Optional<PlannedPhase> removed(PlanInput input, Scope scope) {
        return plan("reset-removed", "reset the removed hosts", WINDOW, input, scope.leaving())
                .map(PlannedPhase::withoutHalts);
    }

    private Optional<PlannedPhase> plan(
            String name, String title, int window, PlanInput input, List<ClusterHost> hosts) {
        return Phase.on(
                new PhaseBuilder(name, title, true, window, timeout),
                input,
                hosts,
                host -> steps.apply(input, host));
    }
}
