package dev.slipway.planner.plan.node;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PlanInput;
import java.util.List;

/// What an `apply` has to touch: the difference between the Clusterfile on one side, the recorded
/// state and the facts on the other. Healthy nodes of which nothing changed are in no list. Each
/// runtime adds what it alone has to look at.
public interface Scope {
    /// Who comes and who leaves.
    Membership membership();

    /// The hosts to prepare.
    List<ClusterHost> preparing();

    default boolean initialising() {
        return membership().initialising();
    }

    default List<ClusterHost> joiningControlPlanes() {
        return membership().joiningControlPlanes();
    }

    /// Workers.
    default List<ClusterHost> joining() {
        return membership().joining();
    }

    default List<ClusterHost> leaving() {
        return membership().leaving();
    }

    default List<ClusterHost> lost() {
        return membership().lost();
    }

    /// Whether the cluster is as its Clusterfile says. Whatever else there may be to do comes with
    /// one of these.
    default boolean isEmpty(PlanInput input) {
        return membership().isEmpty()
                && preparing().isEmpty()
                && !input.isChanged(Clusterfile::digest);
    }

    /// What `prepare` depends on with every runtime, of every host alike.
    static List<Object> preparation(Clusterfile clusterfile) {
        return List.of(
                clusterfile.hostAliases(),
                clusterfile.artifacts(),
                clusterfile.registries(),
                clusterfile.ownRegistry(),
                clusterfile.hostFamily(),
                clusterfile.packages(),
                clusterfile.images(),
                clusterfile.files());
    }

    /// A whole member that is still ours; whether its services run is the runtime's to say.
    static boolean isWhole(HostFacts facts) {
        return facts.node().isMember() && facts.owner().isPresent();
    }
}
