package dev.slipway.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A control group of its own for processes whose CPU time is wanted: it counts every process that
/// was started in it, the detached and the dead too, by the nanosecond.
final class CpuGroup implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final Path folder;
    private final boolean unified;

    /// So that nothing of a benchmark that is broken off runs on.
    private final Thread atExit = Thread.ofPlatform().unstarted(this::remove);

    private CpuGroup(Path folder, boolean unified) {
        this.folder = folder;
        this.unified = unified;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /// @throws BenchmarkFailure if the machine does not let us make one
    static CpuGroup make(String name) {
        boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
        Path parent = unified ? ROOT : ROOT.resolve("cpuacct");
        Path folder = parent.resolve("slipway-" + name + "-" + UUID.randomUUID());
        try {
            return new CpuGroup(Files.createDirectory(folder), unified);
        } catch (IOException e) {
            throw new BenchmarkFailure(
                    "cannot make the control group %s (%s): CPU time is counted there; run as root where /sys/fs/cgroup is writable"
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    /// The command, started in the group.
    List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>();
        whole.addAll(
                List.of(
                        "/bin/sh",
                        "-c",
                        "echo $$ >\"$0\" && exec \"$@\"",
                        folder.resolve("cgroup.procs").toString()));
        whole.addAll(command);
        return whole;
    }

    /// CPU time since the group was made, milliseconds.
    double cpuMs() {
        try {
            if (unified) {
                return Files.readAllLines(folder.resolve("cpu.stat")).stream()
                        .filter(line -> line.startsWith("usage_usec "))
                        .mapToDouble(line -> Double.parseDouble(line.substring(11)) / 1e3)
                        .sum();
            }
            return Double.parseDouble(Files.readString(folder.resolve("cpuacct.usage")).strip())
                    / 1e6;
        } catch (IOException e) {
            throw new BenchmarkFailure("cannot read the CPU time of " + folder, e);
        }
    }

    List<Long> processes() {
        try {
            return Files.readAllLines(folder.resolve("cgroup.procs")).stream()
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /// Memory of all its processes, KiB; a page that several share counts once.
    long memoryKib() {
        return processes().stream().mapToLong(CpuGroup::shareKib).sum();
    }

    private static long shareKib(long process) {
        try {
            return Files.readAllLines(Path.of("/proc/" + process + "/smaps_rollup")).stream()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
        } catch (IOException e) {
            // The process has ended.
            return 0;
        }
    }

    /// Ends what still runs in it.
    void end() {
        for (int round = 0; round < 200 && !processes().isEmpty(); round++) {
            for (long process : processes()) {
                Optional<ProcessHandle> handle = ProcessHandle.of(process);
                handle.ifPresent(ProcessHandle::destroyForcibly);
            }
            Pause.millis(25);
        }
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // It is at work already.
        }
    }

    private void remove() {
        end();
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            System.err.printf("cannot remove the empty control group %s%n", folder);
        }
    }
}
