package dev.slipway.simulator;

import dev.slipway.simulator.ssh.KeyFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.jspecify.annotations.Nullable;

/// Logs in and runs commands as an installer does; every call is a connection of its own.
final class SshTestClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// What a command left: `exitCode` is null if none came.
    record Outcome(@Nullable Integer exitCode, String output, String errors) {
        String both() {
            return output + errors;
        }
    }

    /// A channel that is open until it is closed from here, whatever its command does.
    record Held(ClientSession session, ChannelExec channel) implements AutoCloseable {
        /// The command's exit status, once it comes.
        Integer exitStatus() {
            channel.waitFor(EnumSet.of(ClientChannelEvent.EXIT_STATUS), PATIENCE);
            return Objects.requireNonNull(channel.getExitStatus(), "no exit status came");
        }

        /// Whether the host closed it, in time.
        boolean closedByTheHost() {
            return channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE)
                    .contains(ClientChannelEvent.CLOSED);
        }

        @Override
        public void close() {
            session.close(true);
        }
    }

    private final SshClient client = SshClient.setUpDefaultClient();
    private final Simulator simulator;
    private final AtomicReference<@Nullable PublicKey> presented = new AtomicReference<>();

    SshTestClient(Simulator simulator) {
        this.simulator = simulator;
        client.setKeyExchangeFactories(
                ClientBuilder.setUpDefaultKeyExchanges(false).stream()
                        .filter(kex -> kex.getName().equals("curve25519-sha256"))
                        .toList());
        client.setServerKeyVerifier((session, address, key) -> {
            presented.set(key);
            return true;
        });
        client.start();
    }

    /// As root, with the client key.
    Outcome run(String host, String command) {
        return run(host, command, "");
    }

    Outcome run(String host, String command, String input) {
        return runAs("root", null, host, command, input);
    }

    /// @param password null: with the client key
    Outcome runAs(
            String user, @Nullable String password, String host, String command, String input) {
        try (ClientSession session = login(user, password, host);
                ChannelExec channel = session.createExecChannel(command)) {
            var output = new ByteArrayOutputStream();
            var errors = new ByteArrayOutputStream();
            channel.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
            channel.setOut(output);
            channel.setErr(errors);
            channel.open().verify(PATIENCE);
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
            return new Outcome(
                    channel.getExitStatus(),
                    output.toString(StandardCharsets.UTF_8),
                    errors.toString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("cannot run a command on " + host, e);
        }
    }

    /// Starts a command as root and does not wait for its end.
    Held hold(String host, String command) {
        try {
            ClientSession session = login("root", null, host);
            ChannelExec channel = session.createExecChannel(command);
            channel.open().verify(PATIENCE);
            return new Held(session, channel);
        } catch (IOException e) {
            throw new IllegalStateException("cannot start a command on " + host, e);
        }
    }

    ClientSession login(String user, @Nullable String password, String host) throws IOException {
        RunningHost target = simulator.host(host);
        ClientSession session =
                client.connect(user, target.address(), target.port())
                        .verify(PATIENCE)
                        .getClientSession();
        try {
            if (password == null) {
                session.addPublicKeyIdentity(
                        KeyFiles.loadOrCreate(simulator.clientKey(), "slipway-simulator"));
            } else {
                session.addPasswordIdentity(password);
            }
            session.auth().verify(PATIENCE);
            return session;
        } catch (IOException | RuntimeException e) {
            session.close(true);
            throw e;
        }
    }

    /// The host key of the last connection, in OpenSSH's form.
    String presentedHostKey() {
        return KeyFiles.line(Objects.requireNonNull(presented.get(), "no connection yet"));
    }

    @Override
    public void close() {
        client.stop();
    }
}
