package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Registry;
import dev.slipway.planner.clusterfile.RegistryServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What containerd reads of registries each time it pulls (containerd's docs/hosts.md): a folder
/// for each, with its servers in their order and the authorities that sign for them.
///
/// Logins stand in containerd's own configuration: docs/hosts.md names no other place that serves
/// registries which want tokens, and docs/cri/registry.md keeps this one until there is another. A
/// header in a registry's own file would be sent to those that take basic authentication alone.
public final class Registries {
    /// containerd's name for all that have no folder.
    private static final String ANY = "_default";

    private Registries() {}

    public static List<HostFile> files(Clusterfile clusterfile) {
        var files = new ArrayList<HostFile>();
        int number = 1;
        for (Registry registry : clusterfile.pulling()) {
            files.addAll(new Folder("put-registry-" + number++, registry).files());
        }
        return files;
    }

    /// The part of containerd's configuration that holds the logins, behind what it says before.
    ///
    /// @param before text
    /// @param images the plugin that pulls, as containerd's release calls it
    public static List<Part> logins(String before, String images, Clusterfile clusterfile) {
        var parts = new ArrayList<Part>();
        var text = new StringBuilder(before);
        credentials(clusterfile)
                .forEach((authority, credential) -> {
                    text.append(
                            "\n[plugins.%s.registry.configs.%s.auth]\n  auth = \""
                                    .formatted(Toml.text(images), Toml.text(authority)));
                    parts.add(new Part.Literal(text.toString()));
                    parts.add(new Part.Material(Materials.registryLogin(credential)));
                    text.setLength(0);
                    text.append("\"\n");
                });
        parts.add(new Part.Literal(text.toString()));
        return parts;
    }

    public static boolean haveLogins(Clusterfile clusterfile) {
        return !credentials(clusterfile).isEmpty();
    }

    /// Where hosts have the certificate of the cluster's authority, by which they know its own
    /// registry at `authority`.
    public static RemotePath authorityFile(String authority) {
        return NodePaths.REGISTRIES.resolveInside(authority, "ca.crt");
    }

    /// Their names by host and port.
    private static Map<String, String> credentials(Clusterfile clusterfile) {
        var logins = new TreeMap<String, String>();
        clusterfile.pulling().stream()
                .flatMap(r -> r.servers())
                .forEach((RegistryServer server) ->
                        server.credential()
                                .ifPresent(name -> logins.put(server.authority(), name)));
        return logins;
    }

    /// @param step the first words of its steps' names
    private record Folder(String step, Registry registry) {
        List<HostFile> files() {
            var files = new ArrayList<HostFile>();
            var hosts = new StringBuilder("# Slipway made this of the Clusterfile's registries.\n");
            registry.itself()
                    .ifPresent(s -> hosts.append("server = %s\n".formatted(Toml.text(s.url()))));
            int number = 1;
            for (RegistryServer mirror : registry.mirrors()) {
                add("mirror-" + number++, mirror, files, hosts);
            }
            // What stands beside `server` itself was not read by all releases (containerd issue
            // 7118); a host of the same URL is asked before it.
            registry.itself()
                    .filter(s -> s.ca().isPresent() || s.skipVerify() || s.own())
                    .ifPresent(s -> {
                        add("ca", s, files, hosts);
                        if (s.own()) {
                            files.add(authority(s));
                        }
                    });
            files.add(new HostFile(step, path("hosts.toml"), hosts.toString(), 0644));
            return files;
        }

        /// The mirrors that the own registry is of others find it there.
        private HostFile authority(RegistryServer server) {
            return new HostFile(
                    step + "-ca",
                    authorityFile(server.authority()),
                    List.of(new Part.Material(Materials.authority("ca.crt"))),
                    0644);
        }

        private void add(
                String name, RegistryServer server, List<HostFile> files, StringBuilder hosts) {
            Optional<HostFile> ca =
                    server.ca()
                            .map(pem ->
                                    new HostFile(
                                            "%s-%s".formatted(step, name),
                                            path(name + ".crt"),
                                            pem,
                                            0644));
            hosts.append(
                    host(
                            server,
                            server.own()
                                    ? Optional.of(authorityFile(server.authority()))
                                    : ca.map(HostFile::path)));
            ca.ifPresent(files::add);
        }

        private static String host(RegistryServer server, Optional<RemotePath> ca) {
            var host = new StringBuilder("\n[host.%s]\n".formatted(Toml.text(server.url())));
            host.append(
                    "  capabilities = %s\n"
                            .formatted(
                                    Toml.texts(
                                            server.pullOnly()
                                                    ? List.of("pull")
                                                    : List.of("pull", "resolve"))));
            ca.ifPresent(path -> host.append("  ca = %s\n".formatted(Toml.text(path.value()))));
            // With http: it would mean that https is to be tried first.
            if (server.skipVerify() && server.url().startsWith("https:")) {
                host.append("  skip_verify = true\n");
            }
            if (server.saysApi()) {
                host.append("  override_path = true\n");
            }
            return host.toString();
        }

        private RemotePath path(String name) {
            return NodePaths.REGISTRIES.resolveInside(
                    registry.host().equals(Registry.ANY) ? ANY : registry.host(), name);
        }
    }
}
