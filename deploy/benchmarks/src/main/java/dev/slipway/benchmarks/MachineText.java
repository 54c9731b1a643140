package dev.slipway.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// The machine, in words: no figure means anything without it.
final class MachineText {
    private MachineText() {}

    static String text() {
        return "machine: %d cores (%s), %.0f GiB, %s %s, JDK %s; load before: %s; open files: %s; journals on %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        field("/proc/cpuinfo", "model name", ':'),
                        memoryGib(),
                        field("/etc/os-release", "PRETTY_NAME", '=').replace("\"", ""),
                        System.getProperty("os.version"),
                        System.getProperty("java.version"),
                        first("/proc/loadavg"),
                        openFiles(),
                        diskType());
    }

    private static double memoryGib() {
        String kib = field("/proc/meminfo", "MemTotal", ':').replaceAll("[^0-9]", "");
        return kib.isEmpty() ? 0 : Double.parseDouble(kib) / 1024 / 1024;
    }

    private static String diskType() {
        try {
            return Files.getFileStore(Path.of("/var/tmp")).type();
        } catch (IOException e) {
            return "an unknown file system";
        }
    }

    private static String openFiles() {
        return lines("/proc/self/limits").stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.replaceAll("^Max open files +([^ ]+).*", "$1"))
                .findFirst()
                .orElse("unknown");
    }

    private static String first(String file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? "unknown" : lines.getFirst().split(" ")[0];
    }

    private static String field(String file, String name, char separator) {
        return lines(file).stream()
                .filter(line ->
                        line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT)))
                .map(line -> line.substring(line.indexOf(separator) + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return List.of();
        }
    }
}
