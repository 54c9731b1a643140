package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.List;

/// Looks at all nodes of the Clusterfile at once, from a control plane.
public final class ClusterNodes {
    private ClusterNodes() {}

    /// Each host has waited for its own node, so one that is missing here is that of a host that
    /// failed: it is named soon, and not waited for.
    public static Step registered(PlanInput input, ClusterHost host) {
        return Steps.await(
                "nodes-registered",
                nodes(input, host, "!(name in status)", "is not in the cluster"),
                Duration.ofSeconds(20),
                ReasonCode.NODE_MISSING);
    }

    /// Roles, labels and taints.
    public static Step mark(PlanInput input, ClusterHost host) {
        return Step.Command.of("mark-nodes", NodeMarks.script(input, host), Duration.ofMinutes(5))
                .withRerun()
                .failingAs(Failures.KUBECTL);
    }

    public static Step ready(PlanInput input, ClusterHost host) {
        return Steps.await(
                "nodes-ready",
                nodes(input, host, "!(name in status) || status[name] !~ /^Ready/", "is not Ready"),
                Duration.ofMinutes(10),
                ReasonCode.NODE_NOT_READY);
    }

    /// True when no node is `bad`; names those that are.
    private static String nodes(PlanInput input, ClusterHost host, String bad, String what) {
        List<String> names = input.clusterfile().nodes().stream().map(input::nodeName).toList();
        return Script.fill(
                """
                @KUBECTL@ get nodes --no-headers | awk -v wanted=@NAMES@ '
                    { status[$1] = $2 }
                    END {
                        count = split(wanted, names, " ")
                        for (i = 1; i <= count; i++) {
                            name = names[i]
                            if (@BAD@) { print "node " name " @WHAT@"; wrong = 1 }
                        }
                        exit wrong
                    }'
                """,
                "KUBECTL",
                Steps.kubectl(input, host),
                "NAMES",
                ShellQuote.quote(String.join(" ", names)),
                "BAD",
                bad,
                "WHAT",
                what);
    }
}
