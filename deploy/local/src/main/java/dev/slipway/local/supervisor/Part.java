package dev.slipway.local.supervisor;

import java.util.OptionalInt;
import java.util.Set;

/// One process of the stack.
///
/// @param name in words, logs and files
/// @param port where it serves on 127.0.0.1, if it does
/// @param needs names of the parts that must be ready before its first start, and that end after it
/// @param program what it runs
public record Part(String name, OptionalInt port, Set<String> needs, PartProgram program) {

    public Part {
        needs = Set.copyOf(needs);
    }
}
