package dev.slipway.scenarios;

import dev.slipway.contracts.id.TaskId;
import dev.slipway.simulator.RunningHost;
import dev.slipway.simulator.host.SimulatorFailure;
import dev.slipway.simulator.ssh.HostSshServer;
import dev.slipway.simulator.ssh.OpenSshServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The hosts of the chaos, each behind a cable, and what commands left on them: a file to which
/// each appends a line when it begins and one when it ends. They have the machine's own OpenSSH
/// where the suite runs as root.
final class ChaosHosts implements AutoCloseable {
    private static final int NET = 76;
    private static final int PORT = 22024;
    // An executor tries again after at most 15 s, and a simulated host boots in a few.
    private static final Duration RECOVERY = Duration.ofSeconds(25);
    private static final Pattern MARK = Pattern.compile("SLIPWAY_TASK=([0-9a-f-]{36})/");
    private static final Pattern LINE =
            Pattern.compile("([0-9a-f-]{36})/(\\d+)/ (begins|ends) (\\d+)\\.(\\d{9})");

    /// @param host its address
    /// @param ends whether it is the command's last line rather than its first
    record Line(String host, TaskId task, int attempt, boolean ends, Instant at) {}

    private final Fleet fleet;
    private final List<Cable> cables;
    private final Map<String, Instant> rebooted = new ConcurrentHashMap<>();
    private final Map<String, Instant> troubledUntil = new ConcurrentHashMap<>();

    ChaosHosts(int count) {
        fleet = new Fleet(NET, count, sshServer());
        cables =
                fleet.hosts().stream()
                        .map(host -> new Cable(host.address(), PORT, host.port()))
                        .toList();
    }

    private static HostSshServer.Kind sshServer() {
        try {
            OpenSshServer.require();
            return HostSshServer.Kind.OPENSSH;
        } catch (SimulatorFailure e) {
            System.out.println(
                    "chaos: hosts have the simulator's own SSH server: " + e.getMessage());
            return HostSshServer.Kind.MINA;
        }
    }

    int count() {
        return cables.size();
    }

    Path clientKey() {
        return fleet.clientKey();
    }

    /// A list of hosts for `exec`.
    ///
    /// @param from the first one's number, from 1
    /// @param to the last one's
    /// @param way into them, such as `pk: FILE`
    String list(String name, int from, int to, String way) {
        return """
        apiVersion: slipway.dev/v1
        kind: Hosts
        metadata: {name: %s}
        spec:
          ssh: {user: root, port: %d, %s}
          hosts: [{ips: ["127.78.%d.%d-127.78.%d.%d"]}]
        """
                .formatted(name, PORT, way, NET, from, NET, to);
    }

    String address(int number) {
        return fleet.host(number).address();
    }

    /// Ends the SSH server and every session of the host, and starts it again.
    void restartSshServer(int number) {
        troubledUntil.put(address(number), Instant.MAX);
        fleet.host(number).unreachable();
        fleet.host(number).reachable();
        recovers(number);
    }

    void cut(int number) {
        troubledUntil.put(address(number), Instant.MAX);
        cables.get(number - 1).cut();
    }

    /// @param lost whether the connections of before are gone
    void mend(int number, boolean lost) {
        cables.get(number - 1).mend(lost);
        recovers(number);
    }

    void reboot(int number) {
        troubledUntil.put(address(number), Instant.MAX);
        rebooted.put(address(number), Instant.now());
        fleet.host(number).reboot();
        recovers(number);
    }

    private void recovers(int number) {
        troubledUntil.put(address(number), Instant.now().plus(RECOVERY));
    }

    /// Whether executors may have been unable to reach the host after that instant.
    boolean troubledSince(String address, Instant instant) {
        return troubledUntil.getOrDefault(address, Instant.MIN).isAfter(instant);
    }

    /// Whether the host was rebooted after that instant.
    boolean rebootedSince(String address, Instant instant) {
        return rebooted.getOrDefault(address, Instant.MIN).isAfter(instant);
    }

    /// What all commands wrote on all hosts.
    List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (RunningHost host : fleet.hosts()) {
            Path file = host.root().resolve("root/lines");
            try {
                for (String line : Files.readAllLines(file)) {
                    lines.add(line(host.address(), line));
                }
            } catch (NoSuchFileException e) {
                // No command came here yet.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return lines;
    }

    private static Line line(String host, String text) {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            throw new AssertionError("torn line on %s: \"%s\"".formatted(host, text));
        }
        return new Line(
                host,
                TaskId.of(line.group(1)),
                Integer.parseInt(line.group(2)),
                line.group(3).equals("ends"),
                Instant.ofEpochSecond(
                        Long.parseLong(line.group(4)), Long.parseLong(line.group(5))));
    }

    /// The tasks of which any process runs, on whichever host.
    static Set<TaskId> running() {
        Set<TaskId> found = new HashSet<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .forEach(process -> {
                        Matcher mark = MARK.matcher(environment(process));
                        while (mark.find()) {
                            found.add(TaskId.of(mark.group(1)));
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static String environment(Path process) {
        try {
            return new String(
                    Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended, or is somebody else's
        }
    }

    @Override
    public void close() {
        cables.forEach(Cable::close);
        fleet.close();
    }
}
