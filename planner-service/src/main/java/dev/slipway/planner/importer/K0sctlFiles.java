package dev.slipway.planner.importer;

import dev.slipway.planner.importer.K0sctlHosts.Host;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `spec.hosts[].files` of k0sctl. A Clusterfile's files go to all hosts of a role, so the same
/// file of all of them becomes one; one that only some have is lost. A file for k0s's folder of
/// images is a bundle, which all nodes get.
final class K0sctlFiles {
    /// What a file is, wherever it goes.
    ///
    /// @param source `text` or `file`
    private record Wanted(String path, String source, String value, String mode) {}

    private final ForeignDocument file;
    private final List<Host> hosts;
    private final Map<Wanted, Set<Host>> wanted = new LinkedHashMap<>();
    private final Map<Wanted, List<String>> places = new LinkedHashMap<>();
    private final Map<String, List<String>> bundles = new LinkedHashMap<>();

    K0sctlFiles(ForeignDocument file, List<Host> hosts) {
        this.file = file;
        this.hosts = hosts;
    }

    /// What becomes `spec.images`, once the files were read.
    List<Map<String, Object>> images() {
        var images = new ArrayList<Map<String, Object>>();
        var names = new HashSet<String>();
        bundles.forEach((source, at) -> {
            String name =
                    ClusterNames.label(
                            source.replaceAll(".*/", "")
                                    .replaceAll("\\.(tar|tgz|tar\\.[a-z0-9]+)$", ""),
                            36,
                            "bundle");
            String unique = name;
            for (int i = 2; !names.add(unique); i++) {
                unique = name + "-" + i;
            }
            String target = "spec.images[%d]".formatted(images.size());
            for (String path : at) {
                file.implied(path, "all nodes get it into k0s's folder of images");
                file.mapped(path + ".src", target + ".file");
            }
            var image = new LinkedHashMap<String, Object>();
            image.put("name", unique);
            image.put("file", source);
            images.add(image);
        });
        return images;
    }

    List<Map<String, Object>> read() {
        for (Host host : hosts) {
            for (String at : file.items(host.path() + ".files")) {
                wanted(at).ifPresent(w -> take(host, at, w));
            }
        }
        var files = new ArrayList<Map<String, Object>>();
        wanted.forEach((what, on) -> {
            Optional<List<String>> roles = roles(on);
            for (String at : places.getOrDefault(what, List.of())) {
                account(at, files.size(), roles.isPresent());
            }
            roles.ifPresent(r -> files.add(entry(what, r)));
        });
        return files;
    }

    private void take(Host host, String at, Wanted what) {
        boolean bundle =
                what.source().equals("file") && what.path().startsWith(host.dataDir() + "/images/");
        if (bundle) {
            bundles.computeIfAbsent(what.value(), _ -> new ArrayList<>()).add(at);
        } else {
            wanted.computeIfAbsent(what, _ -> new LinkedHashSet<>()).add(host);
            places.computeIfAbsent(what, _ -> new ArrayList<>()).add(at);
        }
    }

    private static Map<String, Object> entry(Wanted what, List<String> roles) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("path", what.path());
        entry.put(what.source(), what.value());
        entry.put("mode", what.mode());
        if (!roles.isEmpty()) {
            entry.put("roles", roles);
        }
        return entry;
    }

    private void account(String at, int index, boolean served) {
        String target = "spec.files[%d]".formatted(index);
        if (!served) {
            file.lost(
                    at,
                    "some hosts of a role have this file and others do not: spec.files gives a file to all of a role, spec.hooks runs a script on single hosts");
            return;
        }
        file.implied(at + ".name", "");
        file.mapped(at + ".src", target + ".file");
        file.mapped(at + ".data", target + ".text");
        file.mapped(at + ".dst", target + ".path");
        file.mapped(at + ".dstDir", target + ".path");
        file.mapped(at + ".perm", target + ".mode");
        file.implied(at + ".dirPerm", "folders are made with 0755");
        if (file.text(at + ".dirPerm").filter(p -> !p.matches("0?755")).isPresent()) {
            file.lost(at + ".dirPerm", "folders are made with 0755");
        }
        for (String owner : List.of("user", "group")) {
            if (file.text(at + "." + owner).filter(o -> !o.equals("root")).isPresent()) {
                file.lost(at + "." + owner, "files are root's: a hook can give them away");
            } else {
                file.implied(at + "." + owner, "");
            }
        }
    }

    /// Empty if the entry cannot become a file; then it is accounted for.
    private Optional<Wanted> wanted(String at) {
        Optional<String> data = file.text(at + ".data").filter(d -> !d.isBlank());
        Optional<String> source = file.text(at + ".src");
        Optional<String> path = path(at, source);
        Optional<String> lost =
                lost(data.or(() -> source).isEmpty(), source.orElse(""), path.isEmpty());
        if (lost.isPresent()) {
            file.lost(at, lost.get());
            return Optional.empty();
        }
        return Optional.of(
                new Wanted(
                        path.orElseThrow(),
                        data.isPresent() ? "text" : "file",
                        data.or(() -> source).orElseThrow(),
                        mode(at)));
    }

    private static Optional<String> lost(boolean nothing, String source, boolean nowhere) {
        if (nothing) {
            return Optional.of("neither src nor data is said");
        }
        if (source.contains("://")) {
            return Optional.of(
                    "hosts fetch artifacts from URLs, not files: download it and name it as spec.files[].file");
        }
        if (source.matches(".*[*%?\\[\\]{}].*|.*/")) {
            return Optional.of(
                    "patterns and folders are not read: name the files one by one in spec.files");
        }
        return nowhere
                ? Optional.of("it goes to the user's home: say an absolute path in spec.files")
                : Optional.empty();
    }

    private Optional<String> path(String at, Optional<String> source) {
        Optional<String> name =
                file.text(at + ".dst")
                        .or(() -> source.map(s -> s.replaceAll(".*/", "")))
                        .or(() -> file.text(at + ".name"));
        Optional<String> folder = file.text(at + ".dstDir");
        return name.map(n ->
                        n.startsWith("/") || folder.isEmpty()
                                ? n
                                : folder.get().replaceAll("/+$", "") + "/" + n)
                .filter(p -> p.startsWith("/"));
    }

    private String mode(String at) {
        return file.text(at + ".perm")
                .map(p -> p.replace("0o", ""))
                .filter(p -> p.matches("0?[0-7]{3}"))
                .map(p -> p.length() == 3 ? "0" + p : p)
                .orElse("0644");
    }

    /// Empty if the hosts are not all of one role or of both; an empty list means both.
    private Optional<List<String>> roles(Set<Host> on) {
        if (on.size() == hosts.size()) {
            return Optional.of(List.of());
        }
        for (boolean controller : List.of(true, false)) {
            List<Host> all = hosts.stream().filter(h -> h.controller() == controller).toList();
            if (!all.isEmpty() && on.size() == all.size() && on.containsAll(all)) {
                return Optional.of(List.of(controller ? "control-plane" : "worker"));
            }
        }
        return Optional.empty();
    }
}
