package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.order.RemotePath;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The settings of `spec` that stand by themselves: artifacts, host aliases, certificates, limits.
final class SettingSections {
    static final String DIGEST_FORM = "a SHA-256: 64 lower-case hexadecimal digits";
    static final String URL_FORM = "an http: or https: URL without user and password";

    /// A program, which goes where it goes.
    private static final String K0S = "k0s";

    private static final String CRI_DOCKERD = "cri-dockerd";

    /// The program of the cluster's own registry.
    private static final String REGISTRY = "registry";

    /// What Docker has with it.
    private static final Set<String> DOCKERS = Set.of("containerd", "runc");

    /// Where an artifact is unpacked unless the file says otherwise, by its name.
    private static final Map<String, String> ARTIFACTS =
            new TreeMap<>(
                    Map.of(
                            "kubernetes",
                            "/usr/local/bin",
                            "crictl",
                            "/usr/local/bin",
                            "runc",
                            "/usr/local/sbin",
                            "containerd",
                            "/usr/local",
                            "cni",
                            "/opt/cni/bin",
                            CRI_DOCKERD,
                            "/usr/local/bin",
                            REGISTRY,
                            "/usr/local/bin",
                            K0S,
                            "/usr/local/bin"));

    private static final String UPGRADE_WORKERS = "upgrade-workers";

    /// The phases whose limits can be set.
    static final List<String> PHASES = phases();

    private static List<String> phases() {
        var phases =
                new ArrayList<>(
                        List.of(
                                "inspect",
                                "prepare",
                                "registry",
                                "authority",
                                "init",
                                "token",
                                "remove-absent-members",
                                "remove-absent",
                                "configure",
                                "upgrade-control-planes",
                                "join-control-planes",
                                "join-workers",
                                UPGRADE_WORKERS,
                                "endpoint",
                                "retire-registry",
                                "access",
                                "drain-nodes",
                                "remove-members",
                                "remove-nodes",
                                "reset-removed",
                                "addons",
                                "approve",
                                "verify-members",
                                "verify",
                                "record",
                                "delete-nodes",
                                "reset-workers",
                                "reset-control-plane",
                                "backup",
                                "exec"));
        phases.addAll(HookAction.words());
        return List.copyOf(phases);
    }

    /// Of those, the phases that change etcd's members or stop them, one at a time.
    private static final Set<String> ALONE =
            Set.of(
                    "configure",
                    "upgrade-control-planes",
                    "join-control-planes",
                    "reset-control-plane");

    private final YamlMap spec;
    private final SecretPolicy policy;

    SettingSections(YamlMap spec, SecretPolicy policy) {
        this.spec = spec;
        this.policy = policy;
    }

    static PoolName pool(YamlMap spec) {
        return spec.parsed("pool", "a pool's name", t -> Optional.of(new PoolName(t)))
                .orElse(new PoolName("default"));
    }

    /// @param containers what runs them
    List<Artifact> artifacts(ContainerRuntime containers) {
        Optional<YamlMap> section = spec.map("artifacts");
        if (section.isEmpty()) {
            return List.of();
        }
        YamlMap map = section.get().allow(ARTIFACTS.keySet().toArray(String[]::new));
        boolean k0s = K0sSection.isMeant(spec);
        for (String name : map.keys()) {
            if (ARTIFACTS.containsKey(name) && name.equals(K0S) != k0s) {
                map.place()
                        .invalid(
                                map.key(name),
                                map.child(name),
                                k0s
                                        ? "k0s has everything in its one program: say spec.artifacts.k0s, or take this out"
                                        : "k0s is the program of spec.runtime.type k0s: take it out");
            } else if (containers == ContainerRuntime.DOCKER && DOCKERS.contains(name)) {
                map.place()
                        .invalid(
                                map.key(name),
                                map.child(name),
                                "Docker has its own %s, which is used as it is on the hosts: take it out, or say spec.containerRuntime.type: containerd"
                                        .formatted(name));
            } else if (containers != ContainerRuntime.DOCKER && name.equals(CRI_DOCKERD)) {
                map.place()
                        .invalid(
                                map.key(name),
                                map.child(name),
                                "cri-dockerd is for hosts whose containers Docker runs: say spec.containerRuntime.type: docker, or take it out");
            }
        }
        var artifacts = new ArrayList<Artifact>();
        ARTIFACTS.forEach((name, into) ->
                map.map(name).flatMap(m -> artifact(name, into, m)).ifPresent(artifacts::add));
        return artifacts;
    }

