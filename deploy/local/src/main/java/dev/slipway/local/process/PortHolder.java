package dev.slipway.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The process that listens on a TCP port, as far as `/proc` shows it to this user.
///
/// @param pid process id
/// @param command the beginning of its command line
public record PortHolder(long pid, String command) {

    private static final Path PROC = Path.of("/proc");
    private static final String LISTEN =
            "0A"; // TCP_LISTEN in the kernel's include/net/tcp_states.h
    private static final int SHOWN = 80;

    public static Optional<PortHolder> of(int port) {
        Set<String> sockets = listening(port);
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (Stream<Path> processes = Files.list(PROC)) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .filter(path -> holdsOneOf(path, sockets))
                    .findFirst()
                    .map(path ->
                            new PortHolder(
                                    Long.parseLong(path.getFileName().toString()), command(path)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Set<String> listening(int port) {
        Set<String> sockets = new HashSet<>();
        String suffix = ":%04X".formatted(port);
        // proc(5): number, local address, remote address, state, …, inode as the tenth.
        Stream.of("tcp", "tcp6")
                .flatMap(table -> lines(PROC.resolve("net").resolve(table)))
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields[1].endsWith(suffix) && fields[3].equals(LISTEN))
                .forEach(fields -> sockets.add("socket:[" + fields[9] + "]"));
        return sockets;
    }

    private static Stream<String> lines(Path table) {
        try {
            return Files.readAllLines(table).stream().skip(1);
        } catch (IOException e) {
            return Stream.empty(); // a kernel without IPv6 has no such table
        }
    }

    private static boolean holdsOneOf(Path process, Set<String> sockets) {
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            return descriptors.anyMatch(descriptor -> sockets.contains(target(descriptor)));
        } catch (IOException | java.io.UncheckedIOException e) {
            return false; // another user's, or just gone
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String command(Path process) {
        try {
            String line =
                    new String(
                                    Files.readAllBytes(process.resolve("cmdline")),
                                    StandardCharsets.UTF_8)
                            .replace('\0', ' ')
                            .strip();
            return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
        } catch (IOException e) {
            return "?";
        }
    }
}
