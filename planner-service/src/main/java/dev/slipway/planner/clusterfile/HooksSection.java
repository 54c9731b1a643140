package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// `spec.hooks`, and the documents of kind `Plugin`, which are the older project's way to say the
/// same. A hook of type SHELL runs at its moment; the other types only say more of the hosts, and
/// become part of them. What could never run is a problem.
final class HooksSection {
    private static final List<String> TYPES = List.of("SHELL", "HOSTNAME", "LABEL", "TAINT");
    private static final int MOST_HOOKS = 64;
    // Each host has its scripts in its order, all of one action in one, and the plan has them all.
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_BYTES_OF_ACTION = 256 * 1024;
    private static final long MOST_BYTES_OF_PLAN = 32L * 1024 * 1024;
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofHours(12);

    /// Where a hook stands, and what it is called.
    private record Entry(YamlMap map, Optional<String> name, boolean plugin) {}

    /// Hosts that a scope names.
    private record Chosen(List<Role> roles, List<HostAddress> hosts) {
        boolean holds(ClusterHost host) {
            return roles.contains(host.role()) || hosts.contains(host.address());
        }
    }

    private final YamlMap spec;
    private final List<YamlMap> plugins;
    private final boolean k0s;
    private final Map<HostAddress, ClusterHost> hosts = new LinkedHashMap<>();
    private final List<Hook> hooks = new ArrayList<>();
    private final Map<HookAction, Set<String>> names = new EnumMap<>(HookAction.class);

    /// @param plugins documents of kind `Plugin`
    /// @param hosts as `spec.hosts` says
    HooksSection(YamlMap spec, List<YamlMap> plugins, List<ClusterHost> hosts) {
        this.spec = spec;
        this.plugins = plugins;
        this.k0s = K0sSection.isMeant(spec);
        hosts.forEach(h -> this.hosts.put(h.address(), h));
        read();
    }

    /// In the order in which those of one action run: that of the file, then plugins by name.
    List<Hook> hooks() {
        return hooks;
    }

    /// The hosts, with what hooks say of them.
    List<ClusterHost> hosts() {
        return List.copyOf(hosts.values());
    }

    private void read() {
        var entries = new ArrayList<Entry>();
        for (YamlMap map : spec.maps("hooks")) {
            map.allow("name", "type", "action", "scope", "data", "timeout");
            entries.add(new Entry(map, map.need("name").flatMap(t -> name(map, t)), false));
        }
        plugins.stream()
                .flatMap(p -> plugin(p).stream())
                .sorted(Comparator.comparing(e -> e.name().orElse("")))
                .forEach(entries::add);
        if (entries.size() > MOST_HOOKS) {
            spec.place()
                    .invalid(
                            spec.key("hooks"),
                            spec.child("hooks"),
                            "%d hooks are more than %d".formatted(entries.size(), MOST_HOOKS));
        }
        entries.forEach(this::entry);
        bounds();
    }

    private static Optional<Entry> plugin(YamlMap document) {
        document.allow("apiVersion", "kind", "metadata", "spec");
        Optional<String> name =
                document.map("metadata").flatMap(m -> m.need("name").flatMap(t -> name(m, t)));
        Optional<YamlMap> section = document.map("spec");
        for (String field : List.of("metadata", "spec")) {
            if (!document.has(field)) {
                document.place().invalid(document.node(), "", field + " is missing");
            }
        }
        return section.map(s -> new Entry(s.allow("type", "action", "scope", "data"), name, true));
    }

    private static Optional<String> name(YamlMap map, YamlMap.Text text) {
        return map.parse(
                text,
                "a hook's name: at most 40 lower-case letters, digits and inner hyphens",
                t -> Optional.of(t).filter(n -> KubernetesNames.isLabel(n) && n.length() <= 40));
    }