    private Optional<Artifact> artifact(String name, String into, YamlMap map) {
        var known = new ArrayList<>(FileSources.URL_FIELDS);
        if (!name.equals(K0S)) {
            known.add("into");
        }
        map.allow(known.toArray(String[]::new));
        Optional<FileSource> source = new FileSources(map, policy).read("url");
        RemotePath directory =
                map.parsed("into", "an absolute path other than /", SettingSections::directory)
                        .orElse(RemotePath.of(into));
        return source.map(s -> new Artifact(name, s, directory));
    }

    List<ImageArchive> images() {
        var images = new ArrayList<ImageArchive>();
        var names = new HashSet<String>();
        for (YamlMap map : spec.maps("images")) {
            var known = new ArrayList<>(FileSources.URL_FIELDS);
            known.add("name");
            map.allow(known.toArray(String[]::new));
            Optional<String> name =
                    map.need("name")
                            .flatMap(t ->
                                    map.parse(
                                            t,
                                            "lower-case letters, digits and inner hyphens, at most 40",
                                            v ->
                                                    Optional.of(v)
                                                            .filter(n ->
                                                                    KubernetesNames.isLabel(n)
                                                                            && n.length() <= 40)));
            name.filter(n -> !names.add(n))
                    .ifPresent(n ->
                            map.place()
                                    .invalid(
                                            map.key("name"),
                                            map.child("name"),
                                            "two archives are named " + Quoted.of(n)));
            Optional<FileSource> source = new FileSources(map, policy).read("url");
            name.flatMap(n -> source.map(s -> new ImageArchive(n, s))).ifPresent(images::add);
        }
        return images;
    }

    /// A URL with credentials in it would be a secret in plans and logs.
    static Optional<String> url(String text) {
        URI uri = URI.create(text);
        boolean served =
                ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                        && uri.getHost() != null
                        && uri.getRawUserInfo() == null;
        return served ? Optional.of(text) : Optional.empty();
    }

    private static Optional<RemotePath> directory(String text) {
        return Optional.of(text)
                .filter(t -> t.matches("/[A-Za-z0-9._/-]+"))
                .map(RemotePath::of)
                .filter(p -> !p.value().equals("/"));
    }

    List<HostAlias> aliases() {
        var aliases = new ArrayList<HostAlias>();
        for (YamlMap map : spec.maps("hostAliases")) {
            map.allow("ip", "hostnames");
            Optional<String> ip =
                    map.need("ip")
                            .flatMap(t ->
                                    map.parse(
                                            t,
                                            "an IP address",
                                            v -> Optional.of(v).filter(AddressRanges::isIp)));
            var names = new ArrayList<String>();
            for (YamlMap.Text name : map.texts("hostnames")) {
                map.parse(
                                name,
                                "a DNS name in lower case",
                                v -> Optional.of(v).filter(KubernetesNames::isSubdomain))
                        .ifPresent(names::add);
            }
            if (map.texts("hostnames").isEmpty()) {
                map.place()
                        .invalid(
                                map.key("hostnames"),
                                map.child("hostnames"),
                                "there are no host names");
            }
            ip.ifPresent(i -> aliases.add(new HostAlias(i, names)));
        }
        return aliases;
    }

