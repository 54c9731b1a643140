package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.SshCredential;
import java.util.Optional;

/// What opens a host. Secret: `toString` shows none of it.
///
/// @param sudoPassword for users other than root, where sudo asks for one
public record HostAccess(SshCredential credential, Optional<String> sudoPassword) {
    @Override
    public String toString() {
        return "HostAccess[hidden]";
    }
}
