package dev.slipway.planner.clusterfile;

import java.util.List;
import java.util.Optional;

/// How a host is entered.
///
/// @param user to sign in as; another than `root` becomes root with sudo
/// @param credential the name under which the certificate service keeps key or password
/// @param sudoCredential the name of the credential with sudo's password, where sudo needs one
/// @param hostKeys pinned host keys as `type base64`; empty if none is pinned here
public record SshAccess(
        String user, String credential, Optional<String> sudoCredential, List<String> hostKeys) {
    public SshAccess {
        hostKeys = List.copyOf(hostKeys);
    }
}
