package dev.slipway.planner.clusterfile;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// How hosts pull the images of a registry.
///
/// @param host as names of images have it, with the port where they say one; [#ANY] is every
///   registry that has no entry of its own
/// @param mirrors asked in this order before the registry itself
/// @param itself absent of [#ANY]
public record Registry(String host, List<RegistryServer> mirrors, Optional<RegistryServer> itself) {
    public static final String ANY = "*";

    /// Docker Hub goes by another name in images than on the network.
    static final String DOCKER_HUB = "docker.io";

    private static final String DOCKER_HUB_SERVER = "registry-1.docker.io";

    public Registry {
        mirrors = List.copyOf(mirrors);
    }

    /// Where a registry is that nothing is said of.
    public static RegistryServer server(String host) {
        boolean local = host.matches("(localhost|127\\..*?)(:.*)?");
        return new RegistryServer(
                (local ? "http://" : "https://")
                        + (host.equals(DOCKER_HUB) ? DOCKER_HUB_SERVER : host),
                Optional.empty(),
                false,
                Optional.empty(),
                false);
    }

    /// Mirrors and the registry itself, in the order in which they are asked.
    public Stream<RegistryServer> servers() {
        return Stream.concat(mirrors.stream(), itself.stream());
    }
}