    private void entry(Entry entry) {
        String type =
                entry.map()
                        .text("type")
                        .map(t -> t.value().toUpperCase(Locale.ROOT))
                        .orElse("SHELL");
        if (!TYPES.contains(type)) {
            entry.map()
                    .text("type")
                    .ifPresent(t ->
                            place(entry)
                                    .unknown(
                                            t.node(),
                                            t.path(),
                                            "unknown type of hook %s%s"
                                                    .formatted(
                                                            Quoted.of(t.value()),
                                                            type.equals("CLUSTERCHECK")
                                                                    ? ": checks are made by `slipway check`, and by every apply"
                                                                    : ""),
                                            type,
                                            TYPES));
            return;
        }
        Optional<YamlMap.Text> data = data(entry);
        if (type.equals("SHELL")) {
            shell(entry, data);
            return;
        }
        for (String field : List.of("action", "timeout")) {
            if (entry.map().has(field)) {
                place(entry)
                        .invalid(
                                entry.map().key(field),
                                entry.map().child(field),
                                "a hook of type %s only says more of hosts and is part of every apply: take %s out"
                                        .formatted(type, field));
            }
        }
        data.ifPresent(d -> describe(entry, type, d));
    }

    private static Optional<YamlMap.Text> data(Entry entry) {
        Optional<YamlMap.Text> data = entry.map().need("data");
        data.filter(d -> d.value().isBlank() || d.value().indexOf('\0') >= 0)
                .ifPresent(d ->
                        place(entry)
                                .invalid(
                                        d.node(),
                                        d.path(),
                                        d.value().isBlank()
                                                ? "there is nothing to do"
                                                : "a NUL stands in it, which no shell can be given"));
        return data.filter(d -> !d.value().isBlank());
    }

    private void shell(Entry entry, Optional<YamlMap.Text> data) {
        YamlMap map = entry.map();
        List<HookAction> actions = actions(entry);
        Optional<Chosen> chosen = chosen(entry);
        Duration timeout =
                map.parsed(
                                "timeout",
                                Durations.EXPECTED + ", at most 12h",
                                t -> Durations.parse(t).filter(d -> d.compareTo(LONGEST) <= 0))
                        .orElse(TIMEOUT);
        data.filter(d -> bytes(d.value()) > MOST_BYTES)
                .ifPresent(d ->
                        place(entry)
                                .invalid(
                                        d.node(),
                                        d.path(),
                                        "the script has %d bytes, at most %d are served: have it fetch the rest, or put it there with spec.files"
                                                .formatted(bytes(d.value()), MOST_BYTES)));
        for (HookAction action : actions) {
            if (entry.plugin() && action.isForEachHost() && chosen.isEmpty()) {
                place(entry)
                        .invalid(
                                map.node(),
                                map.child("scope"),
                                "scope is missing, and without one a plugin runs nowhere: say \"master|node\" for all hosts");
                return;
            }
            if (action.isOfControlPlanesOnly()
                    && chosen.filter(c ->
                                    hosts.values().stream()
                                            .noneMatch(h -> h.isControlPlane() && c.holds(h)))
                            .isPresent()) {
                place(entry)
                        .invalid(
                                map.key("scope"),
                                map.child("scope"),
                                "a hook of %s runs on control planes only, and none is in its scope"
                                        .formatted(action.word()));
                return;
            }
            if (data.isPresent() && entry.name().isPresent()) {
                add(entry, action, chosen, data.get().value(), timeout);
            }
        }
    }

    /// As the older project has it, a plugin's scope counts for what is about each host only.
    private void add(
            Entry entry,
            HookAction action,
            Optional<Chosen> chosen,
            String script,
            Duration timeout) {
        String name = entry.name().orElseThrow();
        if (!names.computeIfAbsent(action, _ -> new HashSet<>()).add(name)) {
            place(entry)
                    .invalid(
                            entry.map().node(),
                            entry.map().child("name"),
                            "two hooks of %s are named %s"
                                    .formatted(action.word(), Quoted.of(name)));
        }
        boolean lead = !action.isForEachHost() && (entry.plugin() || chosen.isEmpty());
        Chosen where =
                lead
                        ? new Chosen(List.of(), List.of())
                        : chosen.orElse(new Chosen(List.of(Role.values()), List.of()));
        hooks.add(new Hook(name, action, where.roles(), where.hosts(), script, timeout));
    }

