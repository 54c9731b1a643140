package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// `spec.hooks`, and the documents of kind `Plugin`, which are the older project's way to say the
/// same. A hook of type SHELL runs at its moment; the other types only say more of the hosts, and
/// become part of them. What could never run is a problem.
final class HooksSection {
    private static final String SHELL = "SHELL";
    private static final int MOST_HOOKS = 64;
    // Each host has its scripts in its order, all of one action in one, and the plan has them all.
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_BYTES_OF_ACTION = 256 * 1024;
    private static final long MOST_BYTES_OF_PLAN = 32L * 1024 * 1024;
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofHours(12);

    /// Where a hook stands, and what it is called.
    private record Entry(YamlMap map, Optional<String> name, boolean plugin) {}

    private final YamlMap spec;
    private final List<YamlMap> plugins;
    private final boolean k0s;
    private final HostHooks described;
    private final List<Hook> hooks = new ArrayList<>();
    private final Map<HookAction, Set<String>> names = new EnumMap<>(HookAction.class);

    /// @param plugins documents of kind `Plugin`
    /// @param hosts as `spec.hosts` says
    HooksSection(YamlMap spec, List<YamlMap> plugins, List<ClusterHost> hosts) {
        this.spec = spec;
        this.plugins = plugins;
        this.k0s = K0sSection.isMeant(spec);
        this.described = new HostHooks(hosts);
        read();
    }

    /// In the order in which those of one action run: that of the file, then plugins by name.
    List<Hook> hooks() {
        return hooks;
    }

    /// The hosts, with what hooks say of them.
    List<ClusterHost> hosts() {
        return described.hosts();
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
                entry.map().text("type").map(t -> t.value().toUpperCase(Locale.ROOT)).orElse(SHELL);
        if (!type.equals(SHELL) && !HostHooks.TYPES.contains(type)) {
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
                                            Stream.concat(
                                                            Stream.of(SHELL),
                                                            HostHooks.TYPES.stream())
                                                    .toList()));
            return;
        }
        Optional<YamlMap.Text> data = data(entry);
        if (type.equals(SHELL)) {
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
        data.ifPresent(d -> described.describe(entry.map(), type, d));
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
        Optional<HookScope> scope = HookScope.of(map, hosts());
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
            if (entry.plugin() && action.isForEachHost() && scope.isEmpty()) {
                place(entry)
                        .invalid(
                                map.node(),
                                map.child("scope"),
                                "scope is missing, and without one a plugin runs nowhere: say \"master|node\" for all hosts");
                return;
            }
            if (action.isOfControlPlanesOnly()
                    && scope.filter(c ->
                                    hosts().stream()
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
                add(entry, action, scope, data.get().value(), timeout);
            }
        }
    }

    /// As the older project has it, a plugin's scope counts for what is about each host only.
    private void add(
            Entry entry,
            HookAction action,
            Optional<HookScope> scope,
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
        boolean lead = !action.isForEachHost() && (entry.plugin() || scope.isEmpty());
        HookScope where = lead ? HookScope.LEAD : scope.orElse(HookScope.EVERYWHERE);
        hooks.add(new Hook(name, action, where.roles(), where.hosts(), script, timeout));
    }

    private List<HookAction> actions(Entry entry) {
        YamlMap map = entry.map();
        var actions = new ArrayList<HookAction>();
        if (!map.has("action")) {
            place(entry).invalid(map.node(), map.child("action"), "action is missing");
        }
        for (YamlMap.Text word : HookScope.words(map, "action")) {
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

    private void bounds() {
        long plan = 0;
        var actions = new EnumMap<HookAction, Integer>(HookAction.class);
        for (Hook hook : hooks) {
            long on =
                    hook.roles().isEmpty() && hook.hosts().isEmpty()
                            ? 1
                            : hosts().stream()
                                    .filter(new HookScope(hook.roles(), hook.hosts())::holds)
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
