package dev.slipway.planner.importer;

import dev.slipway.planner.importer.K0sctlHosts.Host;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `spec.hosts[].hooks` of k0sctl: lists of commands for one host at some moment. Those of the same
/// moment and commands become one hook.
final class K0sctlHooks {
    /// The moments that a Clusterfile's hooks have too.
    private static final Map<String, String> ACTIONS =
            Map.of(
                    "install.before", "pre-init-host",
                    "install.after", "post-init-host",
                    "upgrade.before", "pre-upgrade-host",
                    "upgrade.after", "post-upgrade-host",
                    "backup.before", "pre-backup",
                    "backup.after", "post-backup",
                    "reset.before", "pre-clean-host",
                    "reset.after", "post-clean-host");

    private static final String EVERY =
            "it runs at every apply: hooks here run at certain moments once, say spec.hooks with pre-init-host or post-init-host if that will do";

    private record Wanted(String action, String script) {}

    private final ForeignDocument file;
    private final List<Host> hosts;

    K0sctlHooks(ForeignDocument file, List<Host> hosts) {
        this.file = file;
        this.hosts = hosts;
    }

    List<Map<String, Object>> read() {
        var wanted = new LinkedHashMap<Wanted, List<Host>>();
        var places = new LinkedHashMap<String, Wanted>();
        for (Host host : hosts) {
            String at = host.path() + ".hooks";
            for (String action : file.keys(at)) {
                for (String stage : file.keys(at + "." + action)) {
                    String path = "%s.%s.%s".formatted(at, action, stage);
                    hook(path, action + "." + stage)
                            .filter(w -> isSeen(path, w, host))
                            .ifPresent(w -> {
                                wanted.computeIfAbsent(w, _ -> new ArrayList<>()).add(host);
                                places.put(path, w);
                            });
                }
            }
        }
        var order = new ArrayList<>(wanted.keySet());
        places.forEach((path, w) ->
                file.mapped(
                        path,
                        "spec.hooks[%d]".formatted(order.indexOf(w)),
                        switch (w.action()) {
                            case "pre-upgrade-host", "post-upgrade-host" ->
                                    "it runs as root, and also where a node gets other settings";
                            case "pre-backup", "post-backup" ->
                                    "it runs as root, on the controller that makes the backup";
                            default ->
                                    "it runs as root, and once: when the host becomes a node or is reset";
                        }));
        var hooks = new ArrayList<Map<String, Object>>();
        wanted.forEach((w, on) -> hooks.add(entry(w, on, hooks.size())));
        return hooks;
    }

    /// Backups are made on controllers.
    private boolean isSeen(String path, Wanted wanted, Host host) {
        boolean seen = !wanted.action().endsWith("-backup") || host.controller();
        if (!seen) {
            file.lost(path, "k0sctl runs it on the leading controller only, and this is none");
        }
        return seen;
    }

    /// Empty if there is no such moment; then it is accounted for.
    private Optional<Wanted> hook(String path, String moment) {
        Optional<String> action = Optional.ofNullable(ACTIONS.get(moment));
        if (action.isEmpty()) {
            file.lost(
                    path,
                    switch (moment) {
                        case "apply.before", "apply.after", "connect.after", "connect.before" ->
                                EVERY;
                        default -> "no moment that is known here";
                    });
            return Optional.empty();
        }
        var script = new StringBuilder("set -e\n");
        file.texts(path).values().forEach(command -> script.append(command.strip()).append('\n'));
        return file.texts(path).isEmpty()
                ? Optional.empty()
                : Optional.of(new Wanted(action.get(), script.toString()));
    }

    private Map<String, Object> entry(Wanted wanted, List<Host> on, int index) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("name", "k0sctl-%d".formatted(index + 1));
        entry.put("action", wanted.action());
        entry.put(
                "scope",
                on.size() == hosts.size()
                        ? List.of("all")
                        : on.stream().map(Host::address).distinct().toList());
        entry.put("data", wanted.script());
        return entry;
    }
}
