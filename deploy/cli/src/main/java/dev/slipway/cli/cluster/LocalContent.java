package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.Services;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.planner.clusterfile.FileSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A file of this machine for the content store. What is sent is what stood there when it was
/// looked at; a file that changes in between is refused by its checksum.
///
/// @param stored as the planner is told of it
public record LocalContent(Path path, FileSource.Stored stored) {
    private static final int PIECE_BYTES = 256 * 1024;

    /// Reads the file once.
    public static LocalContent of(Path path) throws IOException {
        try (InputStream bytes = Files.newInputStream(path)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            var piece = new byte[PIECE_BYTES];
            long size = 0;
            for (int count = bytes.read(piece); count >= 0; count = bytes.read(piece)) {
                sha256.update(piece, 0, count);
                size += count;
            }
            var digest = new ContentDigest(HexFormat.of().formatHex(sha256.digest()));
            return new LocalContent(path, new FileSource.Stored(digest, size));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Sends it unless the planner has it.
    ///
    /// @param called what the user calls it
    /// @throws CommandFailure if it can't be read any more
    public void send(Services services, String called) {
        String at = "/v1/contents/" + stored.content();
        if (!services.planner().has(at)) {
            var progress = new UploadProgress(called, stored.size());
            services.planner().upload(at, path, progress::sent);
            progress.done();
        }
    }
}
