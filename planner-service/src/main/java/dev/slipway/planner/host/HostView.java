package dev.slipway.planner.host;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.id.HostAddress;
import java.util.List;
import java.util.Optional;

/// A host as the API shows it.
///
/// @param address of its SSH server
/// @param name its node name; its address while none is known
/// @param cluster it belongs to, if any
/// @param roles `control-plane`, `worker`; empty outside of a cluster
/// @param facts what `inspect` last found
/// @param hostKeys the known SSH host keys
/// @param presentedHostKey the key it showed last, where that was not a known one
public record HostView(
        HostAddress address,
        String name,
        Optional<String> cluster,
        List<String> roles,
        Optional<JsonNode> facts,
        List<KnownKey> hostKeys,
        Optional<KnownKey> presentedHostKey) {
    /// @param key as `type base64`
    /// @param fingerprint as `ssh-keygen -l` shows it
    public record KnownKey(String key, String fingerprint) {
        static KnownKey of(HostKey key) {
            return new KnownKey(key.text(), key.fingerprint());
        }
    }

    public HostView {
        roles = List.copyOf(roles);
        hostKeys = List.copyOf(hostKeys);
    }

    /// The answer to a listing.
    public record Listing(List<HostView> hosts) {
        public Listing {
            hosts = List.copyOf(hosts);
        }
    }
}
