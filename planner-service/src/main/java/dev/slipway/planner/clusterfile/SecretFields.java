package dev.slipway.planner.clusterfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// The `ssh` sections of a Clusterfile or list of hosts that hold secrets (of all hosts and of
/// single ones), and the registries with a login, for the command line, which sends them to the
/// certificate service and puts a credential's name there. Only texts are read and replaced here;
/// files are the caller's.
public final class SecretFields {
    /// Asks for a credential of which nothing secret is known yet: a certificate for each order.
    public static final String CERTIFICATE = "certificate";

    /// The fields of an `ssh` section that hold a secret or the path of one, or ask for one.
    public static final List<String> FIELDS =
            List.of("passwd", "pk", "pkPasswd", "sudoPassword", CERTIFICATE);

    /// The fields of a registry or mirror that are its login.
    public static final List<String> LOGIN = List.of("username", "password");

    private static final String REGISTRIES = "spec.registries";
    private static final String OWN_REGISTRY = "spec.registry";

    private SecretFields() {}

    /// One `ssh` section with at least one of [#FIELDS], or a registry with one of [#LOGIN].
    ///
    /// @param path `spec.ssh` or `spec.hosts[2].ssh`, or of a jump host `….ssh.jump[0]`;
    ///   `spec.registries[0]` or of a mirror `….mirrors[1]`, or `spec.registry`
    /// @param user `ssh.user` of the section, else of the cluster, else `root`; of a jump host what
    ///   its `host` says; of a registry empty
    /// @param values of the fields that are there, by name; secret, so `toString` hides them; of
    ///   `certificate` the empty text
    public record Section(String path, String user, Map<String, String> values) {
        public Section {
            values = Map.copyOf(values);
        }

        public Optional<String> value(String field) {
            return Optional.ofNullable(values.get(field));
        }

        public boolean isRegistry() {
            return path.startsWith(REGISTRIES) || path.equals(OWN_REGISTRY);
        }

        /// sudo's password: `sudoPassword`, else, for a user who is not root, `passwd`; of a jump
        /// host or a registry none.
        public Optional<String> sudoPassword() {
            if (isRegistry() || path.contains(".jump[")) {
                return Optional.empty();
            }
            return value("sudoPassword")
                    .or(() -> user.equals("root") ? Optional.empty() : value("passwd"));
        }

        @Override
        public String toString() {
            return "Section[%s, fields %s, values hidden]"
                    .formatted(path, values.keySet().stream().sorted().toList());
        }
    }

    /// The sections in the order of the text; none where the text is no readable YAML, which
    /// [ClusterfileReader] reports.
    public static List<Section> find(String text) {
        return located(text).stream().map(Located::section).toList();
    }

    /// The text with each section's secrets replaced by `credential: NAME`, and, where the section
    /// has a sudo password, `sudoCredential: NAME`; everything else stays byte for byte.
    ///
    /// @param name the credential that a section's secrets were sent as
    public static String replace(String text, Function<Section, String> name) {
        var edits = new ArrayList<Edit>();
        for (Located located : located(text)) {
            edits.addAll(located.edits(text, name.apply(located.section())));
        }
        return Edit.apply(text, edits);
    }

    private static List<Located> located(String text) {
        var found = new ArrayList<Located>();
        for (Node root : YamlText.compose(text, new ProblemList())) {
            Optional<MappingNode> spec =
                    hasHosts(root)
                            ? child(root, "spec").flatMap(SecretFields::mapping)
                            : Optional.empty();
            if (spec.isEmpty()) {
                continue;
            }
            Optional<MappingNode> ssh = child(spec.get(), "ssh").flatMap(SecretFields::mapping);
            String user = ssh.flatMap(s -> text(s, "user")).orElse("root");
            ssh.ifPresent(s -> found.addAll(locate("spec.ssh", s, user)));
            int i = 0;
            for (Node host : items(child(spec.get(), "hosts"))) {
                String path = "spec.hosts[%d].ssh".formatted(i++);
                child(host, "ssh")
                        .flatMap(SecretFields::mapping)
                        .ifPresent(
                                s -> found.addAll(locate(path, s, text(s, "user").orElse(user))));
            }
            found.addAll(registries(child(spec.get(), "registries")));
            child(spec.get(), "registry")
                    .flatMap(own -> login(OWN_REGISTRY, own))
                    .ifPresent(found::add);
        }
        return found;
    }

