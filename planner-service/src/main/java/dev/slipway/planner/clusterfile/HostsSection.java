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
    ///
    /// @param k0s reads what k0s is told of them; absent with another runtime
    List<ClusterHost> read(Optional<K0sHostSection> k0s) {
        var hosts = new ArrayList<ClusterHost>();
        boolean oneEntry = spec.items("hosts").size() == 1;
        forEach((entry, inherited) -> {
            entry.allow("ips", "names", "roles", "ssh", "env", "labels", "taints", "absent", "k0s");
            boolean gone = entry.flag("absent");
            Optional<HostRoles> roles = roles(entry, k0s.isPresent());
            SortedMap<String, String> labels = NodeSection.labels(entry);
            List<Taint> taints = NodeSection.taints(entry);
            List<ListedHost> listed = entry(entry, List.of(), inherited);
            boolean alone = oneEntry && listed.size() == 1;
            if (k0s.isEmpty()) {
                K0sHostSection.refuse(entry);
            }
            roles.ifPresent(r -> {
                K0sHost own =
                        k0s.map(s -> s.read(entry, r, listed.size(), alone)).orElse(K0sHost.NONE);
                for (ListedHost host : listed) {
                    (gone ? absent : hosts)
                            .add(
                                    new ClusterHost(
                                            host.address(),
                                            host.name(),
                                            r.role(),
                                            host.ssh(),
                                            host.env(),
                                            labels,
                                            taints,
                                            own));
                }
            });
        });
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

    private Optional<HostRoles> roles(YamlMap entry, boolean k0s) {
        List<YamlMap.Text> words = entry.texts("roles");
        if (words.isEmpty()) {
            spec.place().invalid(entry.key("roles"), entry.child("roles"), "there are no roles");
        }
        for (YamlMap.Text word : words) {
            if (HostRoles.of(word.value()).isEmpty()) {
                spec.place()
                        .unknown(
                                word.node(),
                                word.path(),
                                "unknown role " + Quoted.of(word.value()),
                                word.value(),
                                HostRoles.WORDS);
            }
        }
        Optional<HostRoles> roles = HostRoles.of(words.stream().map(YamlMap.Text::value).toList());
        if (!k0s && roles.filter(HostRoles::working).isPresent()) {
            spec.place()
                    .notServed(
                            entry.key("roles"),
                            entry.child("roles"),
                            "a host that is both control plane and worker is not served yet with kubeadm, with k0s it is");
        }
        return roles;
    }

    /// Checks how many control planes there are. Of an even number of etcd's members one more may
    /// fail than of the odd one below it: none. While a dead one is being replaced its entry,
    /// declared absent, counts.
    ///
    /// @param members whether each has a member of etcd
    void checkControlPlanes(List<ClusterHost> hosts, boolean members) {
        long count = hosts.stream().filter(ClusterHost::isControlPlane).count();
        long lost = absent.stream().filter(ClusterHost::isControlPlane).count();
        if (count + lost == 0 && !(hosts.isEmpty() && absent.isEmpty())) {
            problem("there is no host with the role control-plane");
        } else if (!members) {
            return;
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
