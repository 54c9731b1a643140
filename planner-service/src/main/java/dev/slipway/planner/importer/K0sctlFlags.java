package dev.slipway.planner.importer;

import dev.slipway.planner.clusterfile.K0sFlags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// `installFlags` of a host of k0sctl. What has a field of its own here goes there; where k0sctl's
/// own field says it too, that one counts, as it does there.
final class K0sctlFlags {
    private static final String OF_KUBELET = "--kubelet-extra-args";
    private static final String SECRET =
            "a password or token stands in it, which no Clusterfile holds";

    private final ForeignDocument file;
    private final String path;
    private final String target;
    private final Map<String, Object> entry;
    private final Map<String, Object> own;
    private final List<String> taints = new ArrayList<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final List<String> kept = new ArrayList<>();
    private boolean dynamicConfig;

    /// @param path of the host
    /// @param target of its entry
    /// @param entry gets names, labels, taints and variables
    /// @param own gets the rest: what k0s alone is told
    K0sctlFlags(
            ForeignDocument file,
            String path,
            String target,
            Map<String, Object> entry,
            Map<String, Object> own) {
        this.file = file;
        this.path = path;
        this.target = target;
        this.entry = entry;
        this.own = own;
    }

    /// Once they were read.
    boolean dynamicConfig() {
        return dynamicConfig;
    }

    /// @param node whether pods run on the host
    void read(boolean node) {
        file.texts(path + ".installFlags").forEach((at, text) -> flag(at, text.strip(), node));
        if (!labels.isEmpty()) {
            entry.put("labels", labels);
        }
        if (!taints.isEmpty()) {
            entry.put("taints", taints.stream().distinct().toList());
        }
        if (!kept.isEmpty()) {
            own.put("installFlags", kept);
        }
    }

    private void flag(String at, String text, boolean node) {
        String name = text.replaceAll("(?s)[= ].*", "");
        String value = unquoted(text.substring(Math.min(name.length() + 1, text.length())));
        if (K0sFlags.isSecret(text)) {
            file.lost(at, SECRET);
            return;
        }
        switch (name) {
            case "--labels", "--taints", "--kubelet-root-dir", "--profile", OF_KUBELET -> {
                if (node) {
                    ofNode(at, name, value);
                } else {
                    file.implied(at, "a controller that does not work is no node");
                }
            }
            case "--enable-worker", "--single" -> file.mapped(at, target + ".roles");
            case "--no-taints" -> own(at, "noTaints", true);
            case "--data-dir" -> own(at, "dataDir", value);
            case "--enable-dynamic-config" -> {
                dynamicConfig = true;
                file.mapped(at, "spec.runtime.dynamicConfig");
            }
            case "--env", "-e" -> environment(at, value);
            default -> other(at, value.isEmpty() ? name : name + "=" + value);
        }
    }

    private void ofNode(String at, String name, String value) {
        switch (name) {
            case "--labels" -> {
                labels(value);
                file.mapped(at, target + ".labels");
            }
            case "--taints" -> {
                taints.addAll(List.of(value.split(",")));
                file.mapped(at, target + ".taints");
            }
            case "--kubelet-root-dir" -> own(at, "kubeletRootDir", value);
            case "--profile" -> own(at, "profile", value);
            default -> kubelet(at, value);
        }
    }

    private void own(String at, String field, Object value) {
        own.putIfAbsent(field, value);
        file.mapped(at, "%s.k0s.%s".formatted(target, field));
    }

    private void other(String at, String flag) {
        Optional<String> instead = K0sFlags.instead(flag);
        if (instead.isPresent()) {
            file.lost(at, "Slipway has a place for " + instead.get());
        } else {
            kept.add(flag);
            file.mapped(at, target + ".k0s.installFlags");
        }
    }

    /// Those that have a field go there, the others stay together.
    private void kubelet(String at, String value) {
        var rest = new ArrayList<String>();
        for (String word : value.strip().split("\\s+")) {
            String said = unquoted(word.substring(Math.min(word.indexOf('=') + 1, word.length())));
            switch (word.replaceAll("=.*", "")) {
                case "--hostname-override" ->
                        entry.putIfAbsent("names", List.of(said.toLowerCase(Locale.ROOT)));
                case "--node-ip" -> own.putIfAbsent("privateAddress", said);
                case "--root-dir" -> own.putIfAbsent("kubeletRootDir", said);
                case "--node-labels" -> labels(said);
                case "--register-with-taints" -> taints.addAll(List.of(said.split(",")));
                default -> rest.add(word);
            }
        }
        String words = rest.stream().filter(w -> !w.isEmpty()).collect(Collectors.joining(" "));
        if (!words.isEmpty()) {
            kept.add(OF_KUBELET + "=" + words);
        }
        file.mapped(
                at,
                words.isEmpty() ? target : target + ".k0s.installFlags",
                rest.size() == value.strip().split("\\s+").length
                        ? ""
                        : "what has a field of the host stands there");
    }

    private void environment(String at, String value) {
        var env = new ArrayList<String>();
        if (entry.get("env") instanceof List<?> said) {
            said.forEach(e -> env.add(String.valueOf(e)));
        }
        env.add(value);
        entry.put("env", env);
        file.mapped(at, target + ".env");
    }

    private void labels(String text) {
        for (String label : text.split(",")) {
            String[] parts = label.split("=", 2);
            labels.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
    }

    private static String unquoted(String text) {
        return text.strip().replaceAll("^[\"']|[\"']$", "");
    }
}
