package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads a document into the records of its schema ([Schema]). What is unknown, malformed, secret
/// or not of the release is a problem with its place, and absent from the record.
final class SchemaReader {
    private final Optional<KubernetesVersion> version;
    private final String program;

    /// @param program of whose release the fields are, for messages
    /// @param version the release; nothing is refused for its age where it is unknown
    SchemaReader(String program, Optional<KubernetesVersion> version) {
        this.program = program;
        this.version = version;
    }

    /// @param also fields that the record does not have and may stand there
    <R extends Record> R read(YamlMap map, Class<R> type, String... also) {
        var names = new ArrayList<>(Schema.names(type));
        names.addAll(Arrays.asList(also));
        map.allow(names.toArray(String[]::new));
        return Schema.make(
                type,
                Arrays.stream(type.getRecordComponents()).map(c -> component(map, c)).toArray());
    }

    private Object component(YamlMap map, RecordComponent component) {
        String name = Schema.name(component);
        boolean there = map.value(name).filter(SchemaReader::isSomething).isPresent();
        if (component.isAnnotationPresent(Schema.Needed.class)) {
            needed(map, name, there);
        }
        if (!there || !isServed(map, component, name)) {
            return Schema.nothing(component);
        }
        Class<?> item = Schema.item(component);
        if (component.getType() == Map.class) {
            return item == String.class ? texts(map, name) : anything(map, name);
        }
        if (component.getType() == List.class) {
            return item.isRecord()
                    ? map.maps(name).stream().map(m -> nested(m, item)).toList()
                    : map.texts(name).stream()
                            .flatMap(t -> text(map, t, component).stream())
                            .toList();
        }
        return item.isRecord()
                ? map.map(name).map(m -> nested(m, item))
                : map.text(name).flatMap(t -> scalar(map, t, component, item));
    }

    private static void needed(YamlMap map, String name, boolean there) {
        boolean empty =
                map.value(name).orElse(null) instanceof SequenceNode list
                        && list.getValue().isEmpty();
        if (!there || empty) {
            map.place()
                    .invalid(
                            there ? map.key(name) : map.node(),
                            map.child(name),
                            name + (there ? " is empty" : " is missing"));
        }
    }

    private Record nested(YamlMap map, Class<?> type) {
        return read(map, type.asSubclass(Record.class));
    }

    /// Whether the field may be there at all.
    private boolean isServed(YamlMap map, RecordComponent component, String name) {
        Schema.Secret secret = component.getAnnotation(Schema.Secret.class);
        if (secret != null && isSecret(map, name, secret)) {
            map.place()
                    .secret(
                            map.key(name),
                            map.child(name),
                            "a secret stands here, which no Clusterfile holds: " + secret.value());
            return false;
        }
        if (version.filter(v -> !Schema.isKnown(component, v)).isEmpty()) {
            return true;
        }
        Schema.Gone gone = component.getAnnotation(Schema.Gone.class);
        Schema.Since since = component.getAnnotation(Schema.Since.class);
        boolean early = since != null && !version.get().isAtLeast(1, since.value());
        map.place()
                .invalid(
                        map.key(name),
                        map.child(name),
                        early || gone == null
                                ? "%s needs %s v1.%d or later, not %s"
                                        .formatted(
                                                name,
                                                program,
                                                since == null ? 0 : since.value(),
                                                version.get())
                                : "%s means nothing to %s from v1.%d on: %s"
                                        .formatted(name, program, gone.value(), gone.instead()));
        return false;
    }

    private static boolean isSecret(YamlMap map, String name, Schema.Secret secret) {
        return !(map.value(name).orElse(null) instanceof ScalarNode scalar)
                || scalar.getValue().matches(secret.where());
    }

    private static Optional<?> scalar(
            YamlMap map, YamlMap.Text text, RecordComponent component, Class<?> type) {
        if (type == Boolean.class) {
            return map.parse(
                    text,
                    "true or false",
                    t ->
                            Optional.of(t)
                                    .filter(b -> b.equals("true") || b.equals("false"))
                                    .map(Boolean::valueOf));
        }
        return type == Integer.class ? number(map, text, component) : text(map, text, component);
    }

    private static Optional<Integer> number(
            YamlMap map, YamlMap.Text text, RecordComponent component) {
        Schema.Range range = component.getAnnotation(Schema.Range.class);
        int least = range == null ? 0 : range.least();
        int most = range == null ? Integer.MAX_VALUE : range.most();
        return map.parse(
                text,
                range == null
                        ? "a number, 0 or more"
                        : "a number from %d to %d".formatted(least, most),
                t ->
                        Optional.of(t)
                                .filter(n -> n.matches("-?[0-9]{1,9}"))
                                .map(Integer::valueOf)
                                .filter(n -> n >= least && n <= most));
    }

    private static Optional<String> text(
            YamlMap map, YamlMap.Text text, RecordComponent component) {
        Schema.OneOf words = component.getAnnotation(Schema.OneOf.class);
        if (words != null) {
            List<String> known = Arrays.asList(words.value());
            if (!known.contains(text.value())) {
                map.place()
                        .unknown(
                                text.node(),
                                text.path(),
                                "%s is none of %s"
                                        .formatted(
                                                Quoted.of(text.value()), String.join(", ", known)),
                                text.value(),
                                known);
                return Optional.empty();
            }
        }
        Schema.Is form = component.getAnnotation(Schema.Is.class);
        return form == null
                ? Optional.of(text.value())
                : map.parse(
                        text,
                        form.value().expected(),
                        t -> Optional.of(t).filter(form.value()::matches));
    }

    private static Map<String, String> texts(YamlMap map, String name) {
        var texts = new LinkedHashMap<String, String>();
        map.map(name)
                .ifPresent(m ->
                        m.keys()
                                .forEach(key ->
                                        m.text(key).ifPresent(t -> texts.put(key, t.value()))));
        return Collections.unmodifiableMap(texts);
    }

    private static Map<String, Object> anything(YamlMap map, String name) {
        var copy = new LinkedHashMap<String, Object>();
        Optional<Object> plain =
                map.map(name)
                        .map(m ->
                                new StandardConstructor(YamlText.SETTINGS)
                                        .constructSingleDocument(Optional.of(m.node())));
        if (plain.orElse(null) instanceof Map<?, ?> found) {
            found.forEach((key, value) -> copy.put(String.valueOf(key), value));
        }
        return Collections.unmodifiableMap(copy);
    }

    /// As programs written in Go have it, a field without a value is absent, and `~` is none.
    private static boolean isSomething(Node node) {
        boolean tilde =
                node instanceof ScalarNode scalar
                        && scalar.isPlain()
                        && scalar.getValue().equals("~");
        return !tilde && !node.getTag().equals(Tag.NULL);
    }
}
