package dev.slipway.local.part;

import dev.slipway.local.home.PortsFile;
import dev.slipway.local.process.Patience;
import dev.slipway.local.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Refuses to start a part on a port that somebody else holds, and says who.
///
/// @param part the port's name in the ports file
/// @param port on 127.0.0.1
/// @param file where the port is kept
record PortGuard(String part, int port, Path file) {

    private static final Duration LET_GO = Duration.ofSeconds(2);

    void check() {
        // The part's own predecessor may just be dying.
        if (!Patience.until(LET_GO, () -> Ports.bindable(port))) {
            List<String> sentences = PortsFile.taken(Map.of(part, port), file);
            if (!sentences.isEmpty()) {
                throw new IllegalStateException(sentences.getFirst());
            }
        }
    }
}
