package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.order.RemotePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The section `k0s` of hosts: what k0s alone is told of them.
final class K0sHostSection {
    private static final KubernetesVersion KUBELET_ROOT = new KubernetesVersion(1, 32, 1, "");
    private static final String FOLDER = "the absolute path of a folder of k0s's own";
    private static final String STANDARD_PROFILE = "default";

    /// What a reset of k0s must never take with it, nor anything above.
    private static final List<RemotePath> KEPT =
            List.of(
                    RemotePath.of("/var/lib/slipway"),
                    RemotePath.of("/bin"),
                    RemotePath.of("/boot"),
                    RemotePath.of("/etc"),
                    RemotePath.of("/home"),
                    RemotePath.of("/lib"),
                    RemotePath.of("/root"),
                    RemotePath.of("/sbin"),
                    RemotePath.of("/usr"),
                    RemotePath.of("/opt"));

    /// What is gone after a restart, or is no folder of files.
    private static final List<RemotePath> FLEETING =
            List.of(
                    RemotePath.of("/dev"),
                    RemotePath.of("/proc"),
                    RemotePath.of("/run"),
                    RemotePath.of("/sys"),
                    RemotePath.of("/tmp"));

    private final Optional<K0sVersion> release;
    private final Map<String, String> privateAddresses = new HashMap<>();
    private final List<Said> profiles = new ArrayList<>();

    /// A text, and the section that it stands in.
    private record Said(YamlMap section, YamlMap.Text text) {}

    /// @param release of k0s, for what belongs to certain releases only
    K0sHostSection(Optional<K0sVersion> release) {
        this.release = release;
    }

    /// For hosts of another runtime.
    static void refuse(YamlMap entry) {
        if (entry.has("k0s")) {
            entry.place()
                    .invalid(
                            entry.key("k0s"),
                            entry.child("k0s"),
                            "k0s is told of hosts where spec.runtime.type is k0s: take it out");
        }
    }

