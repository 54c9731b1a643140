package dev.slipway.planner.plan.node;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.PlanInput;
import java.util.List;

/// Who comes into the cluster and who leaves it: the difference between the Clusterfile on one
/// side, the recorded state and the facts on the other.
///
/// @param initialising whether there is no control plane yet
/// @param joiningControlPlanes the control planes to join, besides one to initialise
/// @param joining the workers to join; in a restore those that are none yet, since the others find
///   their cluster again
/// @param leaving the hosts to take out of the cluster and to clean
/// @param lost the hosts to take out of the cluster that cannot be reached
public record Membership(
        boolean initialising,
        List<ClusterHost> joiningControlPlanes,
        List<ClusterHost> joining,
        List<ClusterHost> leaving,
        List<ClusterHost> lost) {
    public Membership {
        joiningControlPlanes = List.copyOf(joiningControlPlanes);
        joining = List.copyOf(joining);
        leaving = List.copyOf(leaving);
        lost = List.copyOf(lost);
    }

    public static Membership of(PlanInput input) {
        Clusterfile wanted = input.clusterfile();
        boolean initialising = input.controlPlanes().stream().noneMatch(input::isMember);
        return new Membership(
                initialising,
                wanted.controlPlanes().stream()
                        .skip(initialising ? 1 : 0)
                        .filter(h -> initialising || !input.isMember(h))
                        .toList(),
                wanted.workers().stream()
                        .filter(h ->
                                (initialising && input.operation() != Operation.RESTORE)
                                        || !input.isMember(h))
                        .toList(),
                input.recorded().leaving(wanted),
                input.recorded().lost(wanted));
    }

    public boolean isEmpty() {
        return !initialising
                && joiningControlPlanes.isEmpty()
                && joining.isEmpty()
                && leaving.isEmpty()
                && lost.isEmpty();
    }
}
