package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.GoDurations;
import dev.slipway.planner.clusterfile.YamlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// kubeadm's ClusterConfiguration as a set of fields, each a path and a text, whatever version of
/// kubeadm's API it was written in. What is not said has kubeadm's default (kubeadm v1beta4,
/// `SetDefaults_ClusterConfiguration`), so that a cluster that stores defaults and a Clusterfile
/// that leaves them out say the same.
record StoredConfiguration(SortedMap<String, String> fields, List<String> names) {
    private static final Map<String, String> DEFAULTS =
            Map.ofEntries(
                    Map.entry("apiServer.timeoutForControlPlane", "4m0s"),
                    Map.entry("caCertificateValidityPeriod", "87600h0m0s"),
                    Map.entry("certificateValidityPeriod", "8760h0m0s"),
                    Map.entry("certificatesDir", "/etc/kubernetes/pki"),
                    Map.entry("clusterName", "kubernetes"),
                    Map.entry("encryptionAlgorithm", "RSA-2048"),
                    Map.entry("etcd.local.dataDir", "/var/lib/etcd"),
                    Map.entry("imageRepository", "registry.k8s.io"),
                    Map.entry("networking.dnsDomain", "cluster.local"),
                    Map.entry("networking.podSubnet", ""),
                    Map.entry("networking.serviceSubnet", "10.96.0.0/12"));

    /// Those that the Clusterfile says in words of its own.
    private static final Map<String, String> OWN =
            Map.of(
                    "kubernetesVersion", "spec.runtime.version",
                    "controlPlaneEndpoint", "spec.endpoint",
                    "encryptionAlgorithm", "spec.certificates.keyAlgorithm",
                    "certificateValidityPeriod", "spec.certificates.validity");

    private static final String NAMES = "apiServer.certSANs";

    StoredConfiguration {
        fields = new TreeMap<>(fields);
        names = List.copyOf(names);
    }

    /// @param document as a Clusterfile's documents are kept
    static StoredConfiguration of(Map<?, ?> document) {
        var fields = new TreeMap<String, String>();
        flatten("", document, fields);
        Object server = document.get("apiServer");
        @Nullable Object names = server instanceof Map<?, ?> map ? map.get("certSANs") : null;
        return new StoredConfiguration(
                fields,
                names instanceof List<?> list
                        ? list.stream().map(String::valueOf).toList()
                        : List.of());
    }

    /// @param yaml as the cluster stores it; from a host, so not to be trusted
    /// @return empty if it is no mapping
    static Optional<StoredConfiguration> read(String yaml) {
        var problems = new ArrayList<Object>();
        List<Node> roots = YamlText.composeForeign(yaml, problems::add);
        return problems.isEmpty()
                        && roots.size() == 1
                        && roots.getFirst() instanceof MappingNode map
                        && value(map) instanceof Map<?, ?> document
                ? Optional.of(of(document))
                : Optional.empty();
    }

    /// One sentence for each field that `wanted` has otherwise, both values in it.
    ///
    /// @param users names that the user says, beside those that Slipway adds by itself
    List<String> differences(StoredConfiguration wanted, Collection<String> users) {
        var all = new TreeSet<>(fields.keySet());
        all.addAll(wanted.fields.keySet());
        all.removeIf(field -> same(wanted.field(field), field(field)));
        var differences =
                all.stream()
                        .map(field ->
                                difference(
                                        OWN.getOrDefault(field, "ClusterConfiguration " + field),
                                        wanted.field(field),
                                        field(field)))
                        .collect(Collectors.toCollection(ArrayList::new));
        var unknown = names.stream().filter(n -> !wanted.names.contains(n)).toList();
        var missing = users.stream().filter(n -> !names.contains(n)).toList();
        if (!unknown.isEmpty() || !missing.isEmpty()) {
            differences.add(
                    difference(
                            "ClusterConfiguration " + NAMES,
                            String.join(", ", users),
                            String.join(", ", names)));
        }
        return differences;
    }

    static String difference(String field, String said, String found) {
        return "%s: the Clusterfile says \"%s\", the cluster has \"%s\""
                .formatted(field, shown(said), shown(found));
    }

    /// What comes from a host is bounded and printable, but a field may be long.
    private static String shown(String value) {
        String printable = value.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() > 200 ? printable.substring(0, 200) + "…" : printable;
    }

    StoredConfiguration with(String field, String value) {
        var more = new TreeMap<>(fields);
        more.put(field, value);
        return new StoredConfiguration(more, names);
    }

    String field(String name) {
        return fields.getOrDefault(name, DEFAULTS.getOrDefault(name, ""));
    }

    private static boolean same(String one, String other) {
        return one.equals(other)
                || GoDurations.parse(one)
                        .flatMap(a -> GoDurations.parse(other).map(a::equals))
                        .orElse(false);
    }

    private static void flatten(String path, @Nullable Object value, Map<String, String> fields) {
        switch (value) {
            case null -> {}
            case Map<?, ?> map ->
                    map.forEach((key, inner) -> {
                        String name = path.isEmpty() ? key.toString() : path + "." + key;
                        if (!name.equals("apiVersion") && !name.equals("kind")) {
                            flatten(name, inner, fields);
                        }
                    });
            case List<?> list when path.equals(NAMES) -> {}
            case List<?> list -> items(path, list, fields);
            default -> fields.put(path, String.valueOf(value));
        }
    }

    /// Arguments are lists of name and value in one version of the API, and mappings in another.
    private static void items(String path, List<?> list, Map<String, String> fields) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof Map<?, ?> map
                    && map.keySet().equals(java.util.Set.of("name", "value"))) {
                fields.merge(
                        path + "." + map.get("name"),
                        String.valueOf(map.get("value")),
                        (a, b) -> a + ", " + b);
            } else {
                flatten("%s[%d]".formatted(path, i), list.get(i), fields);
            }
        }
    }

    private static @Nullable Object value(Node node) {
        return switch (node) {
            case MappingNode map -> {
                var values = new LinkedHashMap<String, @Nullable Object>();
                for (NodeTuple tuple : map.getValue()) {
                    if (tuple.getKeyNode() instanceof ScalarNode key) {
                        values.put(key.getValue(), value(tuple.getValueNode()));
                    }
                }
                yield values;
            }
            case SequenceNode list -> {
                var values = new ArrayList<@Nullable Object>();
                list.getValue().forEach(item -> values.add(value(item)));
                yield values;
            }
            case ScalarNode scalar -> scalar.getValue();
            default -> null;
        };
    }
}
