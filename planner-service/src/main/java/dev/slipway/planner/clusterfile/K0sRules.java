package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What holds between the fields of k0s's configuration, and between it and the rest of the file,
/// apart from the network ([K0sNetworkRules]).
final class K0sRules {
    /// Of a worker profile: k0s's own (k0s documentation, "spec.workerProfiles").
    private static final Set<String> LOCKED =
            Set.of("clusterDNS", "clusterDomain", "apiVersion", "kind", "staticPodURL");

    private final K0sConfig.Spec said;
    private final K0sConfig.Spec spec;
    private final K0sPlaces places;
    private final Around around;

    /// The rest of the file as far as the rules are about it.
    ///
    /// @param caValidity of the authorities
    record Around(List<ClusterHost> controllers, Duration caValidity) {
        Around {
            controllers = List.copyOf(controllers);
        }

        boolean isAnyWorking() {
            return controllers.stream().anyMatch(h -> h.k0s().working());
        }
    }

    private K0sRules(K0sConfig said, K0sConfig filled, K0sPlaces places, Around around) {
        this.said = said.spec().orElseGet(() -> filled.spec().orElseThrow());
        this.spec = filled.spec().orElseThrow();
        this.places = places;
        this.around = around;
    }

    /// @param said what the document says
    /// @param filled the same with its defaults
    static void check(K0sConfig said, K0sConfig filled, K0sPlaces places, Around around) {
        var rules = new K0sRules(said, filled, places, around);
        rules.ports();
        rules.ownOfEach();
        rules.authorities();
        rules.storage();
        rules.profiles();
        rules.featureGates();
        rules.extensions();
        new K0sNetworkRules(rules.said, rules.spec, places, around).check();
    }

    private void ports() {
        K0sConfig.Api api = spec.api().orElseThrow();
        K0sConfig.Konnectivity konnectivity = spec.konnectivity().orElseThrow();
        var ports = new HashMap<Integer, String>();
        port(ports, api.port(), "spec.api.port");
        port(ports, api.k0sApiPort(), "spec.api.k0sApiPort");
        port(ports, konnectivity.adminPort(), "spec.konnectivity.adminPort");
        port(ports, konnectivity.agentPort(), "spec.konnectivity.agentPort");
    }

    private void port(Map<Integer, String> taken, Optional<Integer> port, String path) {
        int number = port.orElseThrow();
        String other = taken.putIfAbsent(number, path);
        if (other != null) {
            places.invalid(
                    path,
                    "port %d is that of %s already: say another one".formatted(number, other));
        }
    }

    /// The document is that of all controllers.
    private void ownOfEach() {
        int count = around.controllers().size();
        if (count < 2) {
            return;
        }
        if (said.api().flatMap(K0sConfig.Api::address).isPresent()) {
            places.invalid(
                    "spec.api.address",
                    "%d controllers do not have one address: take it out, each is told its own; what they share is api.externalAddress"
                            .formatted(count));
        }
        if (said.storage()
                .flatMap(K0sConfig.Storage::etcd)
                .flatMap(K0sConfig.Etcd::peerAddress)
                .isPresent()) {
            places.invalid(
                    "spec.storage.etcd.peerAddress",
                    "%d controllers do not have one address: take it out, each is told its own, or what k0s.privateAddress of its host says"
                            .formatted(count));
        }
    }

    /// Slipway makes them, so k0s does not.
    private void authorities() {
        validity(
                "spec.api.ca.expiresAfter",
                said.api().flatMap(K0sConfig.Api::ca).flatMap(K0sConfig.Ca::expiresAfter));
        validity(
                "spec.storage.etcd.ca.expiresAfter",
                said.storage()
                        .flatMap(K0sConfig.Storage::etcd)
                        .flatMap(K0sConfig.Etcd::ca)
                        .flatMap(K0sConfig.Ca::expiresAfter));
    }

    private void validity(String path, Optional<String> text) {
        text.flatMap(GoDurations::parse)
                .filter(d -> !d.equals(around.caValidity()))
                .ifPresent(_ ->
                        places.invalid(
                                path,
                                "%s has no effect, since Slipway makes the authorities: say spec.certificates.caValidity"
                                        .formatted(text.orElse(""))));
    }