    private static List<Located> registries(Optional<Node> section) {
        var found = new ArrayList<Located>();
        int i = 0;
        for (Node registry : items(section)) {
            String path = "%s[%d]".formatted(REGISTRIES, i++);
            login(path, registry).ifPresent(found::add);
            int j = 0;
            for (Node mirror : items(child(registry, "mirrors"))) {
                login("%s.mirrors[%d]".formatted(path, j++), mirror).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<Located> login(String path, Node server) {
        return mapping(server).flatMap(map -> one(path, map, "", LOGIN));
    }

    private static boolean hasHosts(Node root) {
        return root instanceof MappingNode map
                && text(map, "kind").filter(ClusterfileReader.WITH_HOSTS::contains).isPresent();
    }

    /// The section and those of its jump hosts.
    private static List<Located> locate(String path, MappingNode ssh, String user) {
        var found = new ArrayList<Located>();
        one(path, ssh, user, FIELDS).ifPresent(found::add);
        int i = 0;
        for (Node hop : items(child(ssh, "jump"))) {
            String hopPath = "%s.jump[%d]".formatted(path, i++);
            mapping(hop)
                    .flatMap(h ->
                            one(
                                    hopPath,
                                    h,
                                    text(h, "host").orElse("").replaceAll("@.*", ""),
                                    FIELDS))
                    .ifPresent(found::add);
        }
        return found;
    }

    private static Optional<Located> one(
            String path, MappingNode section, String user, List<String> fields) {
        var values = new LinkedHashMap<String, String>();
        var tuples = new ArrayList<NodeTuple>();
        for (NodeTuple tuple : section.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && fields.contains(key.getValue())) {
                value(key.getValue(), tuple.getValueNode())
                        .filter(value -> values.putIfAbsent(key.getValue(), value) == null)
                        .ifPresent(_ -> tuples.add(tuple));
            }
        }
        return tuples.isEmpty()
                ? Optional.empty()
                : Optional.of(new Located(new Section(path, user, values), section, tuples));
    }

    private static Optional<String> value(String key, Node value) {
        if (key.equals(CERTIFICATE)) {
            return mapping(value).map(_ -> "");
        }
        return value instanceof ScalarNode scalar
                ? Optional.of(scalar.getValue())
                : Optional.empty();
    }

    static Optional<Node> child(Node node, String key) {
        return node instanceof MappingNode map
                ? map.getValue().stream()
                        .filter(t ->
                                t.getKeyNode() instanceof ScalarNode k && k.getValue().equals(key))
                        .map(NodeTuple::getValueNode)
                        .findFirst()
                : Optional.empty();
    }

    private static Optional<MappingNode> mapping(Node node) {
        return node instanceof MappingNode map ? Optional.of(map) : Optional.empty();
    }

    private static Optional<String> text(MappingNode map, String key) {
        return child(map, key)
                .filter(ScalarNode.class::isInstance)
                .map(n -> ((ScalarNode) n).getValue());
    }

    static List<Node> items(Optional<Node> node) {
        return node.orElse(null) instanceof SequenceNode sequence ? sequence.getValue() : List.of();
    }

    record Edit(int from, int to, String text) {
        static String apply(String text, List<Edit> edits) {
            var result = new StringBuilder(text);
            edits.stream()
                    .sorted(java.util.Comparator.comparingInt(Edit::from).reversed())
                    .forEach(edit -> result.replace(edit.from(), edit.to(), edit.text()));
            return result.toString();
        }
    }

    /// A section with where its secrets stand.
    record Located(Section section, MappingNode node, List<NodeTuple> tuples) {
        /// The first secret's entry becomes the reference, the second the one for sudo, where there
        /// is one; other secrets' entries go, with what separates them.
        List<Edit> edits(String text, String credential) {
            var lines = new ArrayList<String>();
            boolean named =
                    section.values().keySet().stream()
                            .anyMatch(f -> !f.equals("sudoPassword") && !f.equals("pkPasswd"));
            if (named) {
                lines.add("credential: " + credential);
            }
            if (section.sudoPassword().isPresent()) {
                lines.add("sudoCredential: " + credential);
            }
            boolean flow = node.getFlowStyle() == org.snakeyaml.engine.v2.common.FlowStyle.FLOW;
            var edits = new ArrayList<Edit>();
            for (int i = 0; i < tuples.size(); i++) {
                NodeTuple tuple = tuples.get(i);
                int from = start(text, tuple.getKeyNode());
                int to = end(text, tuple.getValueNode());
                boolean last = i == tuples.size() - 1;
                if (lines.isEmpty()) {
                    edits.add(removal(text, flow, from, to));
                } else if (last && lines.size() > 1) {
                    String separator = flow ? ", " : "\n" + indentation(text, from);
                    edits.add(new Edit(from, to, String.join(separator, lines)));
                } else {
                    edits.add(new Edit(from, to, lines.removeFirst()));
                }
            }
            return edits;
        }

        static Edit removal(String text, boolean flow, int from, int to) {
            if (flow) {
                int before = from;
                while (before > 0 && Character.isWhitespace(text.charAt(before - 1))) {
                    before--;
                }
                if (before > 0 && text.charAt(before - 1) == ',') {
                    return new Edit(before - 1, to, "");
                }
                int after = to;
                while (after < text.length()
                        && (Character.isWhitespace(text.charAt(after))
                                || text.charAt(after) == ',')) {
                    after++;
                }
                return new Edit(from, after, "");
            }
            int start = text.lastIndexOf('\n', from - 1) + 1;
            int end = text.indexOf('\n', to);
            return new Edit(start, end < 0 ? text.length() : end + 1, "");
        }

        static String indentation(String text, int from) {
            int start = text.lastIndexOf('\n', from - 1) + 1;
            return " ".repeat(from - start);
        }

        /// Marks count code points; the text counts in UTF-16.
        static int start(String text, Node node) {
            return text.offsetByCodePoints(0, node.getStartMark().orElseThrow().getIndex());
        }

        /// A block scalar ends with the line break before what follows, which stays.
        static int end(String text, Node node) {
            int end = text.offsetByCodePoints(0, node.getEndMark().orElseThrow().getIndex());
            while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) {
                end--;
            }
            return end;
        }
    }
}
