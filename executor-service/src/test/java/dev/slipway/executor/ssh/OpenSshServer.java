package dev.slipway.executor.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.executor.journal.Orders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/// A real OpenSSH server of the machine, on a loopback address, with keys of its own. For root
/// only.
public final class OpenSshServer implements AutoCloseable {
    private final Path folder;
    private final String address;
    private final int port;
    private final Process process;

    private OpenSshServer(Path folder, String address, int port, Process process) {
        this.folder = folder;
        this.address = address;
        this.port = port;
        this.process = process;
    }

    /// Why it cannot be used here, if so.
    public static Optional<String> missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("skipped: real OpenSSH is tested as root only");
        }
        return Files.isExecutable(Path.of("/usr/sbin/sshd"))
                ? Optional.empty()
                : Optional.of("skipped: no sshd here (apt-get install openssh-server)");
    }

    public static OpenSshServer start(Path folder, String address) {
        return start(folder, address, () -> {});
    }

    /// @param prepare run when the keys are there: `host`, `host-rsa` and `client`, with `.pub`
    /// @param settings more lines of sshd_config, which win
    public static OpenSshServer start(
            Path folder, String address, Runnable prepare, String... settings) {
        try {
            Files.createDirectories(Path.of("/run/sshd"));
            Files.createDirectories(folder);
            // sshd reads authorized keys as the user who signs in.
            run("chmod", "0755", folder.toString(), folder.resolve("..").toString());
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder + "/host");
            run(
                    "ssh-keygen",
                    "-q",
                    "-t",
                    "rsa",
                    "-b",
                    "2048",
                    "-N",
                    "",
                    "-f",
                    folder + "/host-rsa");
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder + "/client");
            prepare.run();
            int port = freePort(address);
            Path config =
                    Files.writeString(
                            folder.resolve("sshd_config"), String.join("\n", settings), UTF_8);
            Files.writeString(
                    config,
                    """

                    ListenAddress %s
                    Port %d
                    HostKey %s/host
                    HostKey %s/host-rsa
                    PidFile none
                    AuthorizedKeysFile %s/client.pub
                    StrictModes no
                    UsePAM no
                    PermitRootLogin yes
                    PasswordAuthentication yes
                    MaxStartups 100
                    """
                            .formatted(address, port, folder, folder, folder),
                    StandardOpenOption.APPEND);
            Process process =
                    new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", config.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("sshd.log").toFile())
                            .start();
            var server = new OpenSshServer(folder, address, port, process);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(server::accepts);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean accepts() throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 500);
            return true;
        }
    }

    private static int freePort(String address) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, 0));
            return socket.getLocalPort();
        }
    }

    public HostTarget target(String user, Optional<MaterialName> sudoPassword) {
        return Orders.host(address, port, user, List.of(hostKey()), sudoPassword);
    }

    public String address() {
        return address;
    }

    public int port() {
        return port;
    }

    public String hostKey() {
        return key("host.pub");
    }

    public String rsaHostKey() {
        return key("host-rsa.pub");
    }

    private String key(String file) {
        return key(folder.resolve(file));
    }

    /// A public key file without its comment.
    public static String key(Path file) {
        String[] words = read(file).split(" ");
        return words[0] + " " + words[1].strip();
    }

    /// @param certificate a file beside the client's key
    public SshCredential.Certified certified(String certificate) {
        return new SshCredential.Certified(read(folder.resolve("client")), key(certificate));
    }

    public SshCredential.Key credential() {
        return new SshCredential.Key(read(folder.resolve("client")), Optional.empty());
    }

    /// Ends every connection that is open, not the server: as a network that breaks.
    public void cutConnections() {
        process.children()
                .forEach(child -> {
                    child.descendants()
                            .filter(p -> p.info().command().orElse("").contains("sshd"))
                            .forEach(ProcessHandle::destroyForcibly);
                    child.destroyForcibly();
                });
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs a program of the machine.
    public static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        cutConnections();
        process.destroy();
    }
}
