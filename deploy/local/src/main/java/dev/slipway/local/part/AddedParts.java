package dev.slipway.local.part;

import dev.slipway.contracts.Wire;
import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.home.StackHome;
import dev.slipway.local.supervisor.Part;
import dev.slipway.local.supervisor.Supervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The added parts, one file each. Whoever adds or removes one writes or removes its file; the
/// supervisor's process follows.
public final class AddedParts {

    private static final String SUFFIX = ".json";

    private final StackHome home;
    private final Map<String, AddedPart> running = new HashMap<>();

    public AddedParts(StackHome home) {
        this.home = home;
    }

    /// Adds the part, or replaces the one of that name.
    public void put(AddedPart part) {
        PrivateFile.write(home.added().resolve(part.name() + SUFFIX), Wire.bytes(part));
    }

    /// Removes the part; does nothing if it is not there.
    public void remove(String name) {
        PrivateFile.deleteTree(home.added().resolve(name + SUFFIX));
    }

    /// The parts as the files say.
    public Map<String, AddedPart> wanted() {
        Map<String, AddedPart> parts = new TreeMap<>();
        if (Files.isDirectory(home.added())) {
            try (Stream<Path> files = Files.list(home.added())) {
                List<Path> descriptions = files.filter(AddedParts::isDescription).toList();
                for (Path file : descriptions) {
                    AddedPart part = Wire.read(Files.readAllBytes(file), AddedPart.class);
                    parts.put(part.name(), part);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "cannot read the parts in \"" + home.added() + "\"", e);
            }
        }
        return parts;
    }

    /// Brings the supervisor's parts to what the files say.
    void follow(Supervisor supervisor) {
        Map<String, AddedPart> wanted = wanted();
        Map.copyOf(running)
                .forEach((name, part) -> {
                    if (!part.equals(wanted.get(name))) {
                        supervisor.remove(name);
                        running.remove(name);
                    }
                });
        wanted.forEach((name, part) -> {
            if (running.putIfAbsent(name, part) == null) {
                supervisor.add(part(part));
            }
        });
    }

    private Part part(AddedPart added) {
        OptionalInt port = added.port().map(OptionalInt::of).orElseGet(OptionalInt::empty);
        return new Part(
                added.name(), port, Set.of(), new AddedProgram(added, home.part(added.name())));
    }

    private static boolean isDescription(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(SUFFIX) && !name.startsWith(".");
    }
}
