package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/// How a host is entered.
///
/// @param user to sign in as; another than `root` becomes root with sudo
/// @param credential the name under which the certificate service keeps key or password
/// @param sudoCredential the name of the credential with sudo's password, where sudo needs one
/// @param hostKeys pinned host keys as `type base64`, or after `@cert-authority` the key of an
///   authority that certifies hosts; empty if none is pinned here
/// @param jump the hosts on the way, the first one first; empty if it is reached directly
public record SshAccess(
        String user,
        String credential,
        Optional<String> sudoCredential,
        List<String> hostKeys,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Jump> jump) {
    public SshAccess {
        hostKeys = List.copyOf(hostKeys);
        jump = List.copyOf(jump);
    }
}
