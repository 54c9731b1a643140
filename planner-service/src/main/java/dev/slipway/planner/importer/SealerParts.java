package dev.slipway.planner.importer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Documents of kind `Config` and `Plugin` of sealer, as manifests, files and hooks.
final class SealerParts {
    /// Moments that are about each host; a plugin's scope counts for these only.
    private static final Set<String> EACH_HOST =
            Set.of("pre-init-host", "post-init-host", "pre-clean-host", "post-clean-host");

    private static final Set<String> ONCE =
            Set.of(
                    "pre-install",
                    "post-install",
                    "pre-scaleup",
                    "post-scaleup",
                    "pre-uninstall",
                    "post-uninstall");

    private final List<Map<String, Object>> manifests = new ArrayList<>();
    private final List<Map<String, Object>> files = new ArrayList<>();
    private final List<Map<String, Object>> hooks = new ArrayList<>();

    SealerParts(List<ForeignDocument> documents) {
        documents.stream().filter(d -> d.kind().equals("Config")).forEach(this::config);
        // sealer runs plugins by name.
        documents.stream()
                .filter(d -> d.kind().equals("Plugin"))
                .sorted(Comparator.comparing(d -> d.text("metadata.name").orElse("")))
                .forEach(this::plugin);
    }

    List<Map<String, Object>> manifests() {
        return manifests;
    }

    List<Map<String, Object>> files() {
        return files;
    }

    List<Map<String, Object>> hooks() {
        return hooks;
    }

    private void config(ForeignDocument document) {
        String path = document.text("spec.path").orElse("");
        Optional<String> data = document.text("spec.data");
        boolean merges =
                document.text("spec.strategy").filter(s -> !s.equals("overwrite")).isPresent();
        if (data.isEmpty()
                || merges
                || document.has("spec.process")
                || document.has("spec.appName")) {
            document.lost(
                    "",
                    merges
                            ? "nothing is merged into files of a cluster image: say the whole file in spec.files, or the object in spec.manifests"
                            : "it changes a cluster image, which there is none of: say spec.files or spec.manifests");
            return;
        }
        document.implied("apiVersion", "");
        document.implied("kind", "");
        document.implied("spec.strategy", "");
        if (path.matches("manifests/[^/]+\\.ya?ml")) {
            String name =
                    ClusterNames.label(
                            path.substring("manifests/".length(), path.lastIndexOf('.')),
                            40,
                            "manifest");
            manifest(document, name, data.get());
        } else if (path.startsWith("/")) {
            String target = "spec.files[%d]".formatted(files.size());
            document.implied("metadata.name", "");
            document.mapped("spec.path", target + ".path");
            document.mapped("spec.data", target + ".text");
            var file = new LinkedHashMap<String, Object>();
            file.put("path", path);
            file.put("text", data.get());
            files.add(file);
        } else {
            document.lost(
                    "",
                    "it is a file of a cluster image, which there is none of: say where hosts shall have it in spec.files, or the object in spec.manifests");
        }
    }

    private void manifest(ForeignDocument document, String name, String data) {
        String target = "spec.manifests[%d]".formatted(manifests.size());
        document.implied("metadata.name", "");
        document.mapped("spec.path", target + ".name");
        document.mapped("spec.data", target + ".text");
        var manifest = new LinkedHashMap<String, Object>();
        manifest.put("name", name);
        manifest.put("text", data);
        manifests.add(manifest);
    }

    private void plugin(ForeignDocument document) {
        String type = document.text("spec.type").orElse("SHELL").toUpperCase(Locale.ROOT);
        document.implied("apiVersion", "");
        document.implied("kind", "");
        if (!Set.of("SHELL", "HOSTNAME", "LABEL", "TAINT").contains(type)) {
            document.lost(
                    "", "there are no hooks of this type: say a hook of type SHELL in spec.hooks");
        } else if (type.equals("SHELL")) {
            shell(document);
        } else {
            String target = "spec.hooks[%d]".formatted(hooks.size());
            document.mapped("spec", target);
            document.mapped("metadata.name", target + ".name");
            document.implied("spec.action", "it is part of every apply");
            hooks.add(hook(document, Map.of("type", type), document.has("spec.scope")));
        }
    }

    private void shell(ForeignDocument document) {
        List<String> words =
                List.of(document.text("spec.action").orElse("").split("\\|")).stream()
                        .map(String::strip)
                        .toList();
        List<String> each = words.stream().filter(EACH_HOST::contains).toList();
        List<String> once = words.stream().filter(ONCE::contains).toList();
        boolean scoped = document.text("spec.scope").filter(s -> !s.isBlank()).isPresent();
        boolean lost = each.size() + once.size() < words.size();
        String why =
                each.isEmpty() || scoped
                        ? "not all of it is a moment at which hooks run: see the actions of spec.hooks"
                        : "without a scope sealer runs it on no host: say scope all in spec.hooks if it shall run";
        if (once.isEmpty() && (each.isEmpty() || !scoped)) {
            document.lost("metadata.name", why);
            document.lost("spec", why);
            return;
        }
        String target = "spec.hooks[%d]".formatted(hooks.size());
        document.mapped("spec", target);
        document.mapped("metadata.name", target + ".name");
        if (!once.isEmpty()) {
            hooks.add(hook(document, Map.of("action", once), false));
        }
        if (!each.isEmpty() && scoped) {
            hooks.add(hook(document, Map.of("action", each), true));
        }
        if (lost || (!each.isEmpty() && !scoped)) {
            document.lost("spec.action", why);
        }
        if (each.isEmpty()) {
            document.implied("spec.scope", "it runs on the first control plane, as with sealer");
        }
    }

    private static Map<String, Object> hook(
            ForeignDocument document, Map<String, ?> more, boolean scoped) {
        var hook = new LinkedHashMap<String, Object>();
        hook.put(
                "name",
                ClusterNames.label(document.text("metadata.name").orElse(""), 40, "plugin"));
        hook.putAll(more);
        if (scoped) {
            hook.put("scope", document.text("spec.scope").orElse(""));
        }
        hook.put("data", document.text("spec.data").orElse(""));
        return hook;
    }
}
