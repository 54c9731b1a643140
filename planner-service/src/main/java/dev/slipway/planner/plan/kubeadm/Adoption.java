package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.AccessPhase;
import dev.slipway.planner.plan.node.VerifyPhase;
import java.util.Optional;
import java.util.stream.Stream;

/// `adopt`: a living cluster that kubeadm made becomes Slipway's. Nothing is installed, configured
/// or started anew; what is done is what makes the next `apply` of the same Clusterfile find
/// nothing to do. The hosts are marked last, so that none that is marked lacks anything: an `apply`
/// in between refuses the others (CLUSTER_PRESENT).
public final class Adoption {
    private Adoption() {}

    public static Compilation plan(PlanInput input) {
        Optional<Compilation> decided = AdoptionRefusals.of(input);
        return decided.orElseGet(() ->
                new Plan(
                        input.operation(),
                        input.clusterfile().name(),
                        input.ownership().generation(),
                        Stream.of(
                                        Stream.of(TakeAuthorityPhase.plan(input)),
                                        AccessPhase.on(input, input.clusterfile().controlPlane())
                                                .stream(),
                                        VerifyPhase.adopted(input).stream(),
                                        Stream.of(
                                                AdoptRecordPhase.plan(input),
                                                MarkHostsPhase.plan(input)))
                                .flatMap(phases -> phases)
                                .toList()));
    }
}
