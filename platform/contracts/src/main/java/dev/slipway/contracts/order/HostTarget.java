package dev.slipway.contracts.order;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The host an order is for and how to get in.
///
/// @param name what users call it: its node name where known, else its address
/// @param address of its SSH server; behind jump hosts the last of them resolves it
/// @param user to sign in as; another than `root` becomes root with sudo
/// @param credential a [SshCredential] as JSON, among the order's materials
/// @param sudoPassword the material with sudo's password, where sudo needs one; the bare UTF-8 text
/// @param hostKeys the known host keys, each as `type base64` (OpenSSH public key form, RFC 4253
///   §6.6), or `@cert-authority type base64` for the key of an authority that certifies hosts;
///   empty if none is known
/// @param acceptNewHostKey whether a host of which no key is known may be trusted at first sight; a
///   key that differs from a known one is refused all the same
/// @param jump the hosts on the way, the first one first; absent or empty if it is reached directly
public record HostTarget(
        String name,
        HostAddress address,
        String user,
        MaterialName credential,
        Optional<MaterialName> sudoPassword,
        List<String> hostKeys,
        boolean acceptNewHostKey,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<JumpHost> jump) {
    @JsonCreator
    public HostTarget {
        hostKeys = List.copyOf(hostKeys);
        jump = orNone(jump);
        if (user.isBlank()) {
            throw new IllegalArgumentException("host %s: the SSH user is empty".formatted(address));
        }
    }

    /// A host that is reached directly.
    public HostTarget(
            String name,
            HostAddress address,
            String user,
            MaterialName credential,
            Optional<MaterialName> sudoPassword,
            List<String> hostKeys,
            boolean acceptNewHostKey) {
        this(name, address, user, credential, sudoPassword, hostKeys, acceptNewHostKey, List.of());
    }

    /// The same host with other known keys.
    public HostTarget withHostKeys(List<String> keys) {
        return new HostTarget(
                name, address, user, credential, sudoPassword, keys, acceptNewHostKey, jump);
    }

    private static List<JumpHost> orNone(@Nullable List<JumpHost> jump) {
        return jump == null ? List.of() : List.copyOf(jump);
    }
}
