package dev.slipway.cli.bundle;

import dev.slipway.contracts.id.ContentDigest;
import java.util.List;

/// What a bundle holds; its first entry.
///
/// @param format of bundles, 1
/// @param cluster the Clusterfile's name, for people
/// @param version of Kubernetes, for people
/// @param files each once by its digest, in the order of the bundle
record BundleIndex(int format, String cluster, String version, List<Entry> files) {
    static final int FORMAT = 1;

    /// The index's name in the bundle.
    static final String NAME = "index.json";

    BundleIndex {
        files = List.copyOf(files);
    }

    /// A file, in the bundle as `files/SHA256`.
    ///
    /// @param from where it was fetched or read
    /// @param size in bytes
    record Entry(String from, long size, ContentDigest sha256) {
        String name() {
            return "files/" + sha256;
        }
    }
}
