package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.PoolName;
import java.util.List;
import java.util.function.Predicate;

/// Some hosts: what an operation needs that only runs something on them. A document of kind `Hosts`
/// says no more; of a Clusterfile it is the part about hosts.
///
/// @param name under which runs on the hosts are listed; a cluster of that name need not exist
/// @param hosts in a Clusterfile control planes first, otherwise in the order of the file
public record HostsFile(ClusterName name, PoolName pool, List<ListedHost> hosts, Limits limits) {
    public HostsFile {
        hosts = List.copyOf(hosts);
    }

    /// The same, of some of the hosts only.
    public HostsFile only(Predicate<ListedHost> which) {
        return new HostsFile(name, pool, hosts.stream().filter(which).toList(), limits);
    }
}
