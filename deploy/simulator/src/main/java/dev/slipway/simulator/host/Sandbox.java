package dev.slipway.simulator.host;

import java.io.IOException;
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
            launcher.onExit().thenAccept(process -> ended(started));
        } catch (IOException e) {
            throw new SimulatorFailure(
                    "cannot start simulated host \"%s\": %s".formatted(name, e.getMessage()), e);
        }
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

    /// Runs a short command as root of the host and returns what it printed.
    ///
    /// @throws SimulatorFailure if it fails
    public String run(String... command) {
        try {
            Process process = command(Arrays.asList(command)).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new SimulatorFailure(
                        "\"%s\" on simulated host \"%s\" ended with %d: %s"
                                .formatted(String.join(" ", command), name, code, output.strip()));
            }
            return output;
        } catch (IOException e) {
            throw new SimulatorFailure(
                    "cannot run a command on simulated host \"%s\"".formatted(name), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SimulatorFailure("interrupted on simulated host \"%s\"".formatted(name), e);
        }
    }

    /// True if the host knows one uid only (the simulator runs without root).
    public boolean singleUid() {
        return Namespaces.singleUid();
    }
}
