package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Registry;
import dev.slipway.planner.clusterfile.RegistryServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What containerd reads of registries each time it pulls (containerd's docs/hosts.md): a folder
/// for each, with its servers in their order and the authorities that sign for them. Logins are
/// [ContainerdConfig]'s.
final class Registries {
    /// containerd's name for all that have no folder.
    private static final String ANY = "_default";

    private Registries() {}

    static List<HostFiles.HostFile> files(Clusterfile clusterfile) {
        var files = new ArrayList<HostFiles.HostFile>();
        int number = 1;
        for (Registry registry : clusterfile.registries()) {
            files.addAll(new Folder("put-registry-" + number++, registry).files());
        }
        return files;
    }

    /// @param step the first words of its steps' names
    private record Folder(String step, Registry registry) {
        List<HostFiles.HostFile> files() {
            var files = new ArrayList<HostFiles.HostFile>();
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
                    .filter(s -> s.ca().isPresent() || s.skipVerify())
                    .ifPresent(s -> add("ca", s, files, hosts));
            files.add(new HostFiles.HostFile(step, path("hosts.toml"), hosts.toString(), 0644));
            return files;
        }

        private void add(
                String name,
                RegistryServer server,
                List<HostFiles.HostFile> files,
                StringBuilder hosts) {
            Optional<HostFiles.HostFile> ca =
                    server.ca()
                            .map(pem ->
                                    new HostFiles.HostFile(
                                            "%s-%s".formatted(step, name),
                                            path(name + ".crt"),
                                            pem,
                                            0644));
            hosts.append(host(server, ca.map(HostFiles.HostFile::path)));
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
