package dev.slipway.planner.clusterfile;

import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// The text of a manifest in the Clusterfile: Kubernetes objects, none of which holds secrets.
final class ManifestText {
    private static final LoadSettings SETTINGS =
            LoadSettings.builder()
                    .setCodePointLimit(YamlText.MAX_BYTES)
                    .setMaxAliasesForCollections(20)
                    .setAllowDuplicateKeys(true)
                    .build();

    private ManifestText() {}

    /// Whether it may be taken; otherwise the reason is among the problems.
    static boolean check(ProblemList.Place place, YamlMap.Text text) {
        int objects = 0;
        boolean fine = true;
        try {
            for (Object document : new Load(SETTINGS).loadAllFromString(text.value())) {
                if (document == null) {
                    continue;
                }
                objects++;
                fine &= check(place, text, document);
            }
        } catch (YamlEngineException | StackOverflowError e) {
            place.invalid(
                    text.node(),
                    text.path(),
                    "not YAML: "
                            + String.valueOf(e.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("too deep"));
            return false;
        }
        if (objects == 0) {
            place.invalid(text.node(), text.path(), "there is no Kubernetes object in it");
        }
        return fine && objects > 0;
    }

    private static boolean check(ProblemList.Place place, YamlMap.Text text, Object document) {
        if (!(document instanceof Map<?, ?> object)
                || !(object.get("kind") instanceof String kind)
                || !(object.get("apiVersion") instanceof String)) {
            place.invalid(
                    text.node(),
                    text.path(),
                    "expected Kubernetes objects with apiVersion and kind");
            return false;
        }
        boolean secret =
                kind.equals("Secret")
                        && (object.get("data") != null || object.get("stringData") != null);
        if (secret) {
            place.secret(
                    text.node(),
                    text.path(),
                    "an object of kind Secret with data stands here: create it in the cluster by another way");
        }
        return !secret;
    }
}
