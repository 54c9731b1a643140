package dev.slipway.local.part;

import dev.slipway.local.files.FileMutex;
import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.process.ProcessStamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The JVM's ahead-of-time cache of one part (JEP 483, 514, 515): recorded while the part runs,
/// used from the next start on by every stack that runs the same programs, and made anew when the
/// JDK, a jar or a flag changed, which its file name tells. A part never fails to start for want of
/// it. Of several stacks at once one records, the one that holds the recording's lock.
final class AotCache {

    private static final System.Logger LOG = System.getLogger(AotCache.class.getName());
    private static final int RECORDING_LIMIT_SECONDS = 120;

    private final Path folder;
    private final String part;
    private final List<Path> code;
    private final List<String> flags;
    private Optional<FileMutex> recorder = Optional.empty();

    /// @param folder where caches are
    /// @param part whose cache it is
    /// @param code jars, and folders of jars, that the part runs
    /// @param flags the JVM's flags
    AotCache(Path folder, String part, List<Path> code, List<String> flags) {
        this.folder = folder;
        this.part = part;
        this.code = List.copyOf(code);
        this.flags = List.copyOf(flags);
    }

    /// Where the caches of a build stand: beside its programs, so that they live and go with them
    /// and serve every stack; in `otherwise` where this user may not write there.
    ///
    /// @param program a jar or a folder of jars
    static Path folder(Path program, Path otherwise) {
        Path build = program.toAbsolutePath().normalize().getParent();
        return build != null && Files.isWritable(build) ? build.resolve("aot") : otherwise;
    }

    /// The flags for the next start: to use the cache, to record one, or none.
    List<String> flags() {
        boolean ours = lockRecording();
        if (ours) {
            adopt();
        }
        if (Files.exists(cache())) {
            // "auto" goes on without the cache if the JVM finds that it does not fit after all.
            return List.of(
                    "-XX:AOTCache=" + cache(),
                    "-XX:AOTMode=auto",
                    "-Xlog:aot=off",
                    "-Xlog:cds=off");
        }
        if (!ours || !recordable()) {
            return List.of();
        }
        return List.of("-XX:AOTCacheOutput=" + recording(), "-Xlog:aot=off", "-Xlog:cds=off");
    }

    /// Ends the recording of a part that runs with [#flags()], which goes on running, and keeps the
    /// cache. Takes some seconds of processor time.
    void record(ProcessStamp process) {
        if (recorder.isEmpty() || Files.exists(cache()) || !recordable() || !process.alive()) {
            return;
        }
        // A JVM that cannot write its recording ends. That shall happen once, and not at every
        // start.
        PrivateFile.write(attempt(), "");
        try {
            Process jcmd =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    Long.toString(process.pid()),
                                    "AOT.end_recording")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (jcmd.waitFor(RECORDING_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                adopt();
            } else {
                jcmd.destroyForcibly();
            }
        } catch (IOException e) {
            unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether this stack is the one that records; held until its supervisor ends, as its part may
    /// write the recording then.
    private boolean lockRecording() {
        if (recorder.isEmpty()) {
            try {
                recorder = FileMutex.tryLock(folder.resolve(part + ".lock"));
            } catch (UncheckedIOException e) {
                unavailable(e);
            }
        }
        return recorder.isPresent();
    }

    /// The JVM records jars only, no folders of classes.
    private boolean recordable() {
        return !Files.exists(attempt())
                && code.stream().noneMatch(path -> Files.exists(path.resolve("dev")));
    }

    /// Takes a finished recording as the cache; a JVM also writes it when it ends before it was
    /// asked to. A recording that was cut off is no danger: the JVM refuses it, and starts without.
    private void adopt() {
        try {
            if (Files.exists(recording())) {
                removeOld();
                Files.move(recording(), cache(), StandardCopyOption.ATOMIC_MOVE);
                Files.deleteIfExists(attempt());
                LOG.log(Level.INFO, "[{0}] start-up cache \"{1}\" made", part, cache());
            }
        } catch (IOException e) {
            unavailable(e);
        }
    }

    private void removeOld() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path old :
                    files.filter(file ->
                                    file.getFileName()
                                            .toString()
                                            .matches(part + "-[0-9a-f]+\\.(aot|attempt)"))
                            .toList()) {
                Files.delete(old);
            }
        }
    }

    private void unavailable(Exception reason) {
        LOG.log(
                Level.INFO,
                "[{0}] no start-up cache in \"{1}\" ({2}): starts stay slower",
                part,
                folder,
                reason.getMessage());
    }

    private Path cache() {
        return folder.resolve(part + "-" + fingerprint() + ".aot");
    }

    private Path recording() {
        return folder.resolve(part + "-" + fingerprint() + ".recording");
    }

    /// There while a recording was asked for that has not come.
    private Path attempt() {
        return folder.resolve(part + "-" + fingerprint() + ".attempt");
    }

    private String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String fact :
                    List.of(
                            System.getProperty("java.home"),
                            System.getProperty("java.vm.version"),
                            String.join(" ", flags))) {
                digest.update(fact.getBytes(StandardCharsets.UTF_8));
            }
            for (Path path : code) {
                for (Path file : files(path)) {
                    String facts =
                            file
                                    + " "
                                    + Files.size(file)
                                    + " "
                                    + Files.getLastModifiedTime(file).toMillis();
                    digest.update(facts.getBytes(StandardCharsets.UTF_8));
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (IOException | UncheckedIOException e) {
            return "0"; // some file cannot be seen; the JVM itself checks the cache against the
            // jars
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
