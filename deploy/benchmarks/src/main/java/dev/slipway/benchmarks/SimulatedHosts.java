package dev.slipway.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The simulator's hosts, in a process of their own: SSH servers of the library that the client
/// uses too, with a sandboxed root each.
final class SimulatedHosts implements Targets {
    private final Path folder;
    private final List<String> addresses;
    private final CpuGroup group;
    private final Process process;
    private final Map<String, String> keys = new HashMap<>();
    private int port;

    private SimulatedHosts(Path folder, List<String> addresses, CpuGroup group, Process process) {
        this.folder = folder;
        this.addresses = addresses;
        this.group = group;
        this.process = process;
    }

    static SimulatedHosts start(int number) {
        return start(number, 78, "0.05");
    }

    /// @param network their addresses are 127.NETWORK.x.y: a host that comes after another one at
    ///   its address has another host key
    /// @param scale how long the stand-ins take, as a part of the real tools' time
    static SimulatedHosts start(int number, int network, String scale) {
        try {
            Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "slipway-benchmark-");
            List<String> addresses =
                    IntStream.range(0, number)
                            .mapToObj(i ->
                                    "127.%d.%d.%d".formatted(network, 1 + i / 250, 1 + i % 250))
                            .toList();
            String names =
                    IntStream.range(0, number)
                            .mapToObj(i -> "host-" + (i + 1) + "=" + addresses.get(i))
                            .collect(Collectors.joining(","));
            CpuGroup group = CpuGroup.make("targets");
            Process process =
                    new ProcessBuilder(
                                    group.inside(
                                            List.of(
                                                    Path.of(
                                                                    System.getProperty("java.home"),
                                                                    "bin",
                                                                    "java")
                                                            .toString(),
                                                    "-XX:+UseSerialGC",
                                                    "-cp",
                                                    System.getProperty("java.class.path"),
                                                    "dev.slipway.simulator.Main",
                                                    "--home",
                                                    folder.resolve("home").toString(),
                                                    "--hosts",
                                                    names,
                                                    "--port",
                                                    "22079",
                                                    "--scale",
                                                    scale)))
                            .redirectError(folder.resolve("simulator.log").toFile())
                            .start();
            var hosts = new SimulatedHosts(folder, addresses, group, process);
            hosts.awaitReady();
            return hosts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() throws IOException {
        // The simulator goes on to run; what it prints later is little.
        var output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals("ready")) {
                readKnownHosts();
                return;
            }
        }
        String log = Files.readString(folder.resolve("simulator.log"));
        close();
        throw new BenchmarkFailure("cannot start the simulated hosts: " + log.strip());
    }

    private void readKnownHosts() throws IOException {
        for (String line : Files.readAllLines(knownHosts())) {
            String[] words = line.split(" ");
            String[] place = words[0].split("]:");
            keys.put(place[0].substring(1), words[1] + " " + words[2]);
            port = Integer.parseInt(place[1]);
        }
    }

    @Override
    public String kind() {
        return "simulated";
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
        return folder.resolve("home/id_ed25519");
    }

    @Override
    public Path knownHosts() {
        return folder.resolve("home/known_hosts");
    }

    @Override
    public String hostKey(String address) {
        return java.util.Objects.requireNonNull(keys.get(address), address);
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
        process.destroy();
        try {
            if (!process.waitFor(java.time.Duration.ofSeconds(30))) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        group.close();
        Shell.delete(folder);
    }
}
