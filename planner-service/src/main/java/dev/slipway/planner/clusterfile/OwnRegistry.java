package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.RemotePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A registry of images that hosts of the cluster run for it, filled with the archives of its
/// Clusterfile. Each host has all of it, so that any of them will do.
///
/// @param hosts at least one; nodes ask them in this order
/// @param port 1 to 65535
/// @param storage the folder on those hosts that it keeps images in
/// @param serves the registries whose images it has, by their hosts as names of images have them
/// @param credential the name under which the certificate service keeps the login that it asks for;
///   absent: everybody may pull and push
public record OwnRegistry(
        List<HostAddress> hosts,
        int port,
        RemotePath storage,
        List<String> serves,
        Optional<String> credential) {
    public OwnRegistry {
        hosts = List.copyOf(hosts);
        serves = List.copyOf(serves);
    }

    public boolean isOn(HostAddress host) {
        return hosts.contains(host);
    }

    /// Its host and port as names of images have it.
    public String authority(HostAddress host) {
        return host.address() + ":" + port;
    }

    /// Below what path it has the images of a registry, which may be named alike in several: a path
    /// has no colon, and no host has an underscore.
    public static String path(String registry) {
        return registry.replace(':', '_');
    }

    /// What hosts are told of registries: what the user says, with this one asked first for what it
    /// serves, and of itself.
    List<Registry> before(List<Registry> registries) {
        var all = new ArrayList<Registry>();
        registries.forEach(r -> all.add(serves.contains(r.host()) ? before(r) : r));
        Optional<Registry> any =
                registries.stream().filter(r -> r.host().equals(Registry.ANY)).findFirst();
        for (String host : serves) {
            if (registries.stream().noneMatch(r -> r.host().equals(host))) {
                List<RegistryServer> mirrors = any.map(Registry::mirrors).orElse(List.of());
                all.add(before(new Registry(host, mirrors, Optional.of(Registry.server(host)))));
            }
        }
        for (HostAddress host : hosts) {
            all.add(new Registry(authority(host), List.of(), Optional.of(server(host, ""))));
        }
        return all;
    }

    private Registry before(Registry registry) {
        return new Registry(
                registry.host(),
                Stream.concat(
                                hosts.stream().map(h -> server(h, "/v2/" + path(registry.host()))),
                                registry.mirrors().stream())
                        .toList(),
                registry.itself());
    }

    private RegistryServer server(HostAddress host, String path) {
        return RegistryServer.ofCluster("https://" + authority(host) + path, credential);
    }
}
