package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.order.RemotePath;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Reads `spec.registry`: the registry that hosts of the cluster run for it.
final class OwnRegistrySection {
    private static final int PORT = 5000;
    private static final RemotePath STORAGE = RemotePath.of("/var/lib/slipway-registry");

    /// Those that Kubernetes' own images and most addons' come from.
    private static final List<String> SERVES =
            List.of("registry.k8s.io", "docker.io", "quay.io", "ghcr.io");

    private static final String STORAGE_FORM =
            "an absolute path of letters, digits, dots, underscores, hyphens and slashes, at least two folders deep";

    /// Where a storage may neither be nor lie in: it is emptied by `reset`.
    private static final List<RemotePath> TAKEN =
            List.of(
                    RemotePath.of("/etc"),
                    RemotePath.of("/usr"),
                    RemotePath.of("/run"),
                    RemotePath.of("/tmp"),
                    RemotePath.of("/proc"),
                    RemotePath.of("/sys"),
                    RemotePath.of("/dev"),
                    RemotePath.of("/boot"),
                    RemotePath.of("/var/lib/slipway"),
                    RemotePath.of("/var/lib/etcd"),
                    RemotePath.of("/var/lib/kubelet"),
                    RemotePath.of("/var/lib/containerd"));

    /// Folders that hold what is others'.
    private static final Set<RemotePath> SHARED =
            Set.of(
                    RemotePath.of("/var/lib"),
                    RemotePath.of("/var/log"),
                    RemotePath.of("/var/cache"),
                    RemotePath.of("/var/spool"),
                    RemotePath.of("/opt/cni"),
                    RemotePath.of("/opt/bin"));

    private static final int FIRST_NODE_PORT = 30000;
    private static final int LAST_NODE_PORT = 32767;

    /// What the section stands among.
    ///
    /// @param runtime absent if it could not be read
    /// @param ports those of the API server and of the endpoint
    record Around(
            List<ClusterHost> hosts,
            List<ClusterHost> absent,
            Optional<ClusterRuntime> runtime,
            ContainerRuntime containers,
            List<Integer> ports,
            List<Registry> registries) {}

    private final YamlMap spec;
    private final Around around;
    private final SecretPolicy policy;

    OwnRegistrySection(YamlMap spec, Around around, SecretPolicy policy) {
        this.spec = spec;
        this.around = around;
        this.policy = policy;
    }

    Optional<OwnRegistry> read() {
        Optional<YamlMap> section = spec.map("registry");
        if (section.isEmpty()) {
            artifactAlone();
            return Optional.empty();
        }
        YamlMap map = section.get();
        if (map.has("localRegistry") || map.has("externalRegistry")) {
            sealers(map);
            return Optional.empty();
        }
        map.allow("hosts", "port", "storage", "serves", "credential", "username", "password");
        runtime();
        List<HostAddress> hosts = hosts(map);
        int port = port(map, hosts);
        Optional<String> credential = RegistriesSection.credential(map, policy);
        var registry =
                new OwnRegistry(
                        hosts,
                        port,
                        map.parsed("storage", STORAGE_FORM, OwnRegistrySection::storage)
                                .orElse(STORAGE),
                        serves(map),
                        credential);
        otherEntries(map, registry);
        return hosts.isEmpty() ? Optional.empty() : Optional.of(registry);
    }

    private void artifactAlone() {
        spec.map("artifacts")
                .filter(a -> a.has("registry"))
                .ifPresent(a ->
                        a.place()
                                .invalid(
                                        a.key("registry"),
                                        a.child("registry"),
                                        "registry is the program of the cluster's own registry: say spec.registry.hosts, or take it out"));
    }

    /// The words of sealer's files.
    private static void sealers(YamlMap map) {
        for (String key : List.of("localRegistry", "externalRegistry")) {
            if (map.has(key)) {
                map.place()
                        .notServed(
                                map.key(key),
                                map.child(key),
                                key.equals("localRegistry")
                                        ? "not served: say spec.registry.hosts, the hosts that run a registry"
                                        : "not served: say spec.registries");
            }
        }
    }

    private void runtime() {
        if (around.runtime().orElse(null) instanceof ClusterRuntime.K0s) {
            refuse(
                    "k0s imports archives on every node by itself: say spec.images alone, or spec.registries for a registry elsewhere");
        } else if (around.containers() == ContainerRuntime.DOCKER) {
            refuse(
                    "Docker has mirrors of docker.io alone, so it would not be asked for Kubernetes' images: say spec.images alone, or spec.containerRuntime.type: containerd");
        }
    }

