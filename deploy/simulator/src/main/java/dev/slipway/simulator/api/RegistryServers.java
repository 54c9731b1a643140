package dev.slipway.simulator.api;

import dev.slipway.simulator.host.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/// The listeners of the registries of images that the stand-ins' wire tells of
/// (`wire/registries/ADDRESS:PORT`); each says so there (`listens`). They listen on the very
/// address: no two hosts have the same.
public final class RegistryServers extends ToldServers<RegistryServer> {
    private RegistryServers(Path folder, Function<String, Optional<Sandbox>> hosts) {
        super("registries", folder, hosts);
    }

    /// @param folder what is told
    /// @param hosts the running host of a name
    public static RegistryServers watch(Path folder, Function<String, Optional<Sandbox>> hosts) {
        var servers = new RegistryServers(folder, hosts);
        servers.watch();
        return servers;
    }

    @Override
    Optional<RegistryServer> open(String address, Path entry, Sandbox host) throws IOException {
        return Optional.of(
                RegistryServer.open(
                        address,
                        host,
                        text(entry.resolve("certificate")),
                        text(entry.resolve("key")),
                        new RegistryServer.Files(
                                text(entry.resolve("storage")), text(entry.resolve("users")))));
    }

    @Override
    boolean isCurrent(Path entry, RegistryServer listener) {
        return Files.exists(entry.resolve("listens"));
    }

    @Override
    void tell(Path entry, RegistryServer listener) throws IOException {
        Path listens = entry.resolve("listens");
        if (!Files.exists(listens)) {
            Files.createFile(listens);
        }
    }

    @Override
    void failed(String address, Exception why) {
        System.getLogger(RegistryServers.class.getName())
                .log(
                        System.Logger.Level.DEBUG,
                        "the registry at {0} does not listen ({1})",
                        address,
                        why.getMessage());
    }
}
