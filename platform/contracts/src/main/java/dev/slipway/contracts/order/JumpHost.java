package dev.slipway.contracts.order;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import java.util.List;

/// A host on the way to another one, which forwards connections (`ProxyJump` of ssh_config(5)). It
/// is never trusted at first sight.
///
/// @param address of its SSH server; behind another jump host that one resolves it
/// @param user to sign in as
/// @param credential a [SshCredential] as JSON, among the order's materials
/// @param hostKeys the known host keys as in [HostTarget], at least one
public record JumpHost(
        HostAddress address, String user, MaterialName credential, List<String> hostKeys) {
    public JumpHost {
        hostKeys = List.copyOf(hostKeys);
        if (user.isBlank()) {
            throw new IllegalArgumentException(
                    "jump host %s: the SSH user is empty".formatted(address));
        }
        if (hostKeys.isEmpty()) {
            throw new IllegalArgumentException(
                    "jump host %s: no host key is pinned".formatted(address));
        }
    }
}
