package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.HostAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A host and how to enter it, whatever it is to a cluster; everything of the file's level already
/// merged in.
///
/// @param address of its SSH server
/// @param name what the file calls it
/// @param roles in a cluster its role; elsewhere words that the file chose, possibly none
/// @param env variables that every command on the host sees, the host's over the file's
public record ListedHost(
        HostAddress address,
        Optional<String> name,
        List<String> roles,
        SshAccess ssh,
        SortedMap<String, String> env) {
    public ListedHost {
        roles = List.copyOf(roles);
        env = sorted(env);
    }

    /// The name, or the address without the port.
    public String label() {
        return name.orElseGet(address::address);
    }

    private static SortedMap<String, String> sorted(Map<String, String> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
