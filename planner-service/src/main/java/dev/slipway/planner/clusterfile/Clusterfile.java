package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PoolName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A Clusterfile that was accepted: complete, valid and free of secrets.
///
/// @param runtime what makes Kubernetes of the hosts
/// @param endpoint under which nodes reach the API
/// @param apiPort of the API server, default 6443
/// @param hosts control planes first, otherwise in the order of the file; at least one control
///   plane, unless one is absent
/// @param absent hosts that are to leave the cluster and cannot be reached any more
/// @param join of its workers; control planes join by token
/// @param hooks those of one action in the order in which they run
/// @param hostFamily what hosts are taken for whose distribution is of no family
/// @param packages of their distributions that hosts are to have
/// @param registries each host once; hosts pull as they always do from one without an entry
/// @param ownRegistry that hosts of the cluster run
/// @param source the text it was read from
public record Clusterfile(
        ClusterName name,
        ClusterRuntime runtime,
        Endpoint endpoint,
        int apiPort,
        PoolName pool,
        List<ClusterHost> hosts,
        List<ClusterHost> absent,
        List<HostAlias> hostAliases,
        List<Artifact> artifacts,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<HostFamily> hostFamily,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<HostPackage> packages,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Registry> registries,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<OwnRegistry> ownRegistry,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ImageArchive> images,
        List<Manifest> manifests,
        List<StaticFile> files,
        List<Hook> hooks,
        CertificateSettings certificates,
        Limits limits,
        Drain drain,
        JoinMode join,
        @JsonIgnore String source) {
    public Clusterfile {
        hosts = List.copyOf(hosts);
        absent = List.copyOf(absent);
        hostAliases = List.copyOf(hostAliases);
        artifacts = List.copyOf(artifacts);
        packages = List.copyOf(packages);
        registries = List.copyOf(registries);
        images = List.copyOf(images);
        manifests = List.copyOf(manifests);
        files = List.copyOf(files);
        hooks = List.copyOf(hooks);
    }

    /// Of Kubernetes.
    public KubernetesVersion version() {
        return runtime.version();
    }

    /// In the order of the file.
    public List<ClusterHost> controlPlanes() {
        return hosts.stream().filter(ClusterHost::isControlPlane).toList();
    }

    /// The first control plane of the file.
    ///
    /// @throws java.util.NoSuchElementException if all are absent
    public ClusterHost controlPlane() {
        return hosts.stream().filter(ClusterHost::isControlPlane).findFirst().orElseThrow();
    }

    public List<ClusterHost> workers() {
        return hosts.stream().filter(h -> !h.isControlPlane()).toList();
    }

    /// The hosts that are nodes to Kubernetes; k0s's controllers are none unless they work too.
    public List<ClusterHost> nodes() {
        return hosts.stream().filter(this::isNode).toList();
    }

    /// Whether Kubernetes knows the host as a node.
    public boolean isNode(ClusterHost host) {
        return switch (runtime) {
            case ClusterRuntime.Kubeadm _ -> true;
            case ClusterRuntime.K0s _ -> !host.isControlPlane() || host.k0s().working();
        };
    }

    public Optional<ClusterHost> host(HostAddress address) {
        return hosts.stream().filter(h -> h.address().equals(address)).findFirst();
    }

    /// What runs containers for the kubelets; of k0s the containerd that it brings.
    public ContainerRuntime containerRuntime() {
        return switch (runtime) {
            case ClusterRuntime.Kubeadm kubeadm ->
                    kubeadm.containerRuntime().orElse(ContainerRuntime.CONTAINERD);
            case ClusterRuntime.K0s _ -> ContainerRuntime.CONTAINERD;
        };
    }

    /// The registry and path of Kubernetes' own images, where the user names another than the
    /// project's.
    public Optional<String> imageRepository() {
        return switch (runtime) {
            case ClusterRuntime.Kubeadm kubeadm ->
                    kubeadm.document(KubeadmKind.CLUSTER).get("imageRepository")
                                    instanceof String repository
                            ? Optional.of(repository)
                            : Optional.empty();
            case ClusterRuntime.K0s k0s ->
                    k0s.config()
                            .spec()
                            .flatMap(K0sConfig.Spec::images)
                            .flatMap(K0sImages::repository)
                            .filter(r -> !r.isEmpty());
        };
    }

    /// What hosts are told of registries: what the file says of them, and the cluster's own.
    public List<Registry> pulling() {
        return ownRegistry
                .map(own ->
                        new OwnRegistry(
                                own.hosts(),
                                own.port(),
                                own.storage(),
                                Stream.concat(own.serves().stream(), registryOfKubernetes())
                                        .distinct()
                                        .toList(),
                                own.credential()))
                .map(own -> own.before(registries))
                .orElse(registries);
    }

    /// Where Kubernetes' own images come from, if it is said.
    private Stream<String> registryOfKubernetes() {
        return imageRepository().stream().map(r -> r.split("/", 2)[0]);
    }

    /// Whether the cluster's own registry runs on the host.
    public boolean hasRegistry(ClusterHost host) {
        return ownRegistry.filter(own -> own.isOn(host.address())).isPresent();
    }

    /// What hosts are told of the registry: its own entry, else the one of all others.
    ///
    /// @param host as names of images have it
    public Optional<Registry> registry(String host) {
        List<Registry> all = pulling();
        return all.stream()
                .filter(r -> r.host().equals(host))
                .findFirst()
                .or(() -> all.stream().filter(r -> r.host().equals(Registry.ANY)).findFirst());
    }

    /// Its part about hosts.
    public HostsFile hostsFile() {
        return new HostsFile(name, pool, hosts.stream().map(ClusterHost::listed).toList(), limits);
    }

    public ClusterNetworks networks() {
        return switch (runtime) {
            case ClusterRuntime.Kubeadm kubeadm ->
                    ClusterNetworks.of(kubeadm.document(KubeadmKind.CLUSTER), hosts);
            case ClusterRuntime.K0s k0s -> {
                K0sConfig.Spec filled = k0s.filled().spec().orElseThrow();
                yield ClusterNetworks.of(
                        filled.network().orElseThrow(),
                        filled.api().flatMap(K0sConfig.Api::address),
                        hosts);
            }
        };
    }

    /// The user's document of kubeadm's of that kind, empty if there is none.
    public Map<String, Object> document(KubeadmKind kind) {
        return switch (runtime) {
            case ClusterRuntime.Kubeadm kubeadm -> kubeadm.document(kind);
            case ClusterRuntime.K0s _ -> Map.of();
        };
    }

    /// The files it takes from elsewhere or itself, by the field that names them:
    /// `spec.artifacts.NAME`, `spec.images[N]` and `spec.files[N]`.
    public Map<String, FileSource> sources() {
        var sources = new LinkedHashMap<String, FileSource>();
        artifacts.forEach(a -> sources.put("spec.artifacts." + a.name(), a.source()));
        for (int i = 0; i < images.size(); i++) {
            sources.put("spec.images[%d]".formatted(i), images.get(i).source());
        }
        for (int i = 0; i < files.size(); i++) {
            sources.put("spec.files[%d]".formatted(i), files.get(i).source());
        }
        return sources;
    }

    /// Those of them that the content store has.
    public Map<String, FileSource.Stored> contents() {
        var contents = new LinkedHashMap<String, FileSource.Stored>();
        sources()
                .forEach((field, source) -> {
                    if (source instanceof FileSource.Stored stored) {
                        contents.put(field, stored);
                    }
                });
        return contents;
    }

    /// Of what it says: comments, order of keys and spelling variants do not count.
    public ContentDigest digest() {
        return CanonicalJson.digest(this);
    }
}
