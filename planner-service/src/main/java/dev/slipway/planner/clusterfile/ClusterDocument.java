package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/// The document of kind `Cluster`, with the others that belong to it.
final class ClusterDocument {
    private static final String[] SERVED = {
        "runtime",
        "hosts",
        "ssh",
        "env",
        "apiPort",
        "endpoint",
        "artifacts",
        "manifests",
        "files",
        "hooks",
        "pool",
        "certificates",
        "limits",
        "drain",
        "join",
        "hostAliases",
        "containerRuntime",
        "registries",
        "hostFamily",
        "images"
    };
    private static final Map<String, String> NOT_SERVED =
            Map.ofEntries(
                    Map.entry("image", "cluster images: say spec.runtime.version instead"),
                    Map.entry("registry", "spec.registry: say spec.registries"),
                    Map.entry("cmd", "launch commands"),
                    Map.entry("cmd_args", "launch commands"),
                    Map.entry("appNames", "applications"),
                    Map.entry("dataRoot", "another data directory"),
                    Map.entry("provider", "machines made by a provider: list them in spec.hosts"),
                    Map.entry("network", "spec.network: say ClusterConfiguration.networking"),
                    Map.entry("certSANS", "spec.certSANS: say ClusterConfiguration.apiServer"),
                    Map.entry("masters", "spec.masters: list the machines in spec.hosts"),
                    Map.entry("nodes", "spec.nodes: list the machines in spec.hosts"));

    private final YamlMap document;
    private final Documents documents;
    private final KubeadmSection kubeadm;
    private final SecretPolicy policy;

    /// The documents of one Clusterfile, by kind.
    ///
    /// @param k0s of kind `ClusterConfig`
    record Documents(
            YamlMap cluster,
            List<YamlMap> configs,
            List<YamlMap> plugins,
            Map<KubeadmKind, YamlMap> kubeadm,
            Optional<YamlMap> k0s) {}

    ClusterDocument(Documents documents, SecretPolicy policy) {
        this.document =
                documents.cluster().allow("apiVersion", "kind", "metadata", "spec", "status");
        this.documents = documents;
        this.kubeadm = new KubeadmSection(document, documents.kubeadm());
        this.policy = policy;
    }

    /// Empty if something that nothing can stand for is missing; problems may be there either way.
    Optional<Clusterfile> read(String source) {
        Optional<ClusterName> name = Metadata.name(document);
        Optional<YamlMap> found = Metadata.spec(document);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        YamlMap spec = found.get();
        fields(spec);
        containerRuntime(spec);
        var k0s = new K0sSection(spec, documents);
        if (k0s.isMeant()) {
            k0s.check();
            problemsOfTheRest(spec);
            return Optional.empty();
        }
        k0s.refuse();
        KubeadmSection.Settings settings = kubeadm.read(spec);
        var hostsSection = new HostsSection(spec, policy);
        List<ClusterHost> hosts = hostsSection.read();
        var addons = new AddonSections(spec, documents.configs(), policy);
        List<Manifest> manifests = addons.manifests();
        var clusterfileParts = new SettingSections(spec, policy);
        var registries = new RegistriesSection(spec, policy);
        var hooks = new HooksSection(spec, documents.plugins(), hosts);
        if (name.isEmpty()
                || settings.version().isEmpty()
                || (hosts.isEmpty() && hostsSection.absent().isEmpty())) {
            clusterfileParts.artifacts();
            clusterfileParts.aliases();
            clusterfileParts.certificates();
            clusterfileParts.limits();
            clusterfileParts.drain();
            clusterfileParts.join();
            registries.read();
            clusterfileParts.hostFamily();
            clusterfileParts.images();
            addons.files();
            return Optional.empty();
        }
        return Optional.of(
                new Clusterfile(
                        name.get(),
                        settings.version().get(),
                        new EndpointSection(spec, settings.apiPort())
                                .settle(
                                        settings.endpoint(),
                                        hosts,
                                        settings.documents()
                                                .getOrDefault(KubeadmKind.CLUSTER, Map.of())),
                        settings.apiPort(),
                        SettingSections.pool(spec),
                        hooks.hosts(),
                        hostsSection.absent(),
                        clusterfileParts.aliases(),
                        clusterfileParts.artifacts(),
                        clusterfileParts.hostFamily(),
                        registries.read(),
                        clusterfileParts.images(),
                        manifests,
                        addons.files(),
                        hooks.hooks(),
                        clusterfileParts.certificates(),
                        clusterfileParts.limits(),
                        clusterfileParts.drain(),
                        clusterfileParts.join(),
                        settings.documents(),
                        source));
    }

    /// What every runtime's cluster has.
    private void problemsOfTheRest(YamlMap spec) {
        List<ClusterHost> hosts = new HostsSection(spec, policy).read();
        new AddonSections(spec, documents.configs(), policy);
        new HooksSection(spec, documents.plugins(), hosts);
        SettingSections.pool(spec);
        var settings = new SettingSections(spec, policy);
        settings.artifacts();
        settings.aliases();
        settings.certificates();
        settings.limits();
        settings.drain();
    }

    private void fields(YamlMap spec) {
        var known = new ArrayList<>(List.of(SERVED));
        for (String key : spec.keys()) {
            Optional<String> reason = Optional.ofNullable(NOT_SERVED.get(key));
            if (reason.isPresent()) {
                spec.place()
                        .notServed(
                                spec.key(key), spec.child(key), "not served yet: " + reason.get());
                known.add(key);
            }
        }
        registrySecrets(spec);
        spec.allow(known.toArray(String[]::new));
    }

    private void registrySecrets(YamlMap spec) {
        if (!spec.has("registry")) {
            return;
        }
        spec.map("registry")
                .ifPresent(registry -> {
                    for (String key : registry.keys()) {
                        registry.map(key)
                                .flatMap(r -> r.value("password").map(n -> Map.entry(r, n)))
                                .ifPresent(e -> secret(e.getKey(), e.getValue()));
                    }
                });
    }

    private static void secret(YamlMap map, Node node) {
        map.place().secret(node, map.child("password"), "a password stands here: take it out");
    }

    private static void containerRuntime(YamlMap spec) {
        Optional<YamlMap> runtime = spec.map("containerRuntime");
        runtime.map(r -> r.allow("type"))
                .flatMap(r -> r.text("type"))
                .filter(t -> !t.value().equals("containerd"))
                .ifPresent(t -> {
                    if (t.value().equals("docker") || t.value().equals("cri-o")) {
                        spec.place()
                                .notServed(
                                        t.node(),
                                        t.path(),
                                        "container runtime %s is not served yet, containerd is"
                                                .formatted(t.value()));
                    } else {
                        spec.place()
                                .unknown(
                                        t.node(),
                                        t.path(),
                                        "unknown container runtime " + Quoted.of(t.value()),
                                        t.value(),
                                        List.of("containerd"));
                    }
                });
    }
}
