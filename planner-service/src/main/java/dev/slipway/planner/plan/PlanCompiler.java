package dev.slipway.planner.plan;

import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.k0s.K0sPhases;
import dev.slipway.planner.plan.kubeadm.Adoption;
import dev.slipway.planner.plan.kubeadm.KubeadmPhases;
import java.time.Duration;

/// Compiles an operation to its plan. Pure: the same input gives the same plan, byte for byte.
public final class PlanCompiler {
    private PlanCompiler() {}

    /// @param input facts must have passed preflight
    /// @throws IllegalArgumentException if the operation is `check`, `exec` or `view`
    public static Compilation compile(PlanInput input) {
        ClusterRuntime runtime = input.clusterfile().runtime();
        return switch (input.operation()) {
            case APPLY ->
                    switch (runtime) {
                        case ClusterRuntime.Kubeadm _ -> KubeadmPhases.apply(input);
                        case ClusterRuntime.K0s _ -> K0sPhases.apply(input);
                    };
            case ADOPT ->
                    switch (runtime) {
                        case ClusterRuntime.Kubeadm _ -> Adoption.plan(input);
                        case ClusterRuntime.K0s _ ->
                                new Compilation.Refused(
                                        ReasonCode.NOT_SERVED_YET,
                                        "adopt of a k0s cluster is not served yet: save it with k0s backup, and install it anew with Slipway");
                    };
            case RESET ->
                    switch (runtime) {
                        case ClusterRuntime.Kubeadm _ -> KubeadmPhases.reset(input);
                        case ClusterRuntime.K0s _ -> K0sPhases.reset(input);
                    };
            case BACKUP ->
                    switch (runtime) {
                        case ClusterRuntime.Kubeadm _ -> notOfKubeadm(input);
                        case ClusterRuntime.K0s _ -> K0sPhases.backup(input);
                    };
            case RESTORE ->
                    switch (runtime) {
                        case ClusterRuntime.Kubeadm _ -> notOfKubeadm(input);
                        case ClusterRuntime.K0s _ -> K0sPhases.restore(input);
                    };
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

    /// How long the join tokens of a run have to live, from the making of the plan.
    public static Duration tokenLife(Clusterfile clusterfile) {
        Duration longest =
                switch (clusterfile.runtime()) {
                    case ClusterRuntime.Kubeadm _ -> KubeadmPhases.untilLastJoin(clusterfile);
                    case ClusterRuntime.K0s _ -> K0sPhases.untilLastJoin(clusterfile);
                };
        Duration said = clusterfile.limits().tokenValidity();
        return said.compareTo(longest) < 0 ? longest : said;
    }

    private static Compilation notOfKubeadm(PlanInput input) {
        return new Compilation.Refused(
                ReasonCode.NOT_SERVED_YET,
                "%s of a kubeadm cluster is not served yet: save etcd with etcdctl snapshot save, and /etc/kubernetes/pki"
                        .formatted(input.operation().word()));
    }
}
