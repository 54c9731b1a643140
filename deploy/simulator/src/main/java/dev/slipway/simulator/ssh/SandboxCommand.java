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
/// unchanged. As with OpenSSH without a terminal, the status goes out when the shell ends and the
/// channel closes when nobody holds its output any more; one that closes earlier takes the streams
/// away and kills nothing. A shell that a signal killed exits with 128 + signal.
///
/// Every pipe has a thread of its own. On a virtual thread a blocked pipe keeps a carrier, of which
/// all hosts together have as many as the JVM is willing to start, so channels that are held open
/// on one host would stop those of the others.
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
    private volatile @Nullable Process process;

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
        thread(() -> run((StatusChannel) channel, environment.getEnv()));
    }

    private Thread thread(Runnable work) {
        return Thread.ofPlatform().daemon().name("exec-" + address).start(work);
    }

    private void run(StatusChannel channel, Map<String, String> requested) {
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
            thread(() -> pump(input, started.getOutputStream(), true));
            Thread stdout = thread(() -> pump(started.getInputStream(), output, false));
            Thread stderr = thread(() -> pump(started.getErrorStream(), errors, false));
            int code = started.waitFor();
            channel.sendStatus(code);
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
        if (login.uid() != 0 && !Sandbox.singleUid()) {
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
        if (Sandbox.singleUid()) {
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

    /// The writer to the process ends by itself: the channel's input has ended.
    @Override
    public void destroy(ChannelSession channel) {
        Process started = process;
        if (started == null || !started.isAlive()) {
            return;
        }
        for (InputStream stream : List.of(started.getInputStream(), started.getErrorStream())) {
            try {
                stream.close();
            } catch (IOException e) {
                // Nothing more to do for a stream that is gone.
            }
        }
    }
}
