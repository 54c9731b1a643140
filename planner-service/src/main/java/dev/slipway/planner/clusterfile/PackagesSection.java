package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Reads `spec.host.packages`: what hosts get of their distributions.
final class PackagesSection {
    private static final int MOST = 100;

    /// What a plan has to know before packages come.
    private static final Set<String> LOOKED_AT_BEFORE =
            Set.of(
                    "containerd",
                    "containerd.io",
                    "cri-dockerd",
                    "cri-o",
                    "docker",
                    "docker-ce",
                    "docker.io",
                    "k0s",
                    "kubeadm",
                    "kubectl",
                    "kubelet",
                    "kubernetes",
                    "moby-engine");

    private static final List<HostFamily> ALL =
            Stream.of(HostFamily.values()).filter(f -> f != HostFamily.FLATCAR).toList();

    private final YamlMap spec;
    private final List<HostPackage> packages = new ArrayList<>();

    /// The places of the hosts that have a package already, by name, family and role.
    private final Map<List<Object>, String> taken = new HashMap<>();

    PackagesSection(YamlMap spec) {
        this.spec = spec;
    }

    List<HostPackage> read() {
        spec.map("host").map(m -> m.allow("packages")).ifPresent(this::items);
        return packages;
    }

    private void items(YamlMap host) {
        List<Node> items = host.items("packages");
        if (items.size() > MOST) {
            host.place()
                    .invalid(
                            host.key("packages"),
                            host.child("packages"),
                            "there are %d packages, at most %d are served: bring that many with an image of the system"
                                    .formatted(items.size(), MOST));
        }
        for (int i = 0; i < items.size(); i++) {
            String path = "%s[%d]".formatted(host.child("packages"), i);
            if (items.get(i) instanceof ScalarNode scalar) {
                item(host, new YamlMap.Text(scalar.getValue(), scalar, path));
            } else {
                YamlMap.of(host.place(), items.get(i), path).ifPresent(this::item);
            }
        }
    }

    private void item(YamlMap host, YamlMap.Text name) {
        name(host, name)
                .ifPresent(n ->
                        add(
                                host,
                                name,
                                new HostPackage(
                                        n, Optional.empty(), List.of(), List.of(Role.values()))));
    }

    private void item(YamlMap map) {
        map.allow("name", "version", "families", "roles");
        Optional<YamlMap.Text> text = map.need("name");
        Optional<String> name = text.flatMap(t -> name(map, t));
        Optional<String> version =
                map.parsed(
                        "version",
                        HostPackage.VERSION_FORM,
                        v -> Optional.of(v).filter(HostPackage::isVersion));
        List<HostFamily> families = families(map);
        var roles = new ArrayList<Role>();
        for (YamlMap.Text role : map.texts("roles")) {
            map.parse(role, "control-plane or worker", Role::of).ifPresent(roles::add);
        }
        name.ifPresent(n ->
                add(
                        map,
                        text.get(),
                        new HostPackage(
                                n,
                                version,
                                families,
                                roles.isEmpty() ? List.of(Role.values()) : roles)));
    }

    private static Optional<String> name(YamlMap map, YamlMap.Text text) {
        Optional<String> name =
                map.parse(
                        text,
                        HostPackage.NAME_FORM,
                        t -> Optional.of(t).filter(HostPackage::isName));
        name.filter(LOOKED_AT_BEFORE::contains)
                .ifPresent(n ->
                        map.place()
                                .invalid(
                                        text.node(),
                                        text.path(),
                                        "%s has to be known before packages come: say spec.artifacts, or install it on the hosts beforehand"
                                                .formatted(Quoted.of(n))));
        return name;
    }

    private static List<HostFamily> families(YamlMap map) {
        if (!map.has("families")) {
            return List.of();
        }
        var families = new ArrayList<HostFamily>();
        for (YamlMap.Text text : map.texts("families")) {
            Optional<HostFamily> family =
                    map.parse(
                            text,
                            "one of " + String.join(", ", HostFamily.words()),
                            HostFamily::ofWord);
            family.filter(HostFamily.FLATCAR::equals)
                    .ifPresent(_ ->
                            map.place()
                                    .invalid(
                                            text.node(),
                                            text.path(),
                                            "Flatcar has no packages, and a /usr that cannot be written: boot an image with a system extension that has the program, or bring it by spec.files"));
            family.filter(f -> !families.contains(f)).ifPresent(families::add);
        }
        if (families.isEmpty() && map.items("families").isEmpty()) {
            map.place()
                    .invalid(
                            map.key("families"),
                            map.child("families"),
                            "there are no families: name some, or leave it out for all");
        }
        return families;
    }

    private void add(YamlMap map, YamlMap.Text text, HostPackage wanted) {
        for (HostFamily family : wanted.isForAll() ? ALL : wanted.families()) {
            for (Role role : wanted.roles()) {
                String other = taken.putIfAbsent(List.of(wanted.name(), family, role), text.path());
                if (other != null && !other.equals(text.path())) {
                    map.place()
                            .invalid(
                                    text.node(),
                                    text.path(),
                                    "%s stands in %s too, for hosts of the family %s"
                                            .formatted(
                                                    Quoted.of(wanted.name()),
                                                    other.replaceAll("\\.name$", ""),
                                                    family.word()));
                    return;
                }
            }
        }
        packages.add(wanted);
    }
}
