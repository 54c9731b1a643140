package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.ExecutorConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;

/// Becomes root on an open session. Nothing but the sudo password is sent before the root shell has
/// answered with its nonce, so neither a program nor a material reaches another reader.
final class RootShells {
    private static final Pattern READY =
            Pattern.compile(RootCommand.READY + " ([0-9a-f]{32}) ([0-9]+)");

    /// Banners and profile scripts may print this much before.
    private static final int NOISE_LIMIT = 256 * 1024;

    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final ExecutorConfig.Ssh config;

    RootShells(ExecutorConfig.Ssh config) {
        this.config = config;
    }

    /// @throws IOException if the session broke
    /// @throws SshFailure if the user can't become root
    MinaRootChannel open(ClientSession session, HostTarget target, Optional<String> sudoPassword)
            throws IOException {
        boolean asRoot = isRoot(target);
        Attempt direct = attempt(session, RootCommand.DIRECT, Optional.empty());
        if (direct.channel().isPresent()) {
            return direct.channel().get();
        }
        if (asRoot || !asksForPassword(direct.errors())) {
            throw refused(target, direct.errors());
        }
        if (sudoPassword.isEmpty()) {
            throw new SshFailure(
                    ReasonCode.SUDO_PASSWORD_MISSING,
                    "cannot become root on %s as \"%s\": sudo asks for a password and none was given: %s"
                            .formatted(
                                    target.address(),
                                    target.user(),
                                    ReasonCode.SUDO_PASSWORD_MISSING.advice()));
        }
        Attempt asked = attempt(session, RootCommand.WITH_PASSWORD, sudoPassword);
        if (asked.channel().isPresent()) {
            return asked.channel().get();
        }
        if (asked.passwordWrong()) {
            throw new SshFailure(
                    ReasonCode.SUDO_PASSWORD_WRONG,
                    "cannot become root on %s as \"%s\": sudo refused the password: %s"
                            .formatted(
                                    target.address(),
                                    target.user(),
                                    ReasonCode.SUDO_PASSWORD_WRONG.advice()));
        }
        throw refused(target, asked.errors());
    }

    static boolean isRoot(HostTarget target) {
        return target.user().equals("root");
    }

    private record Attempt(
            Optional<MinaRootChannel> channel, String errors, boolean passwordWrong) {}

    private Attempt attempt(
            ClientSession session, RootCommand command, Optional<String> sudoPassword)
            throws IOException {
        ChannelExec exec = exec(session, command);
        MinaRootChannel channel = new MinaRootChannel(exec, config.silence());
        var errors = new ErrorText(exec.getInvertedErr(), channel::endInput);
        try {
            if (sudoPassword.isPresent()) {
                channel.send((sudoPassword.get() + "\n").getBytes(StandardCharsets.UTF_8));
            }
            Optional<String> nonce = awaitReady(channel);
            if (nonce.isPresent()) {
                channel.send((nonce.get() + "\n").getBytes(StandardCharsets.US_ASCII));
                return new Attempt(Optional.of(channel), "", false);
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            if (!session.isOpen()) {
                throw e;
            }
        }
        String said = errors.whole(LAST_WORDS);
        boolean wrong = errors.refusedPassword();
        exec.waitFor(
                EnumSet.of(ClientChannelEvent.EXIT_STATUS, ClientChannelEvent.CLOSED), LAST_WORDS);
        boolean cut = exec.getExitStatus() == null && exec.getExitSignal() == null;
        channel.close();
        if (cut && said.isBlank()) {
            // A host that goes down for a reboot, for one.
            throw new IOException("it ended without a word or an exit code");
        }
        return new Attempt(Optional.empty(), said, wrong);
    }

    private ChannelExec exec(ClientSession session, RootCommand command) throws IOException {
        try {
            ChannelExec exec = session.createExecChannel(command.exec());
            exec.open().verify(config.commandTimeout());
            return exec;
        } catch (IllegalStateException e) {
            // So the client speaks of a session that ends just now.
            throw new IOException("the session is ending", e);
        }
    }

    private Optional<String> awaitReady(MinaRootChannel channel) throws IOException {
        InputStream output = channel.output();
        var line = new ByteArrayOutputStream();
        channel.expectWithin(config.authTimeout());
        for (int seen = 0; seen < NOISE_LIMIT; seen++) {
            int next = output.read();
            if (next < 0) {
                return Optional.empty();
            }
            if (next != '\n') {
                line.write(next);
                continue;
            }
            Matcher ready = READY.matcher(line.toString(StandardCharsets.UTF_8));
            line.reset();
            if (ready.matches() && ready.group(2).equals("0")) {
                channel.expectWithin(config.silence());
                return Optional.of(ready.group(1));
            }
        }
        return Optional.empty();
    }

    private static boolean asksForPassword(String errors) {
        return errors.contains("password is required")
                || errors.contains("authentication required");
    }

    private static SshFailure refused(HostTarget target, String errors) {
        String said = lastLine(errors);
        if (isRoot(target)) {
            return new SshFailure(
                    ReasonCode.HOST_TOOL_MISSING,
                    "cannot start a shell on %s as \"root\" (%s): %s"
                            .formatted(
                                    target.address(), said, ReasonCode.HOST_TOOL_MISSING.advice()));
        }
        return new SshFailure(
                ReasonCode.SUDO_REFUSED,
                "cannot become root on %s as \"%s\" (%s): %s"
                        .formatted(
                                target.address(),
                                target.user(),
                                said,
                                ReasonCode.SUDO_REFUSED.advice()));
    }

    private static String lastLine(String errors) {
        String printable =
                errors.replace(RootCommand.PROMPT, "").replaceAll("[^\\P{Cntrl}\\n]", "?").strip();
        String last = printable.substring(printable.lastIndexOf('\n') + 1);
        if (last.isEmpty()) {
            return "the host said nothing";
        }
        return "the host said \""
                + (last.length() > 200 ? last.substring(0, 200) + "…" : last)
                + "\"";
    }
}
