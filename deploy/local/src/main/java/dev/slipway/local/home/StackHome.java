package dev.slipway.local.home;

import dev.slipway.local.files.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// Where the files of one stack are. Everything is below `root`, which only its owner may enter.
///
/// @param root absolute path
public record StackHome(Path root) {

    public StackHome {
        root = root.toAbsolutePath().normalize();
    }

    /// `SLIPWAY_HOME`, else `~/.local/state/slipway`.
    public static StackHome byDefault() {
        String chosen = System.getenv("SLIPWAY_HOME");
        return new StackHome(
                chosen == null || chosen.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".local", "state", "slipway")
                        : Path.of(chosen));
    }

    /// For the command line: addresses, authority, token.
    public Path configuration() {
        return root.resolve("config.yaml");
    }

    public Path ports() {
        return root.resolve("ports.properties");
    }

    /// What each part is doing, as JSON.
    public Path state() {
        return root.resolve("state.json");
    }

    /// Pid and start time of the supervisor.
    public Path supervisor() {
        return root.resolve("supervisor.pid");
    }

    /// Held by the supervisor as long as it lives.
    public Path supervisorLock() {
        return root.resolve("supervisor.lock");
    }

    /// Held while a stack is started or stopped.
    public Path commandLock() {
        return root.resolve("command.lock");
    }

    public Path tls() {
        return root.resolve("tls");
    }

    public Path keys() {
        return root.resolve("keys");
    }

    /// The user's token.
    public Path token() {
        return keys().resolve("user.jwt");
    }

    public Path log(String part) {
        return root.resolve("logs").resolve(part + ".log");
    }

    /// A part's own folder.
    public Path part(String part) {
        return root.resolve(part);
    }

    /// Descriptions of parts that were added to the stack, such as the simulated hosts.
    public Path added() {
        return root.resolve("parts");
    }

    /// Start-up caches of programs that stand where this user may not write.
    public Path aot() {
        return root.resolve("aot");
    }

    /// All that the stack makes here, for its removal.
    public List<Path> everything() {
        return Stream.concat(named(), furtherExecutors().stream()).toList();
    }

    private Stream<Path> named() {
        return Stream.of(
                        "config.yaml",
                        "ports.properties",
                        "state.json",
                        "supervisor.pid",
                        "supervisor.lock",
                        "installation",
                        "tls",
                        "keys",
                        "broker",
                        "database",
                        "logs",
                        "planner",
                        "executor",
                        "cert",
                        "status",
                        "simulator",
                        "demo",
                        "parts",
                        "aot",
                        "command.lock")
                .map(root::resolve);
    }

    /// `executor-2` and so on, as many as there ever were.
    private List<Path> furtherExecutors() {
        try (Stream<Path> files = Files.isDirectory(root) ? Files.list(root) : Stream.empty()) {
            return files.filter(file -> file.getFileName().toString().matches("executor-[0-9]+"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + root + "\"", e);
        }
    }

    /// The id by which hosts know this installation; made on first use.
    public String installation() {
        Path file = root.resolve("installation");
        try {
            if (!Files.exists(file)) {
                PrivateFile.write(file, UUID.randomUUID() + "\n");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + file + "\"", e);
        }
    }
}
