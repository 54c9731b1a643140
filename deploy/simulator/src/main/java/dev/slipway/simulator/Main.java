package dev.slipway.simulator;

import dev.slipway.simulator.host.SimulatorFailure;
import dev.slipway.simulator.ssh.HostSshServer;
import dev.slipway.simulator.ssh.KeyFiles;
import dev.slipway.simulator.ssh.SshAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Runs simulated hosts in the foreground until SIGTERM or SIGINT. Prints one line per host when
/// all are ready, then `ready`.
public final class Main {

    private static final String USAGE =
            """
            usage: Main --home DIR --hosts NAME=127.x.y.z[,NAME=ADDRESS...] [--port 22022] [--scale 0.05]
                        [--kubernetes-version v1.36.2] [--ssh-server mina|openssh] [--reset]
            """;

    private Path home = Path.of("");
    private List<SimulatedHost> hosts = List.of();
    private int port = 22022;
    private double scale = SimulatorConfig.DEFAULT_TIME_SCALE;
    private String version = SimulatorConfig.DEFAULT_KUBERNETES_VERSION;
    private HostSshServer.Kind sshServer = HostSshServer.Kind.MINA;
    private boolean reset;

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        Simulator simulator;
        try {
            Main main = new Main();
            main.parse(arguments);
            simulator = main.start();
        } catch (IllegalArgumentException e) {
            System.err.println("simulator: " + e.getMessage());
            System.err.print(USAGE);
            System.exit(2);
            return;
        } catch (IOException | SimulatorFailure e) {
            System.err.println("simulator: " + e.getMessage());
            System.exit(1);
            return;
        }
        CountDownLatch forever = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "simulator-close"));
        forever.await();
    }

    private void parse(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            if (option.equals("--reset")) {
                reset = true;
                continue;
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(
                        "option \"%s\" is unknown or lacks its value".formatted(option));
            }
            String value = arguments[++i];
            switch (option) {
                case "--home" -> home = Path.of(value);
                case "--hosts" ->
                        hosts = Arrays.stream(value.split(",")).map(SimulatedHost::parse).toList();
                case "--port" -> port = Integer.parseInt(value);
                case "--scale" -> scale = Double.parseDouble(value);
                case "--kubernetes-version" -> version = value;
                case "--ssh-server" -> sshServer = sshServer(value);
                default ->
                        throw new IllegalArgumentException(
                                "option \"%s\" is unknown".formatted(option));
            }
        }
        if (home.toString().isEmpty()) {
            throw new IllegalArgumentException("--home is missing");
        }
    }

    private static HostSshServer.Kind sshServer(String word) {
        return switch (word) {
            case "mina" -> HostSshServer.Kind.MINA;
            case "openssh" -> HostSshServer.Kind.OPENSSH;
            default ->
                    throw new IllegalArgumentException(
                            "--ssh-server \"%s\" is neither mina nor openssh".formatted(word));
        };
    }

    private Simulator start() throws IOException {
        if (reset) {
            Simulator.reset(home);
        }
        SshAccess access = SshAccess.everyLogin(password(home));
        Simulator simulator =
                Simulator.start(
                        new SimulatorConfig(home, hosts, port, access, scale, version, sshServer));
        for (RunningHost host : simulator.hosts()) {
            System.out.printf(
                    "simulated host %s: %s port %d, users root ops deploy, host key %s%n",
                    host.name(), host.address(), host.port(), KeyFiles.fingerprint(host.hostKey()));
        }
        System.out.println("ready");
        return simulator;
    }

    /// The password of `ops`, made once and kept in a file of mode 0600.
    private static String password(Path home) throws IOException {
        Path file = home.resolve("password");
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        Files.createDirectories(home);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        String password = HexFormat.of().formatHex(random);
        Files.writeString(file, password + "\n");
        return password;
    }
}
