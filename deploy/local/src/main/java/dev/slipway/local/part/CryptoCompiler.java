package dev.slipway.local.part;

import dev.slipway.local.files.PrivateFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/// How a JVM compiles that makes keys and encrypts sessions. What the machine has instructions for
/// (AES, large numbers) only the optimising compiler uses; in a program's first ten minutes or so
/// that compiler takes a third of its CPU time, nearly all of it for other code. So it is left what
/// needs it, and all methods reach the compiler that keeps them five times sooner than by default,
/// since until then they run slowed down by counting what the optimising compiler would like to
/// know.
public final class CryptoCompiler {
    private static final String RULES = "compiler.json";

    private CryptoCompiler() {}

    /// The flags, for a JVM that finds its rules in `folder`.
    public static List<String> flags(Path folder) {
        return List.of(
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:CompilerDirectivesFile=" + folder.resolve(RULES),
                "-XX:CompileThresholdScaling=0.2");
    }

    /// Writes the rules to `folder`: a JVM without them does not start.
    public static void prepare(Path folder) {
        try (InputStream rules = CryptoCompiler.class.getResourceAsStream(RULES)) {
            if (rules == null) {
                throw new IllegalStateException(RULES + " is not beside its class");
            }
            PrivateFile.write(folder.resolve(RULES), rules.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
