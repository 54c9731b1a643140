package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.ContentDigest;

/// Where the bytes of a file come from that hosts shall have.
public sealed interface FileSource {
    /// They stand in the Clusterfile.
    record Text(String text) implements FileSource {}

    /// Each host fetches them.
    ///
    /// @param url `https:` or `http:`, as the hosts reach it
    record Url(String url, ContentDigest sha256) implements FileSource {}

    /// The content store has them, and executors bring them to the hosts.
    ///
    /// @param size in bytes
    record Stored(ContentDigest content, long size) implements FileSource {}

    /// A file of the user's machine, which the command line has yet to send to the content store;
    /// the planner never accepts one.
    ///
    /// @param file its path as it stands in the Clusterfile, relative to that
    record Local(String file) implements FileSource {}
}
