package dev.slipway.simulator.ssh;

import dev.slipway.simulator.host.Sandbox;
import dev.slipway.simulator.host.SimulatorFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;

/// One exec channel: the user's shell in the sandbox, its three streams and its exit status carried
/// unchanged. A shell that a signal killed exits with 128 + signal. A channel that closes takes the
/// streams away and kills nothing, like OpenSSH without a terminal.
final class SandboxCommand implements Command {

    private static final String PATH_OF_ROOT =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final String PATH_OF_USER = "/usr/local/bin:/usr/bin:/bin";
    private static final int CANNOT_RUN = 255;

    private final Sandbox sandbox;
    private final SshAccess.Login login;
    private final String address;
    private final String command;
    private @Nullable InputStream in;
    private @Nullable OutputStream out;
    private @Nullable OutputStream err;
    private @Nullable ExitCallback exit;
    private @Nullable Process process;

    SandboxCommand(Sandbox sandbox, SshAccess.Login login, String address, String command) {
        this.sandbox = sandbox;
        this.login = login;
        this.address = address;
        this.command = command;
    }

    @Override
    public void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        err = stream;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        Thread.ofVirtual().name("exec-" + address).start(() -> run(environment.getEnv()));
    }

    private void run(Map<String, String> requested) {
        InputStream input = in;
        OutputStream output = out;
        OutputStream errors = err;
        ExitCallback callback = exit;
        if (input == null || output == null || errors == null || callback == null) {
            throw new IllegalStateException("streams were not set");
        }
        try {
            Process started = sandbox.command(shell(requested)).start();
            process = started;
            Thread.ofVirtual().start(() -> pump(input, started.getOutputStream(), true));
            Thread stdout =
                    Thread.ofVirtual().start(() -> pump(started.getInputStream(), output, false));
            Thread stderr =
                    Thread.ofVirtual().start(() -> pump(started.getErrorStream(), errors, false));
            int code = started.waitFor();
            stdout.join();
            stderr.join();
            callback.onExit(code);
        } catch (IOException | SimulatorFailure e) {
            callback.onExit(CANNOT_RUN, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> shell(Map<String, String> requested) {
        List<String> line = new ArrayList<>();
        if (login.uid() != 0 && !sandbox.singleUid()) {
            // sudo is a shell program and cannot be set-uid: who may use it logs in with the right
            // to change uid.
            line.addAll(
                    List.of(
                            "/usr/bin/setpriv",
                            "--reuid",
                            Integer.toString(login.uid()),
                            "--regid",
                            Integer.toString(login.uid()),
                            "--groups",
                            login.uid() + ",27",
                            "--inh-caps",
                            "+setuid,+setgid",
                            "--ambient-caps",
                            "+setuid,+setgid",
                            "--"));
        }
        line.addAll(List.of("/usr/bin/env", "-i"));
        line.add("HOME=" + login.homeDirectory());
        line.add("USER=" + login.user());
        line.add("LOGNAME=" + login.user());
        line.add("SHELL=/bin/sh");
        line.add("PATH=" + (login.uid() == 0 ? PATH_OF_ROOT : PATH_OF_USER));
        line.add("SSH_CONNECTION=127.0.0.1 0 " + address + " 22");
        if (sandbox.singleUid()) {
            line.add("SLIPWAY_SIMULATED_USER=" + login.user());
        }
        requested.forEach((name, value) -> {
            if (name.equals("LANG") || name.startsWith("LC_")) {
                line.add(name + "=" + value);
            }
        });
        line.addAll(
                List.of("/bin/sh", "-c", "cd \"$HOME\"; exec \"$SHELL\" -c \"$1\"", "sh", command));
        return line;
    }

    /// Copies until either side is gone; a reader that has gone is no error of the writer's.
    private static void pump(InputStream from, OutputStream to, boolean closeTarget) {
        byte[] buffer = new byte[8192];
        try {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                to.write(buffer, 0, n);
                to.flush();
            }
        } catch (IOException e) {
            // The channel or the process closed its end.
        }
        if (closeTarget) {
            try {
                to.close();
            } catch (IOException e) {
                // Closing a pipe to a process that has ended.
            }
        }
    }

    @Override
    public void destroy(ChannelSession channel) {
        Process started = process;
        if (started == null || !started.isAlive()) {
            return;
        }
        for (AutoCloseable stream :
                List.of(
                        started.getOutputStream(),
                        started.getInputStream(),
                        started.getErrorStream())) {
            // A close waits for a blocked read of the same stream, so nobody waits for it here.
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            stream.close();
                        } catch (Exception e) {
                            // Nothing more to do for a stream that is gone.
                        }
                    });
        }
    }
}
