package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.CanonicalJson;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.K0sConfig;
import dev.slipway.planner.clusterfile.K0sNetwork;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `endpoint`: lets the workers that stay read what is new for them, their way to the controllers
/// above all: k0s's workers look when they start. After the joins, and before a controller goes
/// that some still know alone. Pods go on meanwhile.
final class EndpointPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "endpoint",
                    "let the workers read what is new",
                    true,
                    10,
                    Duration.ofMinutes(15));

    private static final RemotePath READ = NodePaths.ARTIFACTS.resolveInside("k0s-read");

    private EndpointPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        return Phase.on(PHASE, input, scope.rereading(), host -> steps(input, host));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        return List.of(
                Step.Command.of(
                                "restart-" + K0sInstall.service(host),
                                OutOfService.noteStart().script()
                                        + Services.of(input.factsOf(host))
                                                .restart(K0sInstall.service(host))
                                        + "\n"
                                        + noteScript(input.clusterfile()),
                                Duration.ofMinutes(5))
                        .withRerun()
                        .unless(
                                "[ \"$(cat %s 2>/dev/null)\" = %s ]"
                                        .formatted(READ, read(input.clusterfile())))
                        .failingAs(Failures.SYSTEM),
                OutOfService.awaitReady(input, host));
    }

    /// What a worker that starts reads is noted, so that it is not started anew for the same.
    static Step note(Clusterfile clusterfile) {
        return Steps.rerunnable("note-configuration", noteScript(clusterfile));
    }

    private static String noteScript(Clusterfile clusterfile) {
        return "mkdir -p %s\necho %s > %s\n".formatted(READ.parent(), read(clusterfile), READ);
    }

    /// The digest of what workers read when they start, of all that is said of the whole cluster.
    static ContentDigest read(Clusterfile clusterfile) {
        Optional<K0sConfig.Spec> spec = K0sInstall.runtime(clusterfile).config().spec();
        return CanonicalJson.digest(
                List.of(
                        K0sConfiguration.isBalanced(clusterfile),
                        spec.flatMap(K0sConfig.Spec::network)
                                .flatMap(K0sNetwork::nodeLocalLoadBalancing),
                        spec.map(K0sConfig.Spec::workerProfiles),
                        spec.map(K0sConfig.Spec::featureGates),
                        spec.flatMap(K0sConfig.Spec::images)));
    }
}
