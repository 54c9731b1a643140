package dev.slipway.contracts.event;

import dev.slipway.contracts.id.HostAddress;
import java.util.List;

/// A host as users see it.
///
/// @param address of its SSH server
/// @param name its node name where known, else the address without the port
/// @param roles `control-plane`, `worker`; of hosts that came with a request any words, or none
public record HostRef(HostAddress address, String name, List<String> roles) {
    public HostRef {
        roles = List.copyOf(roles);
    }
}
