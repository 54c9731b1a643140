package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PoolName;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A Clusterfile that was accepted: complete, valid and free of secrets.
///
/// @param version of Kubernetes
/// @param endpoint under which nodes reach the API
/// @param apiPort of the API server, default 6443
/// @param hosts control planes first, otherwise in the order of the file; at least one control
///   plane, unless one is absent
/// @param absent hosts that are to leave the cluster and cannot be reached any more
/// @param join of its workers; control planes join by token
/// @param hooks those of one action in the order in which they run
/// @param hostFamily what hosts are taken for whose distribution is of no family
/// @param registries each host once; hosts pull as they always do from one without an entry
/// @param kubeadm the user's kubeadm documents as plain maps, lists and scalars, without
///   `apiVersion` and `kind`
/// @param source the text it was read from
public record Clusterfile(
        ClusterName name,
        KubernetesVersion version,
        Endpoint endpoint,
        int apiPort,
        PoolName pool,
        List<ClusterHost> hosts,
        List<ClusterHost> absent,
        List<HostAlias> hostAliases,
        List<Artifact> artifacts,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<HostFamily> hostFamily,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Registry> registries,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ImageArchive> images,
        List<Manifest> manifests,
        List<StaticFile> files,
        List<Hook> hooks,
        CertificateSettings certificates,
        Limits limits,
        Drain drain,
        JoinMode join,
        Map<KubeadmKind, Map<String, Object>> kubeadm,
        @JsonIgnore String source) {
    public Clusterfile {
        hosts = List.copyOf(hosts);
        absent = List.copyOf(absent);
        hostAliases = List.copyOf(hostAliases);
        artifacts = List.copyOf(artifacts);
        registries = List.copyOf(registries);
        images = List.copyOf(images);
        manifests = List.copyOf(manifests);
        files = List.copyOf(files);
        hooks = List.copyOf(hooks);
        var documents = new EnumMap<KubeadmKind, Map<String, Object>>(KubeadmKind.class);
        documents.putAll(kubeadm);
        kubeadm = Collections.unmodifiableMap(documents);
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

    public Optional<ClusterHost> host(HostAddress address) {
        return hosts.stream().filter(h -> h.address().equals(address)).findFirst();
    }

    /// The registry and path of Kubernetes' own images, where the user names another than the
    /// project's.
    public Optional<String> imageRepository() {
        return document(KubeadmKind.CLUSTER).get("imageRepository") instanceof String repository
                ? Optional.of(repository)
                : Optional.empty();
    }

    /// What is said of the registry: its own entry, else the one of all others.
    ///
    /// @param host as names of images have it
    public Optional<Registry> registry(String host) {
        return registries.stream()
                .filter(r -> r.host().equals(host))
                .findFirst()
                .or(() ->
                        registries.stream().filter(r -> r.host().equals(Registry.ANY)).findFirst());
    }

    /// Its part about hosts.
    public HostsFile hostsFile() {
        return new HostsFile(name, pool, hosts.stream().map(ClusterHost::listed).toList(), limits);
    }

    public ClusterNetworks networks() {
        return ClusterNetworks.of(document(KubeadmKind.CLUSTER), hosts);
    }

    /// The user's document of that kind, empty if there is none.
    public Map<String, Object> document(KubeadmKind kind) {
        return kubeadm.getOrDefault(kind, Map.of());
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
