package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.print.Terminal;
import dev.slipway.contracts.Wire;
import java.util.Optional;
import java.util.regex.Pattern;

/// A backup as its host told of it.
///
/// @param host `address:port`
/// @param size in bytes
record KeptBackup(String host, String path, long size, String sha256) {
    static final String PHASE = "backup";

    ObjectNode json(String run) {
        return Wire.mapper()
                .createObjectNode()
                .put("run", run)
                .put("host", host)
                .put("path", path)
                .put("size", size)
                .put("sha256", sha256);
    }

    String text(String cluster) {
        return """

        The backup lies on %s:
          path    %s
          size    %d bytes
          sha256  %s
        It holds the keys of the cluster's authorities: whoever reads it is master of the cluster. Fetch it to a safe place.
          restore it:  slipway restore %s --from %s --watch\
        """
                .formatted(
                        Terminal.safe(host),
                        Terminal.safe(path),
                        size,
                        sha256,
                        cluster,
                        Terminal.safe(path));
    }

    /// Finds what was told in the pieces of the phase's output.
    static final class Reader {
        private static final Pattern TOLD =
                Pattern.compile(
                        "(?m)^slipway: (/.+) has ([0-9]{1,18}) bytes and SHA-256 ([0-9a-f]{64})$");

        private final StringBuilder text = new StringBuilder();
        private String host = "";

        void read(JsonNode chunk) {
            host = chunk.path("ref").path("host").asText();
            text.append(chunk.path("text").asText());
        }

        /// Of several attempts the last one counts.
        Optional<KeptBackup> kept() {
            return TOLD.matcher(text)
                    .results()
                    .reduce((_, last) -> last)
                    .map(m ->
                            new KeptBackup(
                                    host, m.group(1), Long.parseLong(m.group(2)), m.group(3)));
        }
    }
}