    private List<HookAction> actions(Entry entry) {
        YamlMap map = entry.map();
        var actions = new ArrayList<HookAction>();
        if (!map.has("action")) {
            place(entry).invalid(map.node(), map.child("action"), "action is missing");
        }
        for (YamlMap.Text word : words(map, "action")) {
            String text = word.value();
            Optional<HookAction> action = HookAction.of(text);
            Optional<HookAction> meant = Optional.ofNullable(HookAction.NEVER_RUN.get(text));
            if (action.filter(a -> a.isOfK0sOnly() && !k0s).isPresent()) {
                place(entry)
                        .notServed(
                                word.node(),
                                word.path(),
                                "a hook of %s would never run: upgrades and backups of kubeadm clusters are not served yet"
                                        .formatted(text));
            } else if (action.isPresent()) {
                actions.add(action.get());
            } else if (HookAction.NOT_SERVED.contains(text)) {
                place(entry)
                        .notServed(
                                word.node(),
                                word.path(),
                                text.startsWith("upgrade")
                                        ? "a hook of %s would never run: hosts are upgraded by Slipway itself, say pre-upgrade-host or post-upgrade-host for what goes around that"
                                                .formatted(text)
                                        : "a hook of %s would never run: there is no such operation yet"
                                                .formatted(text));
            } else if (meant.isPresent()) {
                place(entry)
                        .invalid(
                                word.node(),
                                word.path(),
                                "%s is an old name that was taken and never run: say %s"
                                        .formatted(text, meant.get().word()));
            } else {
                place(entry)
                        .unknown(
                                word.node(),
                                word.path(),
                                "unknown action " + Quoted.of(text),
                                text,
                                HookAction.words());
            }
        }
        return actions;
    }

    private Optional<Chosen> chosen(Entry entry) {
        YamlMap map = entry.map();
        if (!map.has("scope")) {
            return Optional.empty();
        }
        var roles = new ArrayList<Role>();
        var chosen = new ArrayList<HostAddress>();
        List<YamlMap.Text> words = words(map, "scope");
        for (YamlMap.Text word : words) {
            String text = word.value();
            List<HostAddress> named = named(text);
            if (text.equals("all")) {
                roles.addAll(List.of(Role.values()));
            } else if (Role.of(text).isPresent()) {
                roles.add(Role.of(text).get());
            } else if (named.isEmpty()) {
                var known = new ArrayList<>(List.of("all", "control-plane", "worker"));
                hosts.values().forEach(h -> h.name().ifPresent(known::add));
                place(entry)
                        .unknown(
                                word.node(),
                                word.path(),
                                "%s is no scope: expected all, control-plane, worker, or the name or address of a host"
                                        .formatted(Quoted.of(text)),
                                text,
                                known);
            }
            chosen.addAll(named);
        }
        if (words.isEmpty()) {
            place(entry).invalid(map.key("scope"), map.child("scope"), "there is no scope in it");
        }
        return Optional.of(
                new Chosen(
                        roles.stream().distinct().toList(), chosen.stream().distinct().toList()));
    }

    private List<HostAddress> named(String text) {
        return hosts.values().stream()
                .filter(h ->
                        h.name().filter(text::equals).isPresent()
                                || h.address().address().equals(text)
                                || h.address().toString().equals(text))
                .map(ClusterHost::address)
                .toList();
    }

