package dev.slipway.cli.stack;

import dev.slipway.cli.CommandFailure;
import dev.slipway.local.LocalStack;
import dev.slipway.simulator.K0sProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// What the demo's k0s cluster is made of: its Clusterfile with the stand-ins of the program beside
/// it, the one that is installed and the one of the next release.
final class K0sDemo {
    /// To which the demo's cluster can be upgraded.
    static final String NEXT = "v1.37.0+k0s.0";

    private static final String RELEASE = "v1.36.2+k0s.0";

    private K0sDemo() {}

    /// @param example of the same release
    static Path clusterfile(LocalStack stack, Path example) {
        Path folder = stack.home().part("demo");
        try {
            Files.createDirectories(folder);
            new K0sProgram(RELEASE).write(folder.resolve("k0s"));
            new K0sProgram(NEXT).write(folder.resolve("k0s-" + NEXT));
            return Files.copy(
                    example,
                    folder.resolve(example.getFileName()),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot write the demo's files to %s (%s)".formatted(folder, e.getMessage()));
        }
    }
}
