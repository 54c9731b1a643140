package dev.slipway.cli.exec;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.cluster.LocalContent;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/// A script file on its way to the hosts: a short one is part of the request, the orders and the
/// plan; a longer one goes by the content store and each host's session.
final class ScriptFile {
    /// What the hosts of a large fleet may have in the plan each (32 MiB over 5,000).
    static final long MOST_INLINE_BYTES = 4 * 1024;

    static final long MOST_BYTES = 16L * 1024 * 1024;

    private ScriptFile() {}

    /// The field of the request that says it; what does not fit there was sent then.
    ///
    /// @param file `-` for standard input
    static Map<String, Object> field(Supplier<Services> services, Path file) {
        try {
            if (!file.toString().equals("-")) {
                return field(services, file, file.toString());
            }
            Path copy = Files.createTempFile("slipway-script", "");
            try {
                Files.write(copy, System.in.readNBytes((int) MOST_BYTES + 1));
                return field(services, copy, "standard input");
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read %s (%s)".formatted(file, e.getMessage()));
        }
    }

    private static Map<String, Object> field(Supplier<Services> services, Path file, String called)
            throws IOException {
        long size = Files.size(file);
        if (size == 0 || size > MOST_BYTES) {
            throw CommandFailure.usage(
                    "the script %s has %s%d bytes, expected 1 to %d: have it fetch the rest"
                            .formatted(
                                    called,
                                    called.equals(file.toString()) ? "" : "at least ",
                                    size,
                                    MOST_BYTES));
        }
        if (size <= MOST_INLINE_BYTES) {
            return Map.of("script", text(file, called));
        }
        LocalContent content = LocalContent.of(file);
        content.send(services.get(), called);
        return Map.of(
                "scriptFile",
                Map.of(
                        "content", content.stored().content().value(),
                        "size", content.stored().size()));
    }

    private static String text(Path file, String called) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw CommandFailure.usage(
                    "the script %s is no UTF-8 text: a short script has to be".formatted(called));
        }
    }
}
