package dev.slipway.planner.clusterfile;

import java.util.List;

/// Names that every host of the cluster resolves to an address.
public record HostAlias(String ip, List<String> hostnames) {
    public HostAlias {
        hostnames = List.copyOf(hostnames);
    }
}
