package dev.slipway.executor.ssh;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.HostTarget;

/// Reaches what hosts reach.
public interface RemoteNetwork {
    /// Signs in (on a warm session where there is one) and has the host connect to an address.
    /// Blocks; for virtual threads.
    ///
    /// @param to as the host sees it
    /// @throws SshFailure if the host can't be entered; `API_UNREACHABLE` if it does not connect
    HostTunnel tunnel(HostTarget target, HostAccess access, HostAddress to);
}
