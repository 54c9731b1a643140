package dev.slipway.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;

/// The program `k0s` of a release, as simulated hosts run it: what an installer fetches or copies
/// in place of the real one.
///
/// @param release as `v1.36.2+k0s.0`
public record K0sProgram(String release) {
    private static final Pattern RELEASE =
            Pattern.compile("v1\\.\\d{1,2}\\.\\d{1,3}\\+k0s\\.\\d{1,3}");

    public K0sProgram {
        if (!RELEASE.matcher(release).matches()) {
            throw new IllegalArgumentException(
                    "k0s release \"%s\" is not of the form v1.36.2+k0s.0".formatted(release));
        }
    }

    public String text() {
        return """
        #!/bin/sh
        K0S_RELEASE=%s
        . /.simulator/lib/k0s.sh
        """
                .formatted(release);
    }

    public byte[] bytes() {
        return text().getBytes(UTF_8);
    }

    /// Writes the program to `file`, executable.
    public Path write(Path file) throws IOException {
        Files.write(file, bytes());
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
