package dev.slipway.local.home;

import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.process.PortHolder;
import dev.slipway.local.process.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The stack's ports on 127.0.0.1: free ones, chosen once, kept in a file of mode 0600.
public final class PortsFile {

    private PortsFile() {}

    /// The ports in `file`; names that it lacks get ports that are free now, and are added to it.
    public static Map<String, Integer> of(Path file, List<String> names) {
        Map<String, Integer> ports = read(file);
        List<String> missing = names.stream().filter(name -> !ports.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            assign(missing, ports);
            Map<String, String> text = new TreeMap<>();
            ports.forEach((name, port) -> text.put(name, Integer.toString(port)));
            PrivateFile.write(file, text);
        }
        return Map.copyOf(ports);
    }

    /// One sentence for each port that somebody else holds, with the holder's pid where it can be
    /// seen.
    public static List<String> taken(Map<String, Integer> ports, Path file) {
        List<String> sentences = new ArrayList<>();
        new TreeMap<>(ports)
                .forEach((name, port) -> {
                    if (!Ports.bindable(port)) {
                        String holder =
                                PortHolder.of(port)
                                        .map(process ->
                                                "held by process %d (%s)"
                                                        .formatted(
                                                                process.pid(), process.command()))
                                        .orElse("held by a process of another user");
                        sentences.add(
                                "port %d of %s is %s: end that process, or remove the line \"%s=%d\" from \"%s\" to have another port chosen"
                                        .formatted(port, name, holder, name, port, file));
                    }
                });
        return sentences;
    }

    private static void assign(List<String> names, Map<String, Integer> ports) {
        // One spare for each port already kept, lest the kernel offers one that a stopped part will
        // want again.
        List<Integer> free = new ArrayList<>(Ports.free(names.size() + ports.size()));
        free.removeAll(ports.values());
        for (int i = 0; i < names.size(); i++) {
            ports.put(names.get(i), free.get(i));
        }
    }

    private static Map<String, Integer> read(Path file) {
        Map<String, Integer> ports = new TreeMap<>();
        PrivateFile.read(file)
                .forEach((name, text) -> {
                    if (!text.matches("[0-9]{1,5}")
                            || Integer.parseInt(text) < 1
                            || Integer.parseInt(text) > 65535) {
                        throw new IllegalStateException(
                                "\"%s\" gives %s the port \"%s\", which is not a number from 1 to 65535: remove that line"
                                        .formatted(file, name, text));
                    }
                    ports.put(name, Integer.parseInt(text));
                });
        return ports;
    }
}
