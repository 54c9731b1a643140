package dev.slipway.simulator.api;

import dev.slipway.simulator.host.Sandbox;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The listeners of the API servers that the stand-ins' wire tells of (`wire/listen/ADDRESS:PORT`);
/// each says there on which of the machine's ports it is (`port`): the hosts' SSH servers lead
/// there whoever asks for `ADDRESS:PORT`.
public final class ApiServers extends ToldServers<ApiServer> {
    private static final System.Logger LOG = System.getLogger(ApiServers.class.getName());

    private final Path clusters;
    private final boolean onTheirOwnPorts;
    private final Set<String> failed = new HashSet<>();

    private ApiServers(
            Path wire, Function<String, Optional<Sandbox>> hosts, boolean onTheirOwnPorts) {
        super("api-servers", wire.resolve("listen"), hosts);
        this.clusters = wire.resolve("clusters");
        this.onTheirOwnPorts = onTheirOwnPorts;
    }

    /// @param wire what hosts know of each other
    /// @param hosts the running host of a name
    /// @param onTheirOwnPorts whether they listen where hosts believe that they do: a real sshd
    ///   connects nowhere else. All hosts share the machine's network, so that one which becomes a
    ///   control plane later finds its port in use then
    public static ApiServers watch(
            Path wire, Function<String, Optional<Sandbox>> hosts, boolean onTheirOwnPorts) {
        var servers = new ApiServers(wire, hosts, onTheirOwnPorts);
        servers.watch();
        return servers;
    }

    @Override
    Optional<ApiServer> open(String address, Path entry, Sandbox host) throws IOException {
        if (Long.parseLong(text(entry.resolve("ready-ms"))) > System.currentTimeMillis()) {
            return Optional.empty();
        }
        byte[] authority =
                Files.readAllBytes(
                        clusters.resolve(text(entry.resolve("cluster"))).resolve("ca.crt"));
        var opened =
                ApiServer.open(
                        address,
                        onTheirOwnPorts
                                ? Integer.parseInt(address.substring(address.lastIndexOf(':') + 1))
                                : 0,
                        entry.resolve("apiserver.crt"),
                        text(entry.resolve("key")),
                        authority,
                        host);
        failed.remove(address);
        return Optional.of(opened);
    }

    @Override
    boolean isCurrent(Path entry, ApiServer listener) {
        return listener.isCurrent();
    }

    /// The stand-ins make the entry anew when they start an API server again.
    @Override
    void tell(Path entry, ApiServer listener) throws IOException {
        Path port = entry.resolve("port");
        if (!Files.exists(port)) {
            Files.writeString(port, Integer.toString(listener.port()));
        }
    }

    @Override
    void failed(String address, Exception why) {
        if (failed.add(address)) {
            LOG.log(
                    Level.WARNING,
                    "the API server at {0} is reached by the stand-ins only ({1})",
                    address,
                    why.getMessage());
        }
    }
}
