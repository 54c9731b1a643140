package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.HostAddress;
import java.util.List;

/// A host on the way to others, as ssh's `ProxyJump` has them.
///
/// @param user to sign in as
/// @param credential the name under which the certificate service keeps key or password
/// @param hostKeys pinned host keys as in [SshAccess], at least one
public record Jump(HostAddress address, String user, String credential, List<String> hostKeys) {
    public Jump {
        hostKeys = List.copyOf(hostKeys);
    }
}
