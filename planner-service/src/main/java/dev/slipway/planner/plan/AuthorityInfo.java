package dev.slipway.planner.plan;

import dev.slipway.contracts.id.ContentDigest;
import java.util.Optional;

/// The public side of a cluster's authority, as the certificate service answered.
///
/// @param pin `sha256:` and the SHA-256 of the CA's public key, as kubeadm's `caCertHashes` takes
///   it
/// @param caDigest SHA-256 of ca.crt, byte for byte
/// @param tokenId the public half of the run's bootstrap token, six characters
/// @param controllerTokenId likewise of the token by which k0s's controllers join; absent with
///   kubeadm
public record AuthorityInfo(
        String pin, ContentDigest caDigest, String tokenId, Optional<String> controllerTokenId) {
    /// What a dry run shows where an authority would be opened: well formed, and nobody's.
    public static final AuthorityInfo DRY_RUN =
            new AuthorityInfo(
                    "sha256:" + "0".repeat(64),
                    new ContentDigest("0".repeat(64)),
                    "000000",
                    Optional.of("000001"));

    public AuthorityInfo {
        if (!pin.matches("sha256:[0-9a-f]{64}")
                || !tokenId.matches("[a-z0-9]{6}")
                || !controllerTokenId.orElse(tokenId).matches("[a-z0-9]{6}")) {
            throw new IllegalArgumentException(
                    "pin \"%s\" or token id \"%s\" is malformed".formatted(pin, tokenId));
        }
    }
}
