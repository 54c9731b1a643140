package dev.slipway.simulator;

import dev.slipway.simulator.host.SimulatorFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Lets other processes do to the hosts what [RunningHost] can: a file `X.request` of one line,
/// moved into the home's `control` directory, is answered by `X.reply`: `ok`, or `error` and the
/// reason.
final class ControlFiles implements AutoCloseable {

    private final Path directory;
    private final Simulator simulator;
    private final WatchService watch;
    private final Thread thread;

    private ControlFiles(Path directory, Simulator simulator) throws IOException {
        this.directory = directory;
        this.simulator = simulator;
        this.watch = directory.getFileSystem().newWatchService();
        directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
        this.thread = Thread.ofPlatform().daemon().name("simulator-control").start(this::serve);
    }

    static ControlFiles watch(Path directory, Simulator simulator) throws IOException {
        Files.createDirectories(directory);
        return new ControlFiles(directory, simulator);
    }

    private void serve() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                WatchKey key = watch.poll(500, TimeUnit.MILLISECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
                answerAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.err.printf("cannot serve %s: %s%n", directory, e.getMessage());
        }
    }

    private void answerAll() throws IOException {
        List<Path> requests;
        try (var files = Files.list(directory)) {
            requests = files.filter(f -> f.toString().endsWith(".request")).sorted().toList();
        }
        for (Path request : requests) {
            String line = Files.readString(request).strip();
            Files.delete(request);
            String name = request.getFileName().toString();
            Path reply =
                    directory.resolve(
                            name.substring(0, name.length() - "request".length()) + "reply");
            Path fresh = reply.resolveSibling(reply.getFileName() + ".new");
            Files.writeString(fresh, answer(line) + "\n");
            Files.move(
                    fresh,
                    reply,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private String answer(String line) {
        try {
            return "ok " + perform(line);
        } catch (IOException | IllegalArgumentException | SimulatorFailure e) {
            return "error " + e.getMessage();
        }
    }

    /// One request: `ACTION HOST [words]`. The actions are in the README.
    private String perform(String line) throws IOException {
        String[] words = line.split("\\s+", 7);
        if (words.length < 2) {
            throw new IllegalArgumentException(
                    "\"%s\" is no request: write ACTION HOST".formatted(line));
        }
        RunningHost host = simulator.host(words[1]);
        String[] rest = Arrays.copyOfRange(words, 2, words.length);
        switch (words[0]) {
            case "unreachable" -> host.unreachable();
            case "reachable" -> host.reachable();
            case "rekey" -> host.changeHostKey();
            case "reboot" -> host.reboot();
            case "power-off" -> host.powerOff();
            case "power-on" -> host.powerOn();
            case "disk-full" -> host.fillDisk();
            case "disk-read-only" -> host.makeDiskReadOnly();
            case "disk-free" -> host.freeDisk();
            case "oom-kill" -> {
                return Integer.toString(host.kill(String.join(" ", rest)));
            }
            case "kubernetes-version" -> host.kubernetesVersion(String.join("", rest));
            case "k0s" -> host.k0s(new K0sProgram(String.join("", rest)));
            case "fail", "slow", "kill" ->
                    host.inject(
                            Fault.parse(
                                    Fault.Action.valueOf(words[0].toUpperCase(Locale.ROOT)), rest));
            case "say" ->
                    host.program(
                            rest.length > 0 ? rest[0] : "",
                            "echo '%s'"
                                    .formatted(
                                            String.join(
                                                            " ",
                                                            Arrays.copyOfRange(
                                                                    rest,
                                                                    Math.min(1, rest.length),
                                                                    rest.length))
                                                    .replace("'", "'\\''")));
            case "clear" -> host.clearFaults();
            default ->
                    throw new IllegalArgumentException(
                            "unknown action \"%s\": see the simulator's README"
                                    .formatted(words[0]));
        }
        return host.name();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
            watch.close();
        } catch (IOException e) {
            throw new SimulatorFailure("cannot stop watching " + directory, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
