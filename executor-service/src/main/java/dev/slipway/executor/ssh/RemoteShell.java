package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.HostTarget;

/// Opens root shells on hosts.
public interface RemoteShell {
    /// Signs in (on a warm session where there is one), becomes root and waits until the root shell
    /// is ready for a program. Blocks; for virtual threads.
    ///
    /// @throws SshFailure if that does not succeed, with the reason
    RootChannel open(HostTarget target, HostAccess access);

    /// Says that a shell on the host will be wanted in a moment, as soon as what opens it is there:
    /// where a session is warm, opening begins now. Never blocks, and nothing comes of it where
    /// nobody asks.
    default void expect(HostTarget target) {}
}
