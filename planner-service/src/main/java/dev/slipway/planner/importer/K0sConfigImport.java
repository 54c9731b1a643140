package dev.slipway.planner.importer;

import dev.slipway.planner.clusterfile.CanonicalYaml;
import dev.slipway.planner.clusterfile.GoDurations;
import dev.slipway.planner.clusterfile.K0sDocument;
import dev.slipway.planner.clusterfile.K0sVersion;
import dev.slipway.planner.clusterfile.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// k0s's own configuration from `spec.k0s.config` of a file of k0sctl and from documents of kind
/// `ClusterConfig` beside it. k0sctl merges them, the later ones win; so does this.
final class K0sConfigImport {
    private static final String EMBEDDED = "spec.k0s.config";
    private static final String GROUP = "k0s.k0sproject.io/";

    /// Where a part of the configuration stands.
    private record Part(ForeignDocument document, String path) {
        String child(String field) {
            return ForeignDocument.join(path, field);
        }
    }

    private final List<Part> parts = new ArrayList<>();
    private final List<ForeignDocument> own;
    private final Optional<K0sVersion> version;
    private final long controllers;
    private Optional<String> caValidity = Optional.empty();

    /// @param controllers how many there are
    K0sConfigImport(
            ForeignDocument file,
            List<ForeignDocument> documents,
            Optional<K0sVersion> version,
            long controllers) {
        this.version = version;
        this.controllers = controllers;
        this.own =
                documents.stream()
                        .filter(d -> d != file && d.apiVersion().startsWith(GROUP))
                        .toList();
        if (!file.keys(EMBEDDED).isEmpty()) {
            parts.add(new Part(file, EMBEDDED));
        } else {
            file.implied(EMBEDDED, "");
        }
        own.forEach(d -> parts.add(new Part(d, "")));
    }

    /// Those beside the file's own document.
    List<ForeignDocument> documents() {
        return own;
    }

    /// How long the authorities shall live, where the configuration says it; once it was read.
    Optional<String> caValidity() {
        return caValidity;
    }

    /// The document, if anything is said.
    Optional<Map<String, Object>> read() {
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> merged = Map.of();
        for (Part part : parts) {
            merged = merge(merged, part.document().plain(part.path()));
            part.document().mapped(part.path(), "ClusterConfig");
            for (String key : part.document().keys(part.path())) {
                account(part, key);
            }
            part.document().implied(part.child("apiVersion"), "");
            part.document().implied(part.child("kind"), "");
        }
        authorities(merged);
        if (controllers > 1) {
            take(merged, "spec.api.address")
                    .ifPresent(_ ->
                            lost(
                                    "spec.api.address",
                                    "several controllers do not have one address, and each is told its own: what they share is api.externalAddress"));
            take(merged, "spec.storage.etcd.peerAddress")
                    .ifPresent(_ ->
                            parts.forEach(p ->
                                    p.document()
                                            .implied(
                                                    p.child("spec.storage.etcd.peerAddress"),
                                                    "each controller is told its own, as by k0sctl")));
        }
        K0sDocument document = K0sDocument.read(CanonicalYaml.text(List.of(merged)), version);
        document.problems().forEach(this::lost);
        return Optional.of(document.plain());
    }

    /// Slipway makes them, all for the same time.
    private void authorities(Map<String, Object> config) {
        for (String path :
                List.of("spec.api.ca.expiresAfter", "spec.storage.etcd.ca.expiresAfter")) {
            Optional<String> said = take(config, path).flatMap(K0sConfigImport::hours);
            caValidity = caValidity.or(() -> said);
            lost(path, "Slipway makes the authorities: say spec.certificates.caValidity");
            if (said.isPresent() && said.equals(caValidity)) {
                parts.forEach(
                        p -> p.document().mapped(p.child(path), "spec.certificates.caValidity"));
            }
        }
    }

    private static Optional<String> hours(Object duration) {
        return GoDurations.parse(duration.toString())
                .map(d -> d.toHours())
                .filter(h -> h > 0 && h < 1_000_000)
                .map(h -> h + "h");
    }

    /// Takes the field out.
    private static Optional<Object> take(Map<String, Object> tree, String path) {
        Map<?, ?> at = tree;
        String[] steps = path.split("\\.");
        for (int i = 0; i < steps.length - 1; i++) {
            if (!(at.get(steps[i]) instanceof Map<?, ?> next)) {
                return Optional.empty();
            }
            at = next;
        }
        return Optional.ofNullable(at.remove(steps[steps.length - 1]));
    }

    /// Fields down to the second level are named one by one.
    private static void account(Part part, String key) {
        ForeignDocument document = part.document();
        String path = part.child(key);
        document.mapped(path, "ClusterConfig " + key);
        for (String inner : document.keys(path)) {
            document.mapped(
                    ForeignDocument.join(path, inner), "ClusterConfig %s.%s".formatted(key, inner));
        }
    }

    private void lost(Problem problem) {
        lost(
                problem.path(),
                problem.message()
                        + problem.suggestion()
                                .map(s -> ": did you mean \"%s\"?".formatted(s))
                                .orElse(""));
    }

    private void lost(String path, String note) {
        for (Part part : parts) {
            if (part.document().has(part.child(path))) {
                part.document().lost(part.child(path), note);
            }
        }
    }

    private static Map<String, Object> merge(Map<String, Object> first, Map<String, Object> over) {
        var merged = new LinkedHashMap<>(first);
        over.forEach((key, value) -> {
            Object before = merged.get(key);
            merged.put(
                    key,
                    before instanceof Map<?, ?> a && value instanceof Map<?, ?> b
                            ? merge(texts(a), texts(b))
                            : value);
        });
        return merged;
    }

    private static Map<String, Object> texts(Map<?, ?> map) {
        var texts = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> texts.put(String.valueOf(key), value));
        return texts;
    }
}
