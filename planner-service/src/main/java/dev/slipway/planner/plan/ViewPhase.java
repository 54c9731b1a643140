package dev.slipway.planner.plan;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.HostsFile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// `view`, the one phase of the operation of that name: one question to a cluster's API server, by
/// way of one control plane. Its plan needs no new facts and no authority, so it is made when the
/// run is opened.
public final class ViewPhase {
    private static final String NAME = "view";
    private static final Duration ANSWER = Duration.ofMinutes(1);
    // Three tries to connect besides.
    private static final Duration TASK = Duration.ofSeconds(90);
    // Somebody waits for it.
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private ViewPhase() {}

    /// @param controlPlane exactly one host
    /// @param server the address of its API server
    public static Plan plan(
            HostsFile controlPlane, int generation, HostAddress server, KubeRequest request) {
        HostAddress host = controlPlane.hosts().getFirst().address();
        var phase =
                new PlannedPhase(
                        new PhaseSummary(
                                new PhaseName(NAME),
                                "ask the API server",
                                List.of(host),
                                false,
                                1,
                                OptionalInt.empty(),
                                PhaseBuilder.failureLimit(1)),
                        List.of(
                                new PlannedTask(
                                        host,
                                        List.of(new Step.Kube("ask", server, request, ANSWER)))),
                        TASK,
                        DEADLINE,
                        List.of(),
                        OnUnknown.SETTLE,
                        Optional.of(DEADLINE));
        return new Plan(Operation.VIEW, controlPlane.name(), generation, List.of(phase));
    }
}
