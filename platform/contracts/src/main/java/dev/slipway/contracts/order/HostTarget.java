package dev.slipway.contracts.order;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import java.util.List;
import java.util.Optional;

/// The host an order is for and how to get in.
///
/// @param name what users call it: its node name where known, else its address
/// @param address of its SSH server
/// @param user to sign in as; another than `root` becomes root with sudo
/// @param credential a [SshCredential] as JSON, among the order's materials
/// @param sudoPassword the material with sudo's password, where sudo needs one; the bare UTF-8 text
/// @param hostKeys the known host keys, each as `type base64` (OpenSSH public key form, RFC 4253
///   §6.6); empty if none is known
/// @param acceptNewHostKey whether a host of which no key is known may be trusted at first sight; a
///   key that differs from a known one is refused all the same
public record HostTarget(
        String name,
        HostAddress address,
        String user,
        MaterialName credential,
        Optional<MaterialName> sudoPassword,
        List<String> hostKeys,
        boolean acceptNewHostKey) {
    public HostTarget {
        hostKeys = List.copyOf(hostKeys);
        if (user.isBlank()) {
            throw new IllegalArgumentException("host %s: the SSH user is empty".formatted(address));
        }
    }
}
