package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.nodes.Node;

/// `spec.hosts` with what of `spec.ssh` and `spec.env` they inherit.
final class HostsSection {
    private static final int MOST_HOSTS = 5000;
    private static final List<String> ROLES = List.of("control-plane", "worker", "master", "node");

    private final YamlMap spec;
    private final SecretPolicy policy;
    private final List<ClusterHost> hosts = new ArrayList<>();
    private final Map<HostAddress, String> addresses = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();

    HostsSection(YamlMap spec, SecretPolicy policy) {
        this.spec = spec;
        this.policy = policy;
    }

    /// Control planes first, otherwise in the order of the file.
    List<ClusterHost> read() {
        Optional<SshSection> ssh = spec.map("ssh").map(m -> new SshSection(m, policy));
        SortedMap<String, String> env = Variables.read(spec);
        if (spec.items("hosts").isEmpty()) {
            spec.place().invalid(spec.key("hosts"), spec.child("hosts"), "there are no hosts");
        }
        for (YamlMap entry : spec.maps("hosts")) {
            entry.allow("ips", "names", "roles", "ssh", "env", "labels", "taints");
            entry(entry, ssh, env);
        }
        controlPlanes();
        hosts.sort(Comparator.comparing(ClusterHost::role));
        return hosts;
    }

    private void entry(YamlMap entry, Optional<SshSection> ssh, SortedMap<String, String> env) {
        Optional<Role> role = role(entry);
        SshSection.Access access =
                entry.map("ssh")
                        .map(m -> new SshSection(m, policy).over(ssh))
                        .or(() -> ssh.map(s -> s.over(Optional.empty())))
                        .orElse(SshSection.Access.NONE);
        var variables = new TreeMap<>(env);
        variables.putAll(Variables.read(entry));
        SortedMap<String, String> labels = NodeSection.labels(entry);
        List<Taint> taints = NodeSection.taints(entry);
        List<YamlMap.Text> ips = entry.texts("ips");
        if (ips.isEmpty()) {
            spec.place().invalid(entry.key("ips"), entry.child("ips"), "there are no addresses");
        }
        List<String> expanded = new ArrayList<>();
        for (YamlMap.Text ip : ips) {
            entry.parse(ip, AddressRanges.EXPECTED, AddressRanges::expand)
                    .ifPresent(expanded::addAll);
        }
        List<YamlMap.Text> nodeNames = nodeNames(entry, expanded.size());
        if (access.credential().isEmpty()) {
            spec.place()
                    .invalid(
                            entry.node(),
                            entry.child("ssh"),
                            "no way in: set ssh.credential (or ssh.pk or ssh.passwd for the command line to send)");
        }
        for (int i = 0; i < expanded.size(); i++) {
            Optional<String> name =
                    i < nodeNames.size() ? Optional.of(nodeNames.get(i).value()) : Optional.empty();
            host(entry, new HostAddress(expanded.get(i), access.port()), name)
                    .filter(_ -> role.isPresent())
                    .ifPresent(address ->
                            hosts.add(
                                    new ClusterHost(
                                            address,
                                            name,
                                            role.get(),
                                            access.ssh(),
                                            variables,
                                            labels,
                                            taints)));
        }
    }

    private Optional<HostAddress> host(YamlMap entry, HostAddress address, Optional<String> name) {
        Node at = entry.key("ips");
        String other = addresses.putIfAbsent(address, entry.child("ips"));
        if (other != null) {
            spec.place()
                    .invalid(at, entry.child("ips"), address + " stands in " + other + " already");
            return Optional.empty();
        }
        if (addresses.size() > MOST_HOSTS) {
            spec.place()
                    .invalid(at, entry.child("ips"), "more than %d hosts".formatted(MOST_HOSTS));
            return Optional.empty();
        }
        name.map(n -> names.putIfAbsent(n, entry.child("names")))
                .ifPresent(_ ->
                        spec.place()
                                .invalid(
                                        entry.key("names"),
                                        entry.child("names"),
                                        "two hosts are named " + Quoted.of(name.orElse(""))));
        return Optional.of(address);
    }

    private List<YamlMap.Text> nodeNames(YamlMap entry, int count) {
        List<YamlMap.Text> found = entry.texts("names");
        for (YamlMap.Text name : found) {
            entry.parse(
                    name,
                    "a node name: lower-case letters, digits, inner hyphens and dots",
                    t -> Optional.of(t).filter(KubernetesNames::isSubdomain));
        }
        if (!found.isEmpty() && found.size() != count) {
            spec.place()
                    .invalid(
                            entry.key("names"),
                            entry.child("names"),
                            "%d names for %d addresses".formatted(found.size(), count));
        }
        return found;
    }

    private Optional<Role> role(YamlMap entry) {
        List<YamlMap.Text> words = entry.texts("roles");
        if (words.isEmpty()) {
            spec.place().invalid(entry.key("roles"), entry.child("roles"), "there are no roles");
        }
        var roles = new ArrayList<Role>();
        for (YamlMap.Text word : words) {
            Optional<Role> role = Role.of(word.value());
            role.filter(r -> !roles.contains(r)).ifPresent(roles::add);
            if (role.isEmpty()) {
                spec.place()
                        .unknown(
                                word.node(),
                                word.path(),
                                "unknown role " + Quoted.of(word.value()),
                                word.value(),
                                ROLES);
            }
        }
        if (roles.size() > 1) {
            spec.place()
                    .notServed(
                            entry.key("roles"),
                            entry.child("roles"),
                            "a host that is both control plane and worker is not served yet");
        }
        return roles.isEmpty() ? Optional.empty() : Optional.of(roles.getFirst());
    }

    private void controlPlanes() {
        long count = hosts.stream().filter(ClusterHost::isControlPlane).count();
        if (count > 1) {
            spec.place()
                    .notServed(
                            spec.key("hosts"),
                            spec.child("hosts"),
                            "several control planes (%d) are not served yet, one is"
                                    .formatted(count));
        } else if (count == 0 && !hosts.isEmpty()) {
            spec.place()
                    .invalid(
                            spec.key("hosts"),
                            spec.child("hosts"),
                            "there is no host with the role control-plane");
        }
    }
}
