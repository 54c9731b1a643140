package dev.slipway.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// As many real OpenSSH servers of the machine as hosts are wanted, each on an address of its own
/// and with processes, `/run`, `/root` and `/var/lib/slipway` of its own: a task's journal, lock
/// and search for its processes meet what they would meet on a machine of their own. For root.
final class OpenSshHosts implements Targets {
    private static final Path JOURNAL = Path.of("/var/lib/slipway");

    private final Path folder;
    private final List<String> addresses;
    private final int port;
    private final CpuGroup group;
    private final Process launcher;
    private final String hostKey;

    private OpenSshHosts(
            Path folder, List<String> addresses, int port, CpuGroup group, Process launcher) {
        this.folder = folder;
        this.addresses = addresses;
        this.port = port;
        this.group = group;
        this.launcher = launcher;
        this.hostKey = publicKey(folder.resolve("host.pub"));
    }

    static OpenSshHosts start(int number) {
        if (!Shell.root()) {
            throw new BenchmarkFailure(
                    "cannot start OpenSSH servers as \"%s\": run as root, or with --targets simulated"
                            .formatted(System.getProperty("user.name")));
        }
        Path sshd = Shell.findOrInstall("sshd", "openssh-server");
        try {
            Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "slipway-benchmark-");
            Shell.run("chmod", "0755", folder.toString());
            Files.createDirectories(JOURNAL);
            List<String> addresses =
                    IntStream.range(0, number)
                            .mapToObj(i -> "127.79.%d.%d".formatted(1 + i / 250, 1 + i % 250))
                            .toList();
            int port = freePort(addresses.getFirst());
            for (String key : List.of("host", "client")) {
                Shell.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder + "/" + key);
            }
            Files.writeString(folder.resolve("sshd_config"), config(folder, port));
            Files.writeString(
                    folder.resolve("known_hosts"),
                    "[127.79.*]:%d %s%n".formatted(port, publicKey(folder.resolve("host.pub"))));
            CpuGroup group = CpuGroup.make("targets");
            return launch(folder, addresses, port, group, sshd);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String config(Path folder, int port) {
        return """
        Port %d
        HostKey %s/host
        PidFile none
        AuthorizedKeysFile %s/client.pub
        StrictModes no
        UsePAM no
        PermitRootLogin yes
        PasswordAuthentication no
        MaxStartups 1000:30:2000
        MaxSessions 100
        """
                .formatted(port, folder, folder);
    }

    private static OpenSshHosts launch(
            Path folder, List<String> addresses, int port, CpuGroup group, Path sshd)
            throws IOException {
        Path script = folder.resolve("hosts.sh");
        try (InputStream text = OpenSshHosts.class.getResourceAsStream("hosts.sh")) {
            Files.write(script, java.util.Objects.requireNonNull(text).readAllBytes());
        }
        var command =
                group.inside(List.of("sh", script.toString(), folder.toString(), sshd.toString()));
        Process launcher =
                new ProcessBuilder(command)
                        .redirectOutput(folder.resolve("started").toFile())
                        .redirectError(folder.resolve("hosts.log").toFile())
                        .start();
        try (BufferedWriter list = launcher.outputWriter()) {
            for (String address : addresses) {
                list.write(address);
                list.newLine();
            }
        }
        var hosts = new OpenSshHosts(folder, addresses, port, group, launcher);
        try {
            addresses.forEach(hosts::awaitAnswer);
        } catch (RuntimeException e) {
            hosts.close();
            throw e;
        }
        return hosts;
    }

    private void awaitAnswer(String address) {
        long until = System.nanoTime() + 120_000_000_000L;
        while (System.nanoTime() < until) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), 1000);
                return;
            } catch (IOException e) {
                Pause.millis(20);
            }
        }
        throw new BenchmarkFailure(
                "cannot start a host on %s:%d (no answer within 120 s): %s"
                        .formatted(address, port, log()));
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("sshd.log"))
                    + Files.readString(folder.resolve("hosts.log"));
        } catch (IOException e) {
            return "no log";
        }
    }

    private static int freePort(String address) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, 0));
            return socket.getLocalPort();
        }
    }

    private static String publicKey(Path file) {
        try {
            String[] words = Files.readString(file).split(" ");
            return words[0] + " " + words[1].strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String kind() {
        return "openssh";
    }

    @Override
    public List<String> addresses() {
        return addresses;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Path key() {
        return folder.resolve("client");
    }

    @Override
    public Path knownHosts() {
        return folder.resolve("known_hosts");
    }

    @Override
    public String hostKey(String address) {
        return hostKey;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public double cpuMs() {
        return group.cpuMs();
    }

    @Override
    public void close() {
        launcher.destroy();
        group.close();
        Shell.delete(folder);
    }
}
