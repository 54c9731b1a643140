package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.ContentDigest;
import java.util.Optional;

/// Kubernetes objects that are applied once the control plane is up, in the order of the file.
///
/// @param name unique, a DNS label
/// @param text the YAML, unless `url` is there
/// @param url where the control plane fetches it, with `sha256`
public record Manifest(
        String name, Optional<String> text, Optional<String> url, Optional<ContentDigest> sha256) {
    public Manifest {
        if (text.isPresent() == url.isPresent() || url.isPresent() != sha256.isPresent()) {
            throw new IllegalArgumentException(
                    "manifest %s needs either text or url and sha256".formatted(name));
        }
    }
}
