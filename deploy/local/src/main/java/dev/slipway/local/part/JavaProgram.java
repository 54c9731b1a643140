package dev.slipway.local.part;

import dev.slipway.local.process.ProcessStamp;
import dev.slipway.local.supervisor.PartProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A part that runs on a JVM of its own.
abstract sealed class JavaProgram implements PartProgram permits BrokerProgram, ServiceProgram {

    /// Small heaps, and an end instead of a stall when one is full.
    static final List<String> FLAGS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-Xss512k",
                    "-Dfile.encoding=UTF-8",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    /// For parts that compute little: the optimising compiler would take half of all their CPU time
    /// in their first minutes. Others have [CryptoCompiler].
    static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";

    private final Path java;
    private final PortGuard port;
    private final Path folder;
    private final AotCache cache;
    private final Recorder recorder;

    /// What every Java part needs to be started.
    record Launch(Path java, PortGuard port, Path folder, AotCache cache, Recorder recorder) {}

    JavaProgram(Launch launch) {
        this.java = launch.java();
        this.port = launch.port();
        this.folder = launch.folder();
        this.cache = launch.cache();
        this.recorder = launch.recorder();
    }

    /// Flags, main class or jar, and arguments.
    abstract List<String> arguments();

    @Override
    public void prepare() {
        port.check();
    }

    @Override
    public List<String> command() {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(cache.flags());
        command.addAll(FLAGS);
        command.addAll(arguments());
        return List.copyOf(command);
    }

    @Override
    public void started(ProcessStamp process) {
        recorder.schedule(cache, process);
    }

    @Override
    public Duration startLimit() {
        // On a busy machine a start takes a minute, and starting again would take two.
        return Duration.ofMinutes(5);
    }

    @Override
    public Path workingDirectory() {
        return folder;
    }
}
