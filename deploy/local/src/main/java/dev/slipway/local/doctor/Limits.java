package dev.slipway.local.doctor;

import java.nio.file.Path;
import java.util.OptionalLong;

/// Checks of how much there is of something.
final class Limits {

    private static final long GIB = 1L << 30;
    private static final long DISK = 2 * GIB;
    private static final long MEMORY = 3 * GIB;
    private static final long MEMORY_AT_LEAST = 2 * GIB;
    private static final long OPEN_FILES = 4096;
    private static final long PROCESSES = 1024;

    private Limits() {}

    static Check disk(Machine machine, Path folder) {
        OptionalLong free = machine.freeDisk(folder);
        if (free.isEmpty()) {
            return Check.warn(
                    "disk",
                    "the room at \"" + folder + "\" cannot be told",
                    "make sure that 2 GiB are free");
        }
        String found = "%s free at \"%s\"".formatted(gib(free.getAsLong()), folder);
        return free.getAsLong() >= DISK
                ? Check.ok("disk", found)
                : Check.fail(
                        "disk",
                        found + ", needed are 2 GiB",
                        "free some, or set SLIPWAY_HOME to a folder on a larger disk");
    }

    static Check memory(Machine machine) {
        OptionalLong available = machine.availableMemory();
        if (available.isEmpty()) {
            return Check.warn(
                    "memory",
                    "the memory available cannot be told",
                    "make sure that 3 GiB are free");
        }
        long bytes = available.getAsLong();
        String found = gib(bytes) + " available";
        if (bytes >= MEMORY) {
            return Check.ok("memory", found);
        }
        String mend = "end other programs, or give the machine more memory";
        return bytes >= MEMORY_AT_LEAST
                ? Check.warn("memory", found + ", 3 GiB are advised", mend)
                : Check.fail("memory", found + ", needed are 3 GiB", mend);
    }

    static Check openFiles(Machine machine) {
        return atLeast(
                machine.limit("Max open files"),
                OPEN_FILES,
                "open files",
                "raise it: ulimit -n 8192");
    }

    static Check processes(Machine machine) {
        return atLeast(
                machine.limit("Max processes"), PROCESSES, "processes", "raise it: ulimit -u 4096");
    }

    private static Check atLeast(OptionalLong limit, long needed, String what, String mend) {
        if (limit.isEmpty()) {
            return Check.ok(what, "no limit");
        }
        String found = "limit " + limit.getAsLong();
        return limit.getAsLong() >= needed
                ? Check.ok(what, found)
                : Check.fail(what, found + ", needed are " + needed, mend);
    }

    private static String gib(long bytes) {
        return "%.1f GiB".formatted((double) bytes / GIB);
    }
}