    /// One word, several with `|`, or a list of either.
    private static List<YamlMap.Text> words(YamlMap map, String field) {
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

    /// Lines `ADDRESSES VALUE[,VALUE]`, or values alone where a scope says of which hosts.
    private void describe(Entry entry, String type, YamlMap.Text data) {
        Optional<Chosen> chosen = chosen(entry);
        for (String line : data.value().lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("\\s+", 2);
            List<HostAddress> addressed =
                    chosen.map(this::members)
                            .orElseGet(() ->
                                    Stream.of(words[0].split(","))
                                            .flatMap(a -> addressed(a).stream())
                                            .toList());
            String values = chosen.isPresent() ? line : words.length == 2 ? words[1] : "";
            if (addressed.isEmpty() || values.isEmpty()) {
                place(entry)
                        .invalid(
                                data.node(),
                                data.path(),
                                "line %s: expected hosts of the file and what they get, as in \"10.0.0.1-10.0.0.9 %s\""
                                        .formatted(Quoted.of(line), example(type)));
                continue;
            }
            for (String value : values.split(",")) {
                addressed.forEach(address -> describe(entry, type, data, address, value.strip()));
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

    private List<HostAddress> members(Chosen chosen) {
        return hosts.values().stream().filter(chosen::holds).map(ClusterHost::address).toList();
    }

    private List<HostAddress> addressed(String text) {
        return Stream.concat(
                        named(text).stream(),
                        AddressRanges.expand(text).stream()
                                .flatMap(List::stream)
                                .flatMap(a -> named(a).stream()))
                .distinct()
                .toList();
    }

    private void describe(
            Entry entry, String type, YamlMap.Text data, HostAddress address, String value) {
        ClusterHost host = java.util.Objects.requireNonNull(hosts.get(address));
        Optional<ClusterHost> more =
                switch (type) {
                    case "HOSTNAME" -> named(host, value);
                    case "LABEL" -> labelled(host, value);
                    default -> tainted(host, value);
                };
        more.ifPresentOrElse(
                h -> hosts.put(address, h),
                () ->
                        place(entry)
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
                : Optional.of(
                        new ClusterHost(
                                host.address(),
                                Optional.of(name),
                                host.role(),
                                host.ssh(),
                                host.env(),
                                host.labels(),
                                host.taints(),
                                host.k0s()));
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
        return Optional.of(
                new ClusterHost(
                        host.address(),
                        host.name(),
                        host.role(),
                        host.ssh(),
                        host.env(),
                        labels,
                        host.taints(),
                        host.k0s()));
    }

    private static Optional<ClusterHost> tainted(ClusterHost host, String text) {
        return Taint.parse(text)
                .map(taint -> {
                    var taints = new ArrayList<>(host.taints());
                    if (!taints.contains(taint)) {
                        taints.add(taint);
                    }
                    return new ClusterHost(
                            host.address(),
                            host.name(),
                            host.role(),
                            host.ssh(),
                            host.env(),
                            host.labels(),
                            taints,
                            host.k0s());
                });
    }

    private void bounds() {
        long plan = 0;
        var actions = new EnumMap<HookAction, Integer>(HookAction.class);
        for (Hook hook : hooks) {
            long on =
                    hook.roles().isEmpty() && hook.hosts().isEmpty()
                            ? 1
                            : hosts.values().stream()
                                    .filter(new Chosen(hook.roles(), hook.hosts())::holds)
                                    .count();
            plan += on * bytes(hook.script());
            actions.merge(hook.action(), bytes(hook.script()), Integer::sum);
        }
        for (var action : actions.entrySet()) {
            if (action.getValue() > MOST_BYTES_OF_ACTION) {
                tooLong(
                        "the scripts of %s have %d bytes together, at most %d are served"
                                .formatted(
                                        action.getKey().word(),
                                        action.getValue(),
                                        MOST_BYTES_OF_ACTION));
            }
        }
        if (plan > MOST_BYTES_OF_PLAN) {
            tooLong(
                    "the scripts have %d bytes, once for each host that they run on; at most %d are served: have them fetch the rest, or put it there with spec.files"
                            .formatted(plan, MOST_BYTES_OF_PLAN));
        }
    }

    private void tooLong(String message) {
        spec.place().invalid(spec.key("hooks"), spec.child("hooks"), message);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static ProblemList.Place place(Entry entry) {
        return entry.map().place();
    }
}
