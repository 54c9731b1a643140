package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.ClusterName;
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
        "registry",
        "hostFamily",
        "host",
        "images"
    };
    private static final Map<String, String> NOT_SERVED =
            Map.ofEntries(
                    Map.entry("image", "cluster images: say spec.runtime.version instead"),
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
        ContainerRuntime containers = ContainerRuntimeSection.read(spec);
        var settings = new SettingSections(spec, policy);
        CertificateSettings certificates = settings.certificates();
        var hostsSection = new HostsSection(spec, policy);
        Made made =
                K0sSection.isMeant(spec)
                        ? k0s(spec, hostsSection, certificates)
                        : kubeadm(spec, hostsSection, containers);
        var addons = new AddonSections(spec, documents.configs(), made.hosts(), containers, policy);
        var hooks = new HooksSection(spec, documents.plugins(), made.hosts());
        List<HostAlias> aliases = settings.aliases();
        List<Artifact> artifacts = settings.artifacts(containers);
        Optional<HostFamily> hostFamily = settings.hostFamily();
        List<HostPackage> packages = new PackagesSection(spec).read();
        List<Registry> registries = new RegistriesSection(spec, containers, policy).read();
        Optional<OwnRegistry> ownRegistry =
                new OwnRegistrySection(
                                spec, around(made, hostsSection, containers, registries), policy)
                        .read();
        List<ImageArchive> images = settings.images();
        Limits limits = settings.limits();
        Drain drain = settings.drain();
        JoinMode join = settings.join();
        if (name.isEmpty()
                || made.api().isEmpty()
                || (made.hosts().isEmpty() && hostsSection.absent().isEmpty())) {
            return Optional.empty();
        }
        Api api = made.api().get();
        return Optional.of(
                new Clusterfile(
                        name.get(),
                        api.runtime(),
                        api.endpoint(),
                        api.port(),
                        SettingSections.pool(spec),
                        hooks.hosts(),
                        hostsSection.absent(),
                        aliases,
                        artifacts,
                        hostFamily,
                        packages,
                        registries,
                        ownRegistry,
                        images,
                        addons.manifests(),
                        addons.files(),
                        hooks.hooks(),
                        certificates,
                        limits,
                        drain,
                        join,
                        source));
    }

    private static OwnRegistrySection.Around around(
            Made made, HostsSection hosts, ContainerRuntime containers, List<Registry> registries) {
        return new OwnRegistrySection.Around(
                made.hosts(),
                hosts.absent(),
                made.api().map(Api::runtime),
                containers,
                made.api().map(api -> List.of(api.port(), api.endpoint().port())).orElse(List.of()),
                registries);
    }

    /// The runtime, and where its API is.
    private record Api(ClusterRuntime runtime, Endpoint endpoint, int port) {}

    /// @param api empty where the release is missing
    private record Made(List<ClusterHost> hosts, Optional<Api> api) {}

    private Made kubeadm(YamlMap spec, HostsSection section, ContainerRuntime containers) {
        K0sSection.refuse(documents);
        KubeadmSection.Settings settings = kubeadm.read(spec, containers);
        List<ClusterHost> hosts = section.read(Optional.empty());
        section.checkControlPlanes(hosts, true);
        if (settings.version().isEmpty() || (hosts.isEmpty() && section.absent().isEmpty())) {
            return new Made(hosts, Optional.empty());
        }
        var runtime =
                new ClusterRuntime.Kubeadm(
                        settings.version().get(), settings.documents(), Optional.of(containers));
        Endpoint endpoint =
                new EndpointSection(spec, settings.apiPort())
                        .settle(settings.endpoint(), hosts, runtime.document(KubeadmKind.CLUSTER));
        return new Made(hosts, Optional.of(new Api(runtime, endpoint, settings.apiPort())));
    }

    private Made k0s(YamlMap spec, HostsSection section, CertificateSettings certificates) {
        var k0s = new K0sSection(spec, documents);
        var ofHosts = new K0sHostSection(k0s.release());
        List<ClusterHost> hosts = section.read(Optional.of(ofHosts));
        var around =
                new K0sRules.Around(
                        hosts.stream().filter(ClusterHost::isControlPlane).toList(),
                        certificates.caValidity());
        K0sConfig config = k0s.config(around);
        ofHosts.checkProfiles(config);
        section.checkControlPlanes(hosts, config.hasMembers());
        return new Made(
                hosts,
                k0s.runtime(config)
                        .map(r -> new Api(r, K0sSection.endpoint(r), K0sSection.apiPort(r))));
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
                    for (String key : List.of("localRegistry", "externalRegistry")) {
                        registry.map(key)
                                .flatMap(r -> r.value("password").map(n -> Map.entry(r, n)))
                                .ifPresent(e -> secret(e.getKey(), e.getValue()));
                    }
                });
    }

    private static void secret(YamlMap map, Node node) {
        map.place().secret(node, map.child("password"), "a password stands here: take it out");
    }
}