    private void storage() {
        K0sConfig.Storage storage = spec.storage().orElseThrow();
        storage.etcd().flatMap(K0sConfig.Etcd::externalCluster).ifPresent(this::external);
        storage.kine()
                .flatMap(K0sConfig.Kine::dataSource)
                .filter(_ -> storage.type().filter("kine"::equals).isPresent())
                .ifPresent(this::dataSource);
    }

    private void external(K0sConfig.ExternalCluster cluster) {
        long files =
                Stream.of(cluster.caFile(), cluster.clientCertFile(), cluster.clientKeyFile())
                        .filter(f -> f.filter(t -> !t.isEmpty()).isPresent())
                        .count();
        if (files == 1 || files == 2) {
            places.invalid(
                    "spec.storage.etcd.externalCluster",
                    "caFile, clientCertFile and clientKeyFile belong together: say all three or none");
        }
    }

    private void dataSource(String source) {
        String path = "spec.storage.kine.dataSource";
        String scheme = source.replaceAll(":.*", "");
        if (around.controllers().size() > 1 && isEmbedded(scheme, source)) {
            places.invalid(
                    said.storage().flatMap(K0sConfig.Storage::kine).isPresent()
                            ? path
                            : "spec.storage.type",
                    "%d controllers cannot share an embedded %s: say a database on the network, or etcd"
                            .formatted(around.controllers().size(), Quoted.of(scheme)));
        }
    }

    private static boolean isEmbedded(String scheme, String source) {
        return switch (scheme) {
            case "", "sqlite" -> true;
            case "nats" ->
                    query(source).filter(q -> q.matches("(.*&)?noEmbed(=[^&]*)?(&.*)?")).isEmpty();
            default -> false;
        };
    }

    private static Optional<String> query(String source) {
        try {
            return Optional.ofNullable(URI.create(source).getRawQuery());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private void profiles() {
        List<K0sConfig.WorkerProfile> profiles = spec.workerProfiles();
        unique(
                "spec.workerProfiles",
                profiles.stream().map(K0sConfig.WorkerProfile::name).toList());
        for (int i = 0; i < profiles.size(); i++) {
            for (String field : profiles.get(i).values().keySet()) {
                if (LOCKED.contains(field)) {
                    places.invalid(
                            "spec.workerProfiles[%d].values.%s".formatted(i, field),
                            "%s is k0s's own and stands in no worker profile: take it out"
                                    .formatted(field));
                }
            }
        }
    }

    private void featureGates() {
        unique(
                "spec.featureGates",
                spec.featureGates().stream().map(K0sConfig.FeatureGate::name).toList());
    }

    private void extensions() {
        K0sConfig.Extensions extensions = spec.extensions().orElseThrow();
        extensions
                .storage()
                .filter(s ->
                        s.createDefaultStorageClass().orElse(false)
                                && s.type().filter("external_storage"::equals).isPresent())
                .ifPresent(_ ->
                        places.invalid(
                                "spec.extensions.storage.create_default_storage_class",
                                "there is no storage class to make with external_storage: say openebs_local_storage"));
        K0sConfig.Helm helm = extensions.helm().orElseThrow();
        unique(
                "spec.extensions.helm.repositories",
                helm.repositories().stream().map(K0sConfig.Repository::name).toList());
        unique(
                "spec.extensions.helm.charts",
                helm.charts().stream()
                        .map(c ->
                                c.name().flatMap(n -> c.namespace().map(space -> space + "/" + n)))
                        .toList());
    }

    private void unique(String path, List<Optional<String>> names) {
        var seen = new HashSet<String>();
        for (int i = 0; i < names.size(); i++) {
            String at = "%s[%d]".formatted(path, i);
            names.get(i)
                    .filter(name -> !seen.add(name))
                    .ifPresent(name ->
                            places.invalid(
                                    at + ".name",
                                    "%s is named twice: say each once".formatted(Quoted.of(name))));
        }
    }
}
