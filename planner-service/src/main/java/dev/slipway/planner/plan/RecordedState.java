package dev.slipway.planner.plan;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the planner knows of the cluster before the operation.
///
/// @param applied the Clusterfile of the last `apply` that succeeded in this generation; absent if
///   none did
public record RecordedState(Optional<Clusterfile> applied) {
    /// Nothing was ever applied, or the cluster was reset.
    public static final RecordedState NONE = new RecordedState(Optional.empty());

    /// The hosts of the cluster that the Clusterfile no longer lists, control planes first.
    public List<ClusterHost> leaving(Clusterfile wanted) {
        return missing(wanted).filter(h -> absent(h, wanted).isEmpty()).toList();
    }

    /// The hosts of the cluster that the Clusterfile declares absent, control planes first, by the
    /// name that it says now if it says one.
    public List<ClusterHost> lost(Clusterfile wanted) {
        return missing(wanted)
                .flatMap(h -> absent(h, wanted).map(a -> named(h, a.name().or(h::name))).stream())
                .toList();
    }

    private Stream<ClusterHost> missing(Clusterfile wanted) {
        return applied.stream()
                .flatMap(a -> a.hosts().stream())
                .filter(h -> wanted.host(h.address()).isEmpty());
    }

    private static Optional<ClusterHost> absent(ClusterHost host, Clusterfile wanted) {
        return wanted.absent().stream().filter(h -> h.address().equals(host.address())).findFirst();
    }

    private static ClusterHost named(ClusterHost host, Optional<String> name) {
        return new ClusterHost(
                host.address(),
                name,
                host.role(),
                host.ssh(),
                host.env(),
                host.labels(),
                host.taints(),
                host.k0s());
    }
}
