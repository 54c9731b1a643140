package dev.slipway.local.part;

import dev.slipway.local.settings.ServiceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Where the programs of the stack are.
///
/// @param classPath of the broker and the supervisor: this module and what it needs
/// @param services the runnable jar of each service
public record StackPrograms(String classPath, Map<String, Path> services) {

    public StackPrograms {
        services = Map.copyOf(services);
    }

    /// The programs as a build in the checkout at `root` leaves them; the class path is this
    /// process's own.
    public static StackPrograms ofCheckout(Path root) {
        Map<String, Path> services = new TreeMap<>();
        for (String service : ServiceSettings.SERVICES) {
            services.put(
                    service,
                    root.resolve(service + "-service/target/quarkus-app/quarkus-run.jar")
                            .toAbsolutePath());
        }
        return new StackPrograms(System.getProperty("java.class.path"), services);
    }

    /// The jars that are not there.
    public List<Path> missing() {
        return services.values().stream()
                .filter(jar -> !Files.isRegularFile(jar))
                .sorted()
                .toList();
    }

    Path jar(String service) {
        Path jar = services.get(service);
        if (jar == null) {
            throw new IllegalArgumentException("no program for service \"" + service + "\"");
        }
        return jar;
    }

    /// The JVM that runs this process.
    public Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
