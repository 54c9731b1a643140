package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Manifest;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `addons`: applies the manifests of the Clusterfile, in its order: the container network and
/// whatever else shall run before the cluster is called ready.
public final class AddonsPhase {
    private static final PhaseBuilder PHASE =
            new PhaseBuilder("addons", "apply the manifests", true, 1, Duration.ofMinutes(20));

    private AddonsPhase() {}

    public static Optional<PlannedPhase> plan(PlanInput input, Scope scope) {
        boolean wanted = scope.initialising() || input.isChanged(Clusterfile::manifests);
        return wanted && !input.clusterfile().manifests().isEmpty()
                ? Phase.on(PHASE, input, List.of(input.lead()), host -> steps(input, host))
                : Optional.empty();
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        var steps = new ArrayList<Step>();
        int number = 1;
        for (Manifest manifest : input.clusterfile().manifests()) {
            RemotePath file =
                    NodePaths.MANIFESTS.resolveInside(
                            "%02d-%s.yaml".formatted(number, manifest.name()));
            steps.add(bring(manifest, file, number));
            steps.add(apply(input, host, file, number));
            number++;
        }
        return steps;
    }

    private static Step bring(Manifest manifest, RemotePath file, int number) {
        String step = "bring-manifest-" + number;
        return manifest.text()
                .<Step>map(text -> Steps.text(step, file, text, 0644))
                .orElseGet(() ->
                        Step.Command.of(
                                        step,
                                        "mkdir -p %s\n%sfetch %s %s %s\n"
                                                .formatted(
                                                        ShellQuote.quote(file.parent().value()),
                                                        Artifacts.FETCH_FUNCTION,
                                                        ShellQuote.quote(
                                                                manifest.url().orElseThrow()),
                                                        ShellQuote.quote(file.value()),
                                                        ShellQuote.quote(
                                                                manifest.sha256()
                                                                        .orElseThrow()
                                                                        .value())),
                                        Duration.ofMinutes(5))
                                .withRerun()
                                .failingAs(Failures.FETCH));
    }

    /// Server-side, because the client's way cannot hold large custom resource definitions.
    private static Step apply(PlanInput input, ClusterHost host, RemotePath file, int number) {
        return Step.Command.of(
                        "apply-manifest-" + number,
                        "%s apply --server-side --force-conflicts -f %s"
                                .formatted(
                                        Steps.kubectl(input, host), ShellQuote.quote(file.value())),
                        Duration.ofMinutes(3))
                .withRerun()
                .failingAs(
                        Failures.with(
                                Failures.as("connection refused", ReasonCode.API_UNREACHABLE),
                                Failures.as("error", ReasonCode.ADDON_FAILED),
                                Failures.as("Error", ReasonCode.ADDON_FAILED)));
    }
}
