package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Takes nodes out of the cluster, from a control plane that stays: drained, then out of etcd, then
/// deleted. Those that are lost go before the joins, because etcd lets no member in while another
/// one is dead; those that leave after them, because a control plane that goes is needed until its
/// successors are there. What the API does executors ask of it; etcd is asked on the host.
///
/// @param controlPlanes what takes control planes out of etcd, and whatever else they are to the
///   runtime besides nodes
public record RemoveNodesPhases(Removal controlPlanes) {
    private static final PhaseBuilder LOST_MEMBERS =
            new PhaseBuilder(
                    "remove-absent-members",
                    "remove the absent control planes",
                    true,
                    1,
                    Duration.ofMinutes(10));
    private static final PhaseBuilder LOST =
            new PhaseBuilder(
                    "remove-absent", "remove the absent nodes", true, 1, Duration.ofMinutes(10));
    private static final PhaseBuilder DRAIN =
            new PhaseBuilder("drain-nodes", "drain the nodes", true, 1, Duration.ofMinutes(5));
    private static final PhaseBuilder MEMBERS =
            new PhaseBuilder(
                    "remove-members", "remove the control planes", true, 1, Duration.ofMinutes(10));
    private static final PhaseBuilder LEAVING =
            new PhaseBuilder("remove-nodes", "remove the nodes", true, 1, Duration.ofMinutes(10));
    private static final Duration DELETING = Duration.ofMinutes(5);

    /// The steps on `host` that remove the others.
    @FunctionalInterface
    public interface Removal {
        List<Step> steps(PlanInput input, ClusterHost host, List<ClusterHost> removed);
    }

    /// `remove-absent-members`.
    public Optional<PlannedPhase> lostMembers(PlanInput input, Scope scope) {
        return members(LOST_MEMBERS, input, input.sponsor(), scope.lost());
    }

    /// `remove-absent`: nothing can be evicted from a machine that is gone; the cluster starts its
    /// pods elsewhere once the node is deleted.
    public Optional<PlannedPhase> lost(PlanInput input, Scope scope) {
        return delete(LOST, input, input.sponsor(), scope.lost());
    }

    /// `drain-nodes`.
    public Optional<PlannedPhase> drained(PlanInput input, Scope scope) {
        List<ClusterHost> nodes = nodes(input, scope.leaving());
        return nodes.isEmpty()
                ? Optional.empty()
                : Phase.on(
                        DRAIN.longerBy(Draining.longest(input, nodes.size())),
                        input,
                        List.of(input.lead()),
                        host -> List.of(Draining.nodes(input, host, nodes)));
    }

    /// `remove-members`.
    public Optional<PlannedPhase> leavingMembers(PlanInput input, Scope scope) {
        return members(MEMBERS, input, input.lead(), scope.leaving());
    }

    /// `remove-nodes`.
    public Optional<PlannedPhase> leaving(PlanInput input, Scope scope) {
        return delete(LEAVING, input, input.lead(), scope.leaving());
    }

    private Optional<PlannedPhase> members(
            PhaseBuilder phase, PlanInput input, ClusterHost host, List<ClusterHost> hosts) {
        List<ClusterHost> members = hosts.stream().filter(ClusterHost::isControlPlane).toList();
        return members.isEmpty()
                ? Optional.empty()
                : Phase.on(
                        phase, input, List.of(host), h -> controlPlanes.steps(input, h, members));
    }

    private static Optional<PlannedPhase> delete(
            PhaseBuilder phase, PlanInput input, ClusterHost host, List<ClusterHost> hosts) {
        List<String> names = nodes(input, hosts).stream().map(input::nodeName).toList();
        return names.isEmpty()
                ? Optional.empty()
                : Phase.on(
                        phase,
                        input,
                        List.of(host),
                        h ->
                                List.of(
                                        ApiStep.of(
                                                input,
                                                h,
                                                "delete-nodes",
                                                new KubeRequest.Delete(names),
                                                DELETING)));
    }

    private static List<ClusterHost> nodes(PlanInput input, List<ClusterHost> hosts) {
        return hosts.stream().filter(input.clusterfile()::isNode).toList();
    }
}
