package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.FailurePattern;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Drain;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.List;

/// How pods leave nodes, as `spec.drain` says.
public final class Draining {
    public static final List<FailurePattern> FAILURES =
            Failures.with(
                    Failures.as("slipway: node", ReasonCode.DRAIN_FAILED),
                    Failures.as("connection refused", ReasonCode.API_UNREACHABLE));

    /// Nodes that are drained at once: disruption budgets are the API's business, so this bounds
    /// only how much is moved at a time.
    private static final int AT_ONCE = 5;

    private Draining() {}

    /// Of `kubectl drain`.
    public static String flags(Drain drain) {
        return "--ignore-daemonsets --delete-emptydir-data --timeout=%ds%s%s"
                .formatted(
                        drain.timeout().toSeconds(),
                        drain.gracePeriod().map(d -> " --grace-period=" + d.toSeconds()).orElse(""),
                        drain.force() ? " --force --disable-eviction" : "");
    }

    /// How long so many nodes take at the most.
    public static Duration longest(PlanInput input, int nodes) {
        int rounds = (nodes + AT_ONCE - 1) / AT_ONCE;
        return input.clusterfile().drain().timeout().multipliedBy(rounds).plusMinutes(1);
    }

    /// Drains nodes that are to be taken out of the cluster. A node whose pods did not go is let
    /// take pods again: it stays, and works as before. One that is gone from the cluster already
    /// needs no draining.
    ///
    /// @param kubectl with the administrator's kubeconfig
    public static Step nodes(PlanInput input, String kubectl, List<ClusterHost> nodes) {
        String drain =
                Script.fill(
                        """

                            if [ -z "$(@KUBECTL@ get node "$1" --ignore-not-found -o name)" ]; then exit 0; fi
                            if @KUBECTL@ drain "$1" @FLAGS@; then exit 0; fi
                            echo "slipway: node $1 could not be drained" >&2
                            @KUBECTL@ uncordon "$1"
                            exit 1
                        """,
                        "KUBECTL",
                        kubectl,
                        "FLAGS",
                        flags(input.clusterfile().drain()));
        return Step.Command.of(
                        "drain-nodes",
                        Script.fill(
                                """
                                drain=@DRAIN@
                                printf '%s\\n' @NAMES@ | xargs -n 1 -P @ATONCE@ sh -c "$drain" drain
                                """,
                                "DRAIN",
                                ShellQuote.quote(drain),
                                "NAMES",
                                ShellQuote.words(nodes.stream().map(input::nodeName).toList()),
                                "ATONCE",
                                String.valueOf(AT_ONCE)),
                        longest(input, nodes.size()))
                .withRerun()
                .failingAs(FAILURES);
    }
}
