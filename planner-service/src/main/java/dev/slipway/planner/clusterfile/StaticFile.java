package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.order.RemotePath;
import java.util.List;

/// A file that hosts shall have, the audit policy for example.
///
/// @param path absolute
/// @param mode permission bits
/// @param roles the hosts that get it; never empty
public record StaticFile(RemotePath path, String text, int mode, List<Role> roles) {
    public StaticFile {
        roles = List.copyOf(roles);
    }
}
