package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.SshCredential;
import java.util.List;
import java.util.Optional;

/// What opens a host. Secret: `toString` shows none of it.
///
/// @param sudoPassword for users other than root, where sudo asks for one
/// @param jump what opens the jump hosts, in the order of the way
public record HostAccess(
        SshCredential credential, Optional<String> sudoPassword, List<SshCredential> jump) {
    public HostAccess {
        jump = List.copyOf(jump);
    }

    /// Of a host that is reached directly.
    public HostAccess(SshCredential credential, Optional<String> sudoPassword) {
        this(credential, sudoPassword, List.of());
    }

    @Override
    public String toString() {
        return "HostAccess[hidden]";
    }
}
