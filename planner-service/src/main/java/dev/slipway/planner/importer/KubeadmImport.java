package dev.slipway.planner.importer;

import dev.slipway.planner.clusterfile.CanonicalYaml;
import dev.slipway.planner.clusterfile.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// kubeadm's documents, which are taken as they are, less the fields that the reader of
/// Clusterfiles refuses.
final class KubeadmImport {
    private static final Set<String> KINDS =
            Set.of(
                    "InitConfiguration",
                    "ClusterConfiguration",
                    "JoinConfiguration",
                    "KubeletConfiguration",
                    "KubeProxyConfiguration");
    private static final String CLUSTER = "ClusterConfiguration";
    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)]");

    /// A document, and the foreign one that it was.
    private record Copy(Optional<ForeignDocument> origin, Map<String, Object> tree) {}

    /// What is secret, and goes before anybody looks at the rest.
    private static final Map<String, List<String>> SECRETS =
            Map.of(
                    "InitConfiguration", List.of("bootstrapTokens", "certificateKey"),
                    "JoinConfiguration", List.of("discovery", "controlPlane"));

    private final Map<String, Copy> copies = new LinkedHashMap<>();

    KubeadmImport(List<ForeignDocument> documents) {
        for (ForeignDocument document : documents) {
            String kind = document.kind();
            if (!KINDS.contains(kind)) {
                continue;
            }
            Optional.ofNullable(copies.get(kind))
                    .flatMap(Copy::origin)
                    .ifPresent(before ->
                            before.lost("", "a later document of this kind takes its place"));
            Map<String, Object> tree = document.plain("");
            document.mapped("", kind);
            for (String field : SECRETS.getOrDefault(kind, List.of())) {
                tree.remove(field);
                document.lost(field, "tokens, keys and discovery are Slipway's own");
            }
            copies.put(kind, new Copy(Optional.of(document), tree));
        }
    }

    /// Of Kubernetes, as ClusterConfiguration says.
    Optional<Object> version() {
        return Optional.ofNullable(copies.get(CLUSTER)).map(c -> c.tree().get("kubernetesVersion"));
    }

    /// Says something in ClusterConfiguration that the other tool has elsewhere.
    ///
    /// @param section `networking` for example
    void add(String section, String field, Object value) {
        Copy cluster =
                copies.computeIfAbsent(
                        CLUSTER,
                        kind -> {
                            var tree = new LinkedHashMap<String, Object>();
                            tree.put("apiVersion", "kubeadm.k8s.io/v1beta3");
                            tree.put("kind", kind);
                            return new Copy(Optional.empty(), tree);
                        });
        var fields = new LinkedHashMap<String, Object>();
        if (cluster.tree().get(section) instanceof Map<?, ?> said) {
            said.forEach((key, v) -> fields.put(String.valueOf(key), v));
        }
        if (value instanceof List<?> more && fields.get(field) instanceof List<?> before) {
            var all = new ArrayList<Object>(before);
            all.addAll(more);
            fields.put(field, all);
        } else {
            fields.put(field, value);
        }
        cluster.tree().put(section, fields);
    }

    List<Map<String, Object>> made() {
        return copies.values().stream().map(Copy::tree).toList();
    }

    /// Takes out of the documents what is refused there.
    ///
    /// @return the problems that are left
    List<Problem> settle(Map<String, Object> cluster) {
        List<Problem> problems = problems(cluster);
        // One at a time: the places of a list's items change with each.
        while (problems.stream().anyMatch(this::takeOut)) {
            problems = problems(cluster);
        }
        return problems;
    }

    private List<Problem> problems(Map<String, Object> cluster) {
        var all = new ArrayList<Map<String, Object>>(List.of(cluster));
        all.addAll(made());
        return K0sctlImport.problems(CanonicalYaml.text(all));
    }

    private boolean takeOut(Problem problem) {
        var order = List.copyOf(copies.values());
        int index = problem.document() - 2;
        if (index < 0 || index >= order.size() || problem.path().isEmpty()) {
            return false;
        }
        Copy copy = order.get(index);
        boolean out = remove(copy.tree(), problem.path());
        if (out) {
            copy.origin()
                    .ifPresent(o ->
                            o.lost(
                                    problem.path(),
                                    problem.message()
                                            + problem.suggestion()
                                                    .map(": did you mean \"%s\"?"::formatted)
                                                    .orElse("")));
        }
        return out;
    }

    /// Whether there was something at the path.
    private static boolean remove(Object tree, String path) {
        Matcher step = STEP.matcher(path);
        if (!step.find()) {
            return false;
        }
        boolean last = step.end() == path.length();
        String rest = path.substring(step.end());
        if (step.group(1) != null
                && tree instanceof Map<?, ?> map
                && map.containsKey(step.group(1))) {
            return last
                    ? map.remove(step.group(1)) != null
                    : remove(Optional.<Object>ofNullable(map.get(step.group(1))).orElse(""), rest);
        }
        int index = step.group(2) == null ? -1 : Integer.parseInt(step.group(2));
        if (tree instanceof List<?> list && index >= 0 && index < list.size()) {
            return last ? list.remove(index) != null : remove(list.get(index), rest);
        }
        return false;
    }
}
