package dev.slipway.executor.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A machine of its own on this one, whose PID 1 is systemd: see `systemd.sh`.
final class SystemdMachine implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path SYSTEMD = Path.of("/lib/systemd/systemd");

    private final Process outside;
    private final long first;

    private SystemdMachine(Process outside, long first) {
        this.outside = outside;
        this.first = first;
    }

    /// Why this machine can have none within it, if it can't.
    static Optional<String> missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("skipped: a machine with systemd can be made as root only");
        }
        return Stream.of(SYSTEMD, Path.of("/usr/bin/systemd-run"), Path.of("/usr/bin/nsenter"))
                .filter(program -> !Files.exists(program))
                .findFirst()
                .map(program ->
                        "skipped: "
                                + program
                                + " is not there (apt-get install systemd util-linux)");
    }

    /// @param folder for its script and log
    /// @return empty where the kernel lets nobody make it, with the reason in `machine.log`
    static Optional<SystemdMachine> boot(Path folder) {
        try (InputStream script = SystemdMachine.class.getResourceAsStream("systemd.sh")) {
            Path file = folder.resolve("systemd.sh");
            Path place = Files.createDirectory(folder.resolve("machine"));
            Files.write(file, java.util.Objects.requireNonNull(script).readAllBytes());
            Process outside =
                    new ProcessBuilder(
                                    "unshare",
                                    "--mount",
                                    "--propagation",
                                    "private",
                                    "sh",
                                    file.toString(),
                                    "boot",
                                    place.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(log(folder).toFile())
                            .start();
            await().atMost(LIMIT).until(() -> !outside.isAlive() || init(outside).isPresent());
            return init(outside).map(first -> new SystemdMachine(outside, first).awaitRunning());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What its makers said.
    static Path log(Path folder) {
        return folder.resolve("machine.log");
    }

    private static Optional<Long> init(Process outside) {
        return outside.descendants()
                .filter(p -> p.info().command().filter(c -> c.endsWith("/systemd")).isPresent())
                .map(ProcessHandle::pid)
                .findFirst();
    }

    private SystemdMachine awaitRunning() {
        await().atMost(LIMIT)
                .until(() -> exec("systemctl", "is-system-running").output().equals("running\n"));
        return this;
    }

    /// Its root directory, seen from here.
    Path root() {
        return Path.of("/proc/" + first + "/root");
    }

    /// The beginning of a command line that runs inside.
    List<String> inside() {
        return List.of(
                "nsenter",
                "--target=" + first,
                "--mount",
                "--uts",
                "--ipc",
                "--net",
                "--pid",
                "--cgroup",
                "--root",
                "--wd");
    }

    /// Inside and in a session of its own, as a login would be: what runs in it ends with it.
    List<String> inSession(String name) {
        return Stream.of(
                        inside().stream(),
                        Stream.of("systemd-run", "--quiet", "--scope", "--unit=" + name))
                .flatMap(words -> words)
                .toList();
    }

    /// Ends the session with all that runs in it.
    void endSession(String name) {
        run("systemctl", "kill", "--signal=KILL", name + ".scope");
    }

    /// The journal's units that systemd knows, dead and failed ones too.
    String units() {
        return run(
                "systemctl", "list-units", "--all", "--plain", "--no-legend", "slipway-*.service");
    }

    /// Runs a command inside, which succeeds.
    String run(String... command) {
        Done done = exec(command);
        if (done.code() != 0) {
            throw new AssertionError(
                    "%s: code %d, \"%s\"".formatted(List.of(command), done.code(), done.output()));
        }
        return done.output();
    }

    private record Done(int code, String output) {}

    private Done exec(String... command) {
        try {
            List<String> line = new ArrayList<>(inside());
            line.addAll(List.of(command));
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Done(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        // The script ends the machine and takes its control groups away; the rest ends with it.
        outside.destroy();
        try {
            if (!outside.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                outside.destroyForcibly();
                throw new AssertionError("the machine did not end within " + LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
