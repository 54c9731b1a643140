package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.HostAddress;
import java.time.Duration;
import java.util.List;

/// A script of the user's that runs as root at a certain moment of an operation.
///
/// @param name a DNS label of at most 40 characters, unique among those of its action
/// @param roles whose hosts it runs on
/// @param hosts on which it runs besides; neither: the first control plane
/// @param script shell text, or a script whose first line names its interpreter (`#!`)
/// @param timeout on one host
public record Hook(
        String name,
        HookAction action,
        List<Role> roles,
        List<HostAddress> hosts,
        String script,
        Duration timeout) {
    public Hook {
        roles = List.copyOf(roles);
        hosts = List.copyOf(hosts);
    }

    /// @param lead the first control plane
    public boolean isFor(ClusterHost host, ClusterHost lead) {
        return (roles.isEmpty() && hosts.isEmpty())
                ? host.address().equals(lead.address())
                : roles.contains(host.role()) || hosts.contains(host.address());
    }
}
