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
import java.util.function.BiConsumer;
import org.snakeyaml.engine.v2.nodes.Node;

/// `spec.hosts` with what of `spec.ssh` and `spec.env` they inherit: those of a cluster, each with
/// a role in it, or a mere list.
final class HostsSection {
    private static final int MOST_HOSTS = 5000;
    private static final int MOST_CONTROL_PLANES = 7;
    private static final List<String> ROLES = List.of("control-plane", "worker", "master", "node");

    /// What every entry inherits.
    private record Inherited(Optional<SshSection> ssh, SortedMap<String, String> env) {}

    private final YamlMap spec;
    private final SecretPolicy policy;
    private final Map<HostAddress, String> addresses = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private final List<ClusterHost> absent = new ArrayList<>();

    HostsSection(YamlMap spec, SecretPolicy policy) {
        this.spec = spec;
        this.policy = policy;
    }

    /// A cluster's hosts: control planes first, otherwise in the order of the file.
    List<ClusterHost> read() {
        var hosts = new ArrayList<ClusterHost>();
        forEach((entry, inherited) -> {
            entry.allow("ips", "names", "roles", "ssh", "env", "labels", "taints", "absent");
            boolean gone = entry.flag("absent");
            Optional<Role> role = role(entry);
            SortedMap<String, String> labels = NodeSection.labels(entry);
            List<Taint> taints = NodeSection.taints(entry);
            for (ListedHost host : entry(entry, List.of(), inherited)) {
                role.ifPresent(r ->
                        (gone ? absent : hosts)
                                .add(
                                        new ClusterHost(
                                                host.address(),
                                                host.name(),
                                                r,
                                                host.ssh(),
                                                host.env(),
                                                labels,
                                                taints)));
            }
        });
        controlPlanes(hosts);
        hosts.sort(Comparator.comparing(ClusterHost::role));
        return hosts;
    }

    /// Those that are declared absent, once the others were read.
    List<ClusterHost> absent() {
        return absent;
    }

    /// A list of hosts in the order of the file, each with any roles, or none.
    List<ListedHost> list() {
        var hosts = new ArrayList<ListedHost>();
        forEach((entry, inherited) -> {
            entry.allow("ips", "names", "roles", "ssh", "env");
            hosts.addAll(entry(entry, words(entry), inherited));
        });
        return hosts;
    }

    private void forEach(BiConsumer<YamlMap, Inherited> take) {
        var inherited =
                new Inherited(
                        spec.map("ssh").map(m -> new SshSection(m, policy)), Variables.read(spec));
        if (spec.items("hosts").isEmpty()) {
            spec.place().invalid(spec.key("hosts"), spec.child("hosts"), "there are no hosts");
        }
        spec.maps("hosts").forEach(entry -> take.accept(entry, inherited));
    }

    private List<ListedHost> entry(YamlMap entry, List<String> roles, Inherited inherited) {
        Optional<SshSection> ssh = inherited.ssh();
        SshSection.Access access =
                entry.map("ssh")
                        .map(m -> new SshSection(m, policy).over(ssh))
                        .or(() -> ssh.map(s -> s.over(Optional.empty())))
                        .orElse(SshSection.Access.NONE);
        var variables = new TreeMap<>(inherited.env());
        variables.putAll(Variables.read(entry));
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
        var hosts = new ArrayList<ListedHost>();
        for (int i = 0; i < expanded.size(); i++) {
            Optional<String> name =
                    i < nodeNames.size() ? Optional.of(nodeNames.get(i).value()) : Optional.empty();
            host(entry, new HostAddress(expanded.get(i), access.port()), name)
                    .ifPresent(address ->
                            hosts.add(
                                    new ListedHost(address, name, roles, access.ssh(), variables)));
        }
        return hosts;
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

    private static List<String> words(YamlMap entry) {
        return entry.texts("roles").stream()
                .flatMap(word ->
                        entry
                                .parse(
                                        word,
                                        "1 to 63 lower-case letters, digits and inner hyphens",
                                        t -> Optional.of(t).filter(KubernetesNames::isLabel))
                                .stream())
                .distinct()
                .toList();
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

    /// Of an even number one more may fail than of the odd one below it: none. While a dead one is
    /// being replaced its entry, declared absent, counts.
    private void controlPlanes(List<ClusterHost> hosts) {
        long count = hosts.stream().filter(ClusterHost::isControlPlane).count();
        long lost = absent.stream().filter(ClusterHost::isControlPlane).count();
        if (count + lost == 0 && !(hosts.isEmpty() && absent.isEmpty())) {
            problem("there is no host with the role control-plane");
        } else if (count > MOST_CONTROL_PLANES) {
            problem(
                    "%d control planes: etcd becomes slow with more than %d, make the others workers"
                            .formatted(count, MOST_CONTROL_PLANES));
        } else if (count > 0 && count % 2 == 0 && (lost == 0 || (count + lost) % 2 == 0)) {
            problem(
                    "%d control planes stand the failure of no more of them than %d do: say an odd number"
                            .formatted(count, count - 1));
        }
    }

    private void problem(String message) {
        spec.place().invalid(spec.key("hosts"), spec.child("hosts"), message);
    }
}