    /// @param addresses how many the entry has
    /// @param alone whether there is no other host
    K0sHost read(YamlMap entry, HostRoles roles, int addresses, boolean alone) {
        boolean works = roles.isNode();
        if (roles.single() && !alone) {
            entry.place()
                    .invalid(
                            entry.key("roles"),
                            entry.child("roles"),
                            "single is the only host of a cluster, and there are others: say [control-plane, worker]");
        }
        if (!works) {
            for (String field : List.of("labels", "taints")) {
                noNode(entry, field);
            }
        }
        Optional<YamlMap> section = entry.map("k0s");
        if (section.isEmpty()) {
            return new K0sHost(
                    roles.working(),
                    roles.working() && alone,
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
        YamlMap map =
                section.get()
                        .allow(
                                "installFlags",
                                "dataDir",
                                "kubeletRootDir",
                                "noTaints",
                                "profile",
                                "privateAddress");
        return new K0sHost(
                roles.working(),
                noTaints(map, roles, alone),
                flags(map, roles),
                map.parsed("dataDir", FOLDER, t -> folder(map, "dataDir", t)),
                kubeletRoot(map, works),
                profile(map, works),
                privateAddress(map, addresses));
    }

    private static void noNode(YamlMap map, String field) {
        if (map.has(field)) {
            map.place()
                    .invalid(
                            map.key(field),
                            map.child(field),
                            "a controller that does not work is no node, so %s has no effect: say roles: [control-plane, worker], or take it out"
                                    .formatted(field));
        }
    }

    /// The only host has to take all pods.
    private static boolean noTaints(YamlMap map, HostRoles roles, boolean alone) {
        if (map.has("noTaints") && !roles.working()) {
            map.place()
                    .invalid(
                            map.key("noTaints"),
                            map.child("noTaints"),
                            "only a controller that works has k0s's taint: say roles: [control-plane, worker], or take it out");
        }
        return map.has("noTaints") ? map.flag("noTaints") : roles.working() && alone;
    }

    private static List<String> flags(YamlMap map, HostRoles roles) {
        var flags = new ArrayList<String>();
        var names = new HashSet<String>();
        for (YamlMap.Text text : map.texts("installFlags")) {
            if (K0sFlags.isSecret(text.value())) {
                map.place()
                        .secret(
                                text.node(),
                                text.path(),
                                "a password or token stands in a flag, which everybody on the host can read: take it out");
                continue;
            }
            Optional<String> name = map.parse(text, K0sFlags.EXPECTED, K0sFlags::name);
            if (name.isEmpty()) {
                continue;
            }
            K0sFlags.instead(text.value())
                    .map(instead -> "Slipway has a place for " + instead)
                    .or(() ->
                            K0sFlags.misplaced(
                                            name.get(),
                                            roles.role() == Role.CONTROL_PLANE,
                                            roles.isNode())
                                    .map(m -> m + ": take it out"))
                    .or(() ->
                            names.add(name.get())
                                    ? Optional.empty()
                                    : Optional.of("--%s stands there twice".formatted(name.get())))
                    .ifPresent(m -> map.place().invalid(text.node(), text.path(), m));
            flags.add(text.value());
        }
        return flags;
    }

    private Optional<RemotePath> kubeletRoot(YamlMap map, boolean works) {
        noKubelet(map, "kubeletRootDir", works);
        release.filter(r -> map.has("kubeletRootDir") && r.kubernetes().compareTo(KUBELET_ROOT) < 0)
                .ifPresent(r ->
                        map.place()
                                .invalid(
                                        map.key("kubeletRootDir"),
                                        map.child("kubeletRootDir"),
                                        "k0s %s keeps the kubelet's folder below its own, another one can be said from v1.32.1 on"
                                                .formatted(r)));
        Optional<RemotePath> root =
                map.parsed("kubeletRootDir", FOLDER, t -> folder(map, "kubeletRootDir", t));
        Optional<RemotePath> data = map.text("dataDir").map(t -> RemotePath.of(t.value()));
        root.filter(r -> data.filter(d -> d.isInside(r)).isPresent())
                .ifPresent(_ ->
                        map.place()
                                .invalid(
                                        map.key("kubeletRootDir"),
                                        map.child("kubeletRootDir"),
                                        "k0s's own folder lies in it: say one beside or below dataDir"));
        return root;
    }

    private static void noKubelet(YamlMap map, String field, boolean works) {
        if (map.has(field) && !works) {
            map.place()
                    .invalid(
                            map.key(field),
                            map.child(field),
                            "a controller that does not work has no kubelet: say roles: [control-plane, worker], or take it out");
        }
    }

    private static Optional<RemotePath> folder(YamlMap map, String field, String text) {
        Optional<RemotePath> folder =
                Optional.of(text)
                        .filter(t -> t.matches("/[A-Za-z0-9._/-]+"))
                        .map(RemotePath::of)
                        .filter(p -> !p.value().equals("/"));
        folder.flatMap(K0sHostSection::taken)
                .ifPresent(other ->
                        map.place()
                                .invalid(
                                        map.key(field),
                                        map.child(field),
                                        "%s is no folder for k0s, which empties it when it leaves: %s is Slipway's or the system's"
                                                .formatted(folder.orElseThrow(), other)));
        return folder;
    }

    /// The folder that would be lost, or would lose what is in it.
    private static Optional<RemotePath> taken(RemotePath folder) {
        return KEPT.stream()
                .filter(k -> k.isInside(folder) || (folder.isInside(k) && !mayHold(k)))
                .findFirst()
                .or(() -> FLEETING.stream().filter(f -> folder.isInside(f)).findFirst());
    }

    /// Folders of the system in which others have their own.
    private static boolean mayHold(RemotePath folder) {
        return Set.of("/home", "/opt").contains(folder.value());
    }

    private Optional<String> profile(YamlMap map, boolean works) {
        noKubelet(map, "profile", works);
        Optional<YamlMap.Text> text = map.text("profile");
        text.ifPresent(t -> profiles.add(new Said(map, t)));
        return text.map(YamlMap.Text::value).filter(p -> !p.equals(STANDARD_PROFILE));
    }

    /// Once the configuration is known: hosts have no other profiles than it does.
    void checkProfiles(K0sConfig config) {
        var known = new ArrayList<>(List.of(STANDARD_PROFILE));
        config.spec().stream()
                .flatMap(s -> s.workerProfiles().stream())
                .flatMap(p -> p.name().stream())
                .forEach(known::add);
        for (Said said : profiles) {
            if (!known.contains(said.text().value())) {
                said.section()
                        .place()
                        .unknown(
                                said.text().node(),
                                said.text().path(),
                                "unknown worker profile %s, expected one of %s: profiles are spec.workerProfiles of ClusterConfig"
                                        .formatted(
                                                Quoted.of(said.text().value()),
                                                String.join(", ", known)),
                                said.text().value(),
                                known);
            }
        }
    }

    private Optional<String> privateAddress(YamlMap map, int addresses) {
        Optional<String> address =
                map.parsed(
                        "privateAddress",
                        "an IP address",
                        t -> Optional.of(t).filter(Form.IP::matches));
        if (address.isPresent() && addresses > 1) {
            map.place()
                    .invalid(
                            map.key("privateAddress"),
                            map.child("privateAddress"),
                            "one private address for %d hosts: give each an entry of its own"
                                    .formatted(addresses));
        }
        address.flatMap(a ->
                        Optional.ofNullable(
                                privateAddresses.putIfAbsent(a, map.child("privateAddress"))))
                .ifPresent(other ->
                        map.place()
                                .invalid(
                                        map.key("privateAddress"),
                                        map.child("privateAddress"),
                                        "%s stands in %s already"
                                                .formatted(address.orElse(""), other)));
        return address;
    }
}
