package dev.slipway.planner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The shells in which hosts run what steps say: for
/// `@MethodSource("dev.slipway.planner.Shells#all")`.
public final class Shells {
    private Shells() {}

    /// `sh`, whatever it is here, and the others that this machine has; each a command's words.
    public static Stream<List<String>> all() {
        return Stream.of(
                        List.of("/bin/sh"),
                        List.of("/bin/dash"),
                        List.of("/bin/bash"),
                        List.of("/bin/busybox", "sh"))
                .filter(shell -> Files.isExecutable(Path.of(shell.getFirst())));
    }
}
