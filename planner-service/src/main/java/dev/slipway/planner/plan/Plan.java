package dev.slipway.planner.plan;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.planner.clusterfile.CanonicalJson;
import java.util.List;

/// The frozen, ordered phases of an operation, those after `inspect`. Holds no secret.
///
/// @param generation of the cluster
/// @param phases in order, at least one, names unique
public record Plan(
        Operation operation, ClusterName cluster, int generation, List<PlannedPhase> phases)
        implements Compilation {
    public Plan {
        phases = List.copyOf(phases);
        if (phases.isEmpty()
                || phases.stream().map(PlannedPhase::name).distinct().count() != phases.size()) {
            throw new IllegalArgumentException(
                    "plan of %s: needs phases, each with a name of its own".formatted(cluster));
        }
    }

    /// SHA-256 over the canonical JSON of the whole plan.
    public ContentDigest digest() {
        return CanonicalJson.digest(this);
    }

    public List<PhaseSummary> summaries() {
        return phases.stream().map(PlannedPhase::summary).toList();
    }

    /// @throws IllegalArgumentException if there is none of that name
    public PlannedPhase phase(PhaseName name) {
        return phases.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the plan has no phase " + name));
    }
}
