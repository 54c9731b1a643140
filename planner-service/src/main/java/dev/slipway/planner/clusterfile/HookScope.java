package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// The hosts that a hook's `scope` names.
///
/// @param roles all hosts of these
/// @param hosts and these
record HookScope(List<Role> roles, List<HostAddress> hosts) {
    static final HookScope EVERYWHERE = new HookScope(List.of(Role.values()), List.of());

    /// On one control plane, for the cluster as a whole.
    static final HookScope LEAD = new HookScope(List.of(), List.of());

    boolean holds(ClusterHost host) {
        return roles.contains(host.role()) || hosts.contains(host.address());
    }

    /// @param cluster the hosts of the file
    /// @return empty where the hook has no scope; what names nothing is a problem
    static Optional<HookScope> of(YamlMap map, Collection<ClusterHost> cluster) {
        if (!map.has("scope")) {
            return Optional.empty();
        }
        var roles = new ArrayList<Role>();
        var hosts = new ArrayList<HostAddress>();
        List<YamlMap.Text> words = words(map, "scope");
        for (YamlMap.Text word : words) {
            String text = word.value();
            List<HostAddress> named = named(text, cluster);
            if (text.equals("all")) {
                roles.addAll(List.of(Role.values()));
            } else if (Role.of(text).isPresent()) {
                roles.add(Role.of(text).get());
            } else if (named.isEmpty()) {
                var known = new ArrayList<>(List.of("all", "control-plane", "worker"));
                cluster.forEach(h -> h.name().ifPresent(known::add));
                map.place()
                        .unknown(
                                word.node(),
                                word.path(),
                                "%s is no scope: expected all, control-plane, worker, or the name or address of a host"
                                        .formatted(Quoted.of(text)),
                                text,
                                known);
            }
            hosts.addAll(named);
        }
        if (words.isEmpty()) {
            map.place().invalid(map.key("scope"), map.child("scope"), "there is no scope in it");
        }
        return Optional.of(
                new HookScope(
                        roles.stream().distinct().toList(), hosts.stream().distinct().toList()));
    }

    /// The host of this name or address.
    static List<HostAddress> named(String text, Collection<ClusterHost> cluster) {
        return cluster.stream()
                .filter(h ->
                        h.name().filter(text::equals).isPresent()
                                || h.address().address().equals(text)
                                || h.address().toString().equals(text))
                .map(ClusterHost::address)
                .toList();
    }

    /// One word, several with `|`, or a list of either.
    static List<YamlMap.Text> words(YamlMap map, String field) {
        List<YamlMap.Text> texts =
                map.value(field).filter(ScalarNode.class::isInstance).isPresent()
                        ? map.text(field).stream().toList()
                        : map.texts(field);
        return texts.stream()
                .flatMap(t ->
                        Stream.of(t.value().split("\\|", -1))
                                .map(w -> new YamlMap.Text(w.strip(), t.node(), t.path())))
                .toList();
    }
}