    private void refuse(String why) {
        spec.place().invalid(spec.key("registry"), spec.child("registry"), why);
    }

    private List<HostAddress> hosts(YamlMap map) {
        List<YamlMap.Text> texts = map.texts("hosts");
        if (texts.isEmpty()) {
            map.place()
                    .invalid(
                            map.has("hosts") ? map.key("hosts") : map.node(),
                            map.child("hosts"),
                            "there are no hosts: name those of spec.hosts that run it");
        }
        var hosts = new LinkedHashSet<HostAddress>();
        for (YamlMap.Text text : texts) {
            host(map, text)
                    .filter(h -> !hosts.add(h))
                    .ifPresent(_ ->
                            map.place()
                                    .invalid(
                                            text.node(),
                                            text.path(),
                                            Quoted.of(text.value()) + " stands there twice"));
        }
        return List.copyOf(hosts);
    }

    private Optional<HostAddress> host(YamlMap map, YamlMap.Text text) {
        Optional<ClusterHost> found = called(around.hosts(), text.value());
        String problem = null;
        if (found.isEmpty()) {
            problem =
                    called(around.absent(), text.value()).isPresent()
                            ? "host %s is declared absent: name one that is there"
                            : "host %s is none of spec.hosts: name one of them by its address";
        } else if (!canBeNamed(text.value())) {
            problem =
                    "host %s is called what names of images cannot have: name one that has an IPv4 address or a DNS name in lower case in spec.hosts";
        }
        if (problem != null) {
            map.place()
                    .invalid(text.node(), text.path(), problem.formatted(Quoted.of(text.value())));
            return Optional.empty();
        }
        return found.map(ClusterHost::address);
    }

    /// By the certificate that it gets, too: the API's own names are nobody else's.
    private static boolean canBeNamed(String host) {
        return !host.contains(":")
                && !host.matches("localhost|kubernetes(\\..*)?")
                && RegistriesSection.host("%s:%d".formatted(host, PORT)).isPresent();
    }

    private static Optional<ClusterHost> called(List<ClusterHost> hosts, String text) {
        return hosts.stream().filter(h -> h.address().address().equals(text)).findFirst();
    }

    private int port(YamlMap map, List<HostAddress> hosts) {
        int port = PORT;
        OptionalInt said = map.integer("port", 1, 65535);
        if (said.isPresent()) {
            port = said.getAsInt();
        }
        int wanted = port;
        boolean ssh = hosts.stream().anyMatch(h -> h.port() == wanted);
        boolean taken =
                EndpointSection.TAKEN.contains(port)
                        || around.ports().contains(port)
                        || (port >= FIRST_NODE_PORT && port <= LAST_NODE_PORT);
        if (ssh || taken) {
            map.place()
                    .invalid(
                            map.has("port") ? map.key("port") : map.node(),
                            map.child("port"),
                            "port %d is %s on those hosts: say another"
                                    .formatted(port, ssh ? "that of SSH" : "one of Kubernetes'"));
        }
        return port;
    }

    private static Optional<RemotePath> storage(String text) {
        return Optional.of(text)
                .filter(t -> t.matches("/[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+/?"))
                .filter(t -> !List.of(t.split("/")).contains(".."))
                .map(RemotePath::of)
                .filter(path ->
                        !SHARED.contains(path)
                                && TAKEN.stream()
                                        .noneMatch(t -> path.equals(t) || path.isInside(t)));
    }

    private List<String> serves(YamlMap map) {
        if (!map.has("serves")) {
            return SERVES;
        }
        var serves = new LinkedHashSet<String>();
        for (YamlMap.Text text : map.texts("serves")) {
            map.parse(
                            text,
                            "a registry's host as names of images have it, such as registry.k8s.io",
                            t -> RegistriesSection.host(t).filter(h -> !h.equals(Registry.ANY)))
                    .ifPresent(serves::add);
        }
        return List.copyOf(serves);
    }

    private void otherEntries(YamlMap map, OwnRegistry registry) {
        for (HostAddress host : registry.hosts()) {
            String own = registry.authority(host);
            if (around.registries().stream().anyMatch(r -> r.host().equals(own))
                    || registry.serves().contains(own)) {
                map.place()
                        .invalid(
                                map.key("hosts"),
                                map.child("hosts"),
                                "%s is this registry, of which hosts are told everything: take it out of spec.registries and serves"
                                        .formatted(own));
            }
        }
    }
}
