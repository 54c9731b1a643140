package dev.slipway.local.doctor;

import dev.slipway.local.home.PortsFile;
import dev.slipway.local.home.StackHome;
import dev.slipway.local.process.Ports;
import dev.slipway.local.supervisor.StackStatus;
import dev.slipway.local.supervisor.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// All checks, the cheapest first.
public final class Doctor {

    private static final int JDK = 25;

    private final StackHome home;
    private final Machine machine;

    public Doctor(StackHome home) {
        this(home, Machine.local());
    }

    Doctor(StackHome home, Machine machine) {
        this.home = home;
        this.machine = machine;
    }

    public List<Check> checks() {
        return List.of(
                jdk(),
                Limits.disk(machine, existing(home.root())),
                Limits.memory(machine),
                Limits.openFiles(machine),
                Limits.processes(machine),
                folder(),
                ports(),
                userNamespaces());
    }

    private Check jdk() {
        String found = "Java " + Runtime.version() + " in " + System.getProperty("java.home");
        return Runtime.version().feature() >= JDK
                ? Check.ok("jdk", found)
                : Check.fail(
                        "jdk",
                        found + ", needed is " + JDK + " or newer",
                        "install a JDK 25 (Debian: apt-get install openjdk-25-jdk-headless), or set JAVA_HOME to one");
    }

    /// As root, the database enters a user namespace without root's power to pass any door.
    private Check folder() {
        Path existing = existing(home.root());
        if (!Files.isWritable(existing)) {
            return Check.fail(
                    "folder",
                    "\"" + existing + "\" cannot be written",
                    "set SLIPWAY_HOME to a folder of yours");
        }
        List<Path> shut = machine.root() ? shutAbove(existing) : List.of();
        return shut.isEmpty()
                ? Check.ok("folder", "\"" + home.root() + "\" can be used")
                : Check.fail(
                        "folder",
                        "\"%s\" belongs to another user and is shut to others: the database, which does not run with root's powers, cannot enter"
                                .formatted(shut.getFirst()),
                        "set SLIPWAY_HOME to a folder of root's, such as /var/lib/slipway");
    }

    private Check ports() {
        boolean running = new StateFile(home.state()).read().filter(StackStatus::live).isPresent();
        if (running) {
            return Check.ok("ports", "in use by this stack, which runs");
        }
        try {
            Ports.free(1);
        } catch (UncheckedIOException e) {
            return Check.fail(
                    "ports",
                    "no port on 127.0.0.1 can be bound",
                    "bring the loopback interface up: ip link set lo up");
        }
        Map<String, Integer> kept =
                Files.exists(home.ports()) ? PortsFile.of(home.ports(), List.of()) : Map.of();
        List<String> taken = PortsFile.taken(kept, home.ports());
        return taken.isEmpty()
                ? Check.ok(
                        "ports",
                        kept.isEmpty()
                                ? "free ones will be chosen"
                                : kept.size() + " ports are free")
                : Check.fail("ports", String.join("; ", taken), "as said for each port");
    }

    private Check userNamespaces() {
        return machine.canEnterUserNamespace()
                ? Check.ok("user namespaces", "allowed")
                : Check.fail(
                        "user namespaces",
                        "\"unshare --user true\" fails"
                                + (machine.root()
                                        ? ": the database does not run as root without"
                                        : ": simulated hosts need them"),
                        machine.userNamespaceMend());
    }

    private static List<Path> shutAbove(Path folder) {
        List<Path> shut = new ArrayList<>();
        for (Path path = folder; path != null; path = path.getParent()) {
            try {
                PosixFileAttributes attributes =
                        Files.readAttributes(path, PosixFileAttributes.class);
                if (!attributes.owner().getName().equals("root")
                        && !attributes.permissions().contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    shut.add(path);
                }
            } catch (IOException e) {
                shut.add(path);
            }
        }
        return shut;
    }

    private static Path existing(Path path) {
        Path candidate = path;
        while (!Files.exists(candidate) && candidate.getParent() != null) {
            candidate = candidate.getParent();
        }
        return candidate;
    }
}
