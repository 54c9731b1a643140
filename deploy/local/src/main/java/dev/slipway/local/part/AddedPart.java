package dev.slipway.local.part;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A part that is no piece of every stack, such as the simulated hosts of a demo.
///
/// @param name lower-case letters and hyphens
/// @param command its command line; shown in process lists, so it holds no secret
/// @param environment variables over the supervisor's own
/// @param readyFile a file the part writes when it serves, removed before each start; without one
///   it is ready at once
/// @param port where it serves, if it does
public record AddedPart(
        String name,
        List<String> command,
        Map<String, String> environment,
        Optional<Path> readyFile,
        Optional<Integer> port) {

    public AddedPart {
        if (!name.matches("[a-z][a-z-]{0,31}")) {
            throw new IllegalArgumentException(
                    "part \"" + name + "\" is not 1 to 32 lower-case letters and hyphens");
        }
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
