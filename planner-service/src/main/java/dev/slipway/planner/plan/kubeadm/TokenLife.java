package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.Clusterfile;
import java.time.Duration;
import java.util.stream.Stream;

/// How long a run's join token has to live: `spec.limits.tokenValidity`, or longer where the run
/// may come to its last join later than that.
public final class TokenLife {
    private TokenLife() {}

    /// @return from the making of the plan
    public static Duration of(Clusterfile clusterfile) {
        int controlPlanes = clusterfile.controlPlanes().size();
        Duration longest =
                Stream.of(
                                PreparePhase.PHASE.longest(clusterfile.hosts().size(), clusterfile),
                                AuthorityPhase.PHASE.longest(1, clusterfile),
                                InitPhase.PHASE.longest(1, clusterfile),
                                TokenPhase.PHASE.longest(1, clusterfile),
                                ConfigurePhase.PHASE.longest(1, clusterfile),
                                JoinControlPlanesPhase.PHASE.longest(controlPlanes, clusterfile),
                                JoinWorkersPhase.PHASE.longest(
                                        clusterfile.workers().size(), clusterfile))
                        .reduce(Duration.ZERO, Duration::plus);
        Duration said = clusterfile.limits().tokenValidity();
        return said.compareTo(longest) < 0 ? longest : said;
    }
}
