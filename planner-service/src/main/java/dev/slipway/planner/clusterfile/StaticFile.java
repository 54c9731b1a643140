package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.slipway.contracts.order.RemotePath;
import java.util.List;

/// A file that hosts shall have, the audit policy for example.
///
/// @param path absolute
/// @param source never a URL
/// @param mode permission bits
/// @param roles the hosts that get it; never empty
public record StaticFile(
        RemotePath path, @JsonUnwrapped FileSource source, int mode, List<Role> roles) {
    public StaticFile {
        roles = List.copyOf(roles);
    }
}
