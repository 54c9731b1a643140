package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Hooks that run nothing and only say more of the hosts: their names, labels and taints.
final class HostHooks {
    static final List<String> TYPES = List.of("HOSTNAME", "LABEL", "TAINT");

    private final Map<HostAddress, ClusterHost> hosts = new LinkedHashMap<>();

    HostHooks(List<ClusterHost> hosts) {
        hosts.forEach(h -> this.hosts.put(h.address(), h));
    }

    /// The hosts, with what has been said of them.
    List<ClusterHost> hosts() {
        return List.copyOf(hosts.values());
    }

    /// Lines `ADDRESSES VALUE[,VALUE]`, or values alone where a scope says of which hosts.
    void describe(YamlMap hook, String type, YamlMap.Text data) {
        Optional<HookScope> scope = HookScope.of(hook, hosts.values());
        for (String line : data.value().lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("\\s+", 2);
            List<HostAddress> addressed =
                    scope.map(this::members)
                            .orElseGet(() ->
                                    Stream.of(words[0].split(","))
                                            .flatMap(a -> addressed(a).stream())
                                            .toList());
            String values = scope.isPresent() ? line : words.length == 2 ? words[1] : "";
            if (addressed.isEmpty() || values.isEmpty()) {
                hook.place()
                        .invalid(
                                data.node(),
                                data.path(),
                                "line %s: expected hosts of the file and what they get, as in \"10.0.0.1-10.0.0.9 %s\""
                                        .formatted(Quoted.of(line), example(type)));
                continue;
            }
            for (String value : values.split(",")) {
                addressed.forEach(address -> describe(hook, type, data, address, value.strip()));
            }
        }
    }

    private static String example(String type) {
        return switch (type) {
            case "HOSTNAME" -> "node-1";
            case "LABEL" -> "disk=ssd";
            default -> "dedicated=batch:NoSchedule";
        };
    }

    private List<HostAddress> members(HookScope scope) {
        return hosts.values().stream().filter(scope::holds).map(ClusterHost::address).toList();
    }

    private List<HostAddress> addressed(String text) {
        return Stream.concat(
                        HookScope.named(text, hosts.values()).stream(),
                        AddressRanges.expand(text).stream()
                                .flatMap(List::stream)
                                .flatMap(a -> HookScope.named(a, hosts.values()).stream()))
                .distinct()
                .toList();
    }

    private void describe(
            YamlMap hook, String type, YamlMap.Text data, HostAddress address, String value) {
        ClusterHost host = Objects.requireNonNull(hosts.get(address));
        Optional<ClusterHost> more =
                switch (type) {
                    case "HOSTNAME" -> named(host, value);
                    case "LABEL" -> labelled(host, value);
                    default -> tainted(host, value);
                };
        more.ifPresentOrElse(
                h -> hosts.put(address, h),
                () ->
                        hook.place()
                                .invalid(
                                        data.node(),
                                        data.path(),
                                        "%s of %s is malformed, or contradicts what is said of the host elsewhere"
                                                .formatted(Quoted.of(value), address)));
    }

    private Optional<ClusterHost> named(ClusterHost host, String name) {
        boolean taken =
                hosts.values().stream()
                        .anyMatch(h ->
                                !h.address().equals(host.address())
                                        && h.name().filter(name::equals).isPresent());
        return taken
                        || !KubernetesNames.isSubdomain(name)
                        || host.name().filter(n -> !n.equals(name)).isPresent()
                ? Optional.empty()
                : Optional.of(host.withName(name));
    }

    private static Optional<ClusterHost> labelled(ClusterHost host, String label) {
        int sign = label.indexOf('=');
        String key = sign < 0 ? label : label.substring(0, sign);
        String value = sign < 0 ? "" : label.substring(sign + 1);
        if (!KubernetesNames.isQualifiedName(key)
                || !KubernetesNames.isLabelValue(value)
                || !host.labels().getOrDefault(key, value).equals(value)) {
            return Optional.empty();
        }
        var labels = new TreeMap<>(host.labels());
        labels.put(key, value);
        return Optional.of(host.withLabels(labels));
    }

    private static Optional<ClusterHost> tainted(ClusterHost host, String text) {
        return Taint.parse(text)
                .map(taint -> {
                    var taints = new ArrayList<>(host.taints());
                    if (!taints.contains(taint)) {
                        taints.add(taint);
                    }
                    return host.withTaints(taints);
                });
    }
}
