package dev.slipway.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// One process, told apart from a later one with the same pid.
///
/// @param pid process id
/// @param startTicks start time in clock ticks since boot (field 22 of `/proc/PID/stat`, proc(5))
/// @param boot the kernel's boot id, as ticks start anew with each boot
public record ProcessStamp(long pid, long startTicks, String boot) {

    private static final Path PROC = Path.of("/proc");

    /// The stamp of a process that runs now; empty if none has that pid.
    public static Optional<ProcessStamp> of(long pid) {
        return stat(pid)
                .filter(Stat::running)
                .map(stat -> new ProcessStamp(pid, stat.startTicks(), bootId()));
    }

    /// The stamp of this process.
    public static ProcessStamp self() {
        return of(ProcessHandle.current().pid()).orElseThrow();
    }

    /// Whether this very process still runs; a zombie does not.
    public boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }

    /// Sends a signal, such as `TERM` or `INT`, if this very process still runs.
    public void signal(String name) {
        if (!alive()) {
            return;
        }
        try {
            new ProcessBuilder(
                            "/bin/sh",
                            "-c",
                            "kill -s \"$1\" \"$2\"",
                            "sh",
                            name,
                            Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(
                    "cannot send SIG" + name + " to process " + pid, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asks the process to end with `signal`, and kills it if it still runs after `grace`. Returns
    /// when it is gone.
    public void end(String signal, Duration grace) {
        signal(signal);
        if (!Patience.until(grace, () -> !alive())) {
            signal("KILL");
            Patience.until(Duration.ofSeconds(10), () -> !alive());
        }
    }

    private static String bootId() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static Optional<Stat> stat(long pid) {
        try {
            return Optional.of(
                    Stat.parse(Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private record Stat(char state, long startTicks) {

        static Stat parse(String line) {
            // The second field is the program's name in parentheses, and may hold blanks and
            // parentheses itself.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return new Stat(fields[0].charAt(0), Long.parseLong(fields[19]));
        }

        boolean running() {
            return state != 'Z' && state != 'X';
        }
    }
}
