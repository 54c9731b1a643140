package dev.slipway.planner.importer;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.Problem;
import dev.slipway.planner.clusterfile.YamlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/// Knows whose file it is, and has it turned into a Clusterfile.
public final class Importer {
    private static final String K0SCTL = "k0sctl.k0sproject.io/v1beta1";
    private static final Set<String> SEALER =
            Set.of(
                    "sealer.io/v1",
                    "sealer.io/v2",
                    "sealer.cloud/v1",
                    "sealer.cloud/v2",
                    "zlink.aliyun.com/v1alpha1");

    private Importer() {}

    /// Never throws for anything that may stand in a text.
    public static Imported read(String text) {
        var problems = new ArrayList<Problem>();
        var documents = new ArrayList<ForeignDocument>();
        for (Node root : YamlText.composeForeign(text, problems::add)) {
            var document = new ForeignDocument(documents.size() + 1, root);
            documents.add(document);
            problems.addAll(document.twice());
        }
        if (!problems.isEmpty()) {
            return new Imported.Refused(problems);
        }
        Optional<ForeignDocument> k0sctl =
                documents.stream()
                        .filter(d -> d.apiVersion().equals(K0SCTL))
                        .filter(d -> d.kind().equalsIgnoreCase("Cluster"))
                        .findFirst();
        if (k0sctl.isPresent()) {
            return new K0sctlImport(k0sctl.get(), documents).run();
        }
        Optional<ForeignDocument> sealer =
                documents.stream()
                        .filter(d -> SEALER.contains(d.apiVersion()))
                        .filter(d -> d.kind().equals("Cluster"))
                        .findFirst();
        return sealer.isPresent()
                ? new SealerImport(sealer.get(), documents).run()
                : new Imported.Refused(List.of(unknown(documents)));
    }

    private static Problem unknown(List<ForeignDocument> documents) {
        String found =
                documents.stream()
                        .map(d -> "%s %s".formatted(d.apiVersion(), d.kind()).strip())
                        .filter(d -> !d.isEmpty())
                        .findFirst()
                        .map(d -> "found " + Quoted.of(d))
                        .orElse("found none with apiVersion and kind");
        return new Problem(
                ReasonCode.CLUSTERFILE_INVALID,
                1,
                1,
                1,
                "",
                "no file of a tool that is known here: expected kind Cluster of %s (k0sctl), or of sealer.io/v2, sealer.cloud/v2 or zlink.aliyun.com/v1alpha1 (sealer); %s"
                        .formatted(K0SCTL, found),
                Optional.empty());
    }
}