    CertificateSettings certificates() {
        CertificateSettings standard = CertificateSettings.DEFAULT;
        Optional<YamlMap> section = spec.map("certificates");
        if (section.isEmpty()) {
            return standard;
        }
        YamlMap map = section.get().allow("keyAlgorithm", "caValidity", "validity");
        List<String> algorithms =
                List.of("RSA-2048", "RSA-3072", "RSA-4096", "ECDSA-P256", "ECDSA-P384");
        String algorithm =
                map.parsed(
                                "keyAlgorithm",
                                "one of " + String.join(", ", algorithms),
                                t -> Optional.of(t).filter(algorithms::contains))
                        .orElse(standard.keyAlgorithm());
        var settings =
                new CertificateSettings(
                        algorithm,
                        map.parsed("caValidity", Durations.EXPECTED, Durations::parse)
                                .orElse(standard.caValidity()),
                        map.parsed("validity", Durations.EXPECTED, Durations::parse)
                                .orElse(standard.validity()));
        if (settings.validity().compareTo(settings.caValidity()) > 0) {
            map.place()
                    .invalid(
                            map.key("validity"),
                            map.child("validity"),
                            "certificates would outlive their authority: %s is longer than %s"
                                    .formatted(settings.validity(), settings.caValidity()));
        }
        return settings;
    }

    Optional<HostFamily> hostFamily() {
        Optional<YamlMap.Text> text = spec.text("hostFamily");
        Optional<HostFamily> family = text.flatMap(t -> HostFamily.ofWord(t.value()));
        text.filter(_ -> family.isEmpty())
                .ifPresent(t ->
                        spec.place()
                                .unknown(
                                        t.node(),
                                        t.path(),
                                        "unknown family of distributions %s, expected one of %s"
                                                .formatted(
                                                        Quoted.of(t.value()),
                                                        String.join(", ", HostFamily.words())),
                                        t.value(),
                                        HostFamily.words()));
        return family;
    }

    Drain drain() {
        Optional<YamlMap> section = spec.map("drain");
        if (section.isEmpty()) {
            return Drain.DEFAULT;
        }
        YamlMap map = section.get().allow("gracePeriod", "timeout", "force");
        return new Drain(
                map.parsed("gracePeriod", Durations.EXPECTED, Durations::parse),
                map.parsed("timeout", Durations.EXPECTED, Durations::parse)
                        .orElse(Drain.DEFAULT.timeout()),
                map.flag("force"));
    }

    JoinMode join() {
        return spec.parsed("join", String.join(" or ", JoinMode.words()), JoinMode::of)
                .orElse(JoinMode.TOKEN);
    }

    Limits limits() {
        Optional<YamlMap> section = spec.map("limits");
        if (section.isEmpty()) {
            return Limits.DEFAULT;
        }
        YamlMap map = section.get().allow("startBy", "tokenValidity", "phases");
        var phases = new TreeMap<String, Limits.PhaseLimits>();
        boolean k0s = K0sSection.isMeant(spec);
        map.map("phases").ifPresent(p -> phases(p, k0s, phases));
        return new Limits(
                map.parsed("startBy", Durations.EXPECTED, Durations::parse)
                        .orElse(Limits.DEFAULT.startBy()),
                map.parsed("tokenValidity", Durations.EXPECTED, Durations::parse)
                        .orElse(Limits.DEFAULT.tokenValidity()),
                phases);
    }

    private static void phases(YamlMap map, boolean k0s, Map<String, Limits.PhaseLimits> phases) {
        for (String name : map.keys()) {
            if (!PHASES.contains(name)) {
                map.place()
                        .unknown(
                                map.key(name),
                                map.child(name),
                                "unknown phase " + Quoted.of(name),
                                name,
                                PHASES);
            }
            String[] fields =
                    name.equals(UPGRADE_WORKERS)
                            ? new String[] {"window", "maxFailures", "timeout", "maxUnavailable"}
                            : new String[] {"window", "maxFailures", "timeout"};
            map.map(name)
                    .map(m -> m.allow(fields))
                    .ifPresent(m ->
                            phases.put(
                                    name,
                                    new Limits.PhaseLimits(
                                            m.integer("window", 1, window(name, k0s)),
                                            m.integer("maxFailures", 1, 5001),
                                            m.parsed(
                                                    "timeout",
                                                    Durations.EXPECTED,
                                                    Durations::parse),
                                            m.parsed(
                                                    "maxUnavailable",
                                                    MaxUnavailable.EXPECTED,
                                                    MaxUnavailable::parse))));
        }
    }

    /// The largest one: k0s restarts its controllers to be configured anew.
    private static int window(String phase, boolean k0s) {
        return ALONE.contains(phase) || (k0s && phase.equals("configure")) ? 1 : 1000;
    }
}
