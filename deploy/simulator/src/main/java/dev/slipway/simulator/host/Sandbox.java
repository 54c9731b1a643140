package dev.slipway.simulator.host;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One host's namespaces, from power-on to power-off. Its files outlive it.
///
/// ```
/// off ──powerOn──▶ on ──powerOff──▶ off
///                  │ ends by itself (`reboot`) ─▶ the listener is told, the owner powers it on again
/// ```
public final class Sandbox {

    /// Told when a host went down without being powered off.
    @FunctionalInterface
    public interface DownListener {
        /// @param rebooting true if the host asked to come up again
        void wentDown(boolean rebooting);
    }

    /// How Java and shells report an end by SIGKILL.
    private static final int KILLED = 137;

    private record Running(Process launcher, long init) {}

    private final Namespaces namespaces;
    private final Path home;
    private final String name;
    private final DownListener listener;
    private @Nullable Running running;

    Sandbox(Namespaces namespaces, Path home, String name, DownListener listener) {
        this.namespaces = namespaces;
        this.home = home;
        this.name = name;
        this.listener = listener;
    }

    /// Starts the host's first process and waits until it has brought the host up.
    public synchronized void powerOn() {
        if (running != null) {
            return;
        }
        try {
            Files.deleteIfExists(rebootMarker());
            Path log = home.resolve("hosts").resolve(name).resolve("boot.log");
            Process launcher =
                    new ProcessBuilder(namespaces.bootCommand(home, name))
                            .redirectError(log.toFile())
                            .start();
            String line = launcher.inputReader(StandardCharsets.UTF_8).readLine();
            if (!"ready".equals(line)) {
                launcher.destroyForcibly();
                throw new SimulatorFailure(
                        "cannot start simulated host \"%s\" (%s): see %s"
                                .formatted(name, Files.readString(log).strip(), log));
            }
            long init =
                    launcher.children()
                            .findFirst()
                            .orElseThrow(() ->
                                    new SimulatorFailure(
                                            "simulated host \"%s\" has no first process: see %s"
                                                    .formatted(name, log)))
                            .pid();
            Running started = new Running(launcher, init);
            running = started;
            launcher.onExit().thenAcceptAsync(process -> ended(started), this::onOwnThread);
        } catch (IOException e) {
            throw new SimulatorFailure(
                    "cannot start simulated host \"%s\": %s".formatted(name, e.getMessage()), e);
        }
    }

    /// A listener may take its time: it shall not keep the news of other hosts waiting.
    private void onOwnThread(Runnable news) {
        Thread.ofPlatform().daemon().name("down-" + name).start(news);
    }

    private void ended(Running ended) {
        boolean rebooting;
        synchronized (this) {
            if (!ended.equals(running)) {
                return;
            }
            running = null;
            rebooting = Files.exists(rebootMarker());
        }
        listener.wentDown(rebooting);
    }

    private Path rebootMarker() {
        return home.resolve("hosts").resolve(name).resolve("state/reboot");
    }

    /// Ends every process of the host at once, as a power cut does.
    public synchronized void powerOff() {
        Running current = running;
        running = null;
        if (current == null) {
            return;
        }
        ProcessHandle.of(current.init()).ifPresent(ProcessHandle::destroyForcibly);
        try {
            if (!current.launcher().waitFor(10, TimeUnit.SECONDS)) {
                current.launcher().destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public synchronized boolean on() {
        return running != null;
    }

    /// A process builder that runs `command` inside the host, as its root, in an empty environment.
    ///
    /// @throws SimulatorFailure if the host is off
    public ProcessBuilder command(List<String> command) {
        Running current;
        synchronized (this) {
            current = running;
        }
        if (current == null) {
            throw new SimulatorFailure("simulated host \"%s\" is off: power it on".formatted(name));
        }
        List<String> whole = new ArrayList<>(Namespaces.enterCommand(current.init()));
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole);
        String path = String.valueOf(builder.environment().get("PATH"));
        builder.environment().clear();
        builder.environment().put("PATH", path);
        return builder;
    }

    /// Asks the host to reboot itself; returns when it has begun to.
    ///
    /// @throws SimulatorFailure if it refuses
    public void reboot() {
        Ended ended = end("", "/bin/sh", "-c", "reboot");
        // The command may be caught by what it brings about.
        if (ended.code() != KILLED) {
            ended.output();
        }
    }

    /// Runs a short command as root of the host and returns what it printed.
    ///
    /// @throws SimulatorFailure if it fails
    public String run(String... command) {
        return feed("", command);
    }

    /// The same with something to read, at most 64 KiB.
    public String feed(String input, String... command) {
        return end(input, command).output();
    }

    private Ended end(String input, String... command) {
        String line = String.join(" ", command);
        try {
            Process process = command(Arrays.asList(command)).redirectErrorStream(true).start();
            try (Writer in = process.outputWriter(StandardCharsets.UTF_8)) {
                in.write(input);
            }
            String printed =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(name, line, process.waitFor(), printed);
        } catch (IOException e) {
            throw new SimulatorFailure(
                    "cannot run \"%s\" on simulated host \"%s\"".formatted(line, name), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SimulatorFailure("interrupted on simulated host \"%s\"".formatted(name), e);
        }
    }

    private record Ended(String host, String command, int code, String printed) {
        /// What it printed, if it succeeded.
        String output() {
            if (code != 0) {
                throw new SimulatorFailure(
                        "\"%s\" on simulated host \"%s\" ended with %d: %s"
                                .formatted(command, host, code, printed.strip()));
            }
            return printed;
        }
    }

    /// True if the host knows one uid only (the simulator runs without root).
    public static boolean singleUid() {
        return Namespaces.singleUid();
    }
}
