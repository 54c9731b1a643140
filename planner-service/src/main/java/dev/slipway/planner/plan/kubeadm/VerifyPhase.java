package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `verify`: every node is there, the control planes are etcd's members, and every node has its
/// role, labels and taints, and becomes Ready. Each worker has waited for its own node, so one that
/// is missing here is that of a host that failed: it is named soon, and not waited for.
final class VerifyPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("verify", "verify the nodes", true, 1, Duration.ofMinutes(20));

    private VerifyPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, Scope scope) {
        return Optional.of(
                PHASE.on(
                        List.of(input.lead()),
                        input.clusterfile(),
                        host -> Steps.withEnvironment(input, host, steps(input, scope))));
    }

    /// Whether etcd's members are more than one, or have been.
    private static boolean hasMembers(PlanInput input, Scope scope) {
        return input.clusterfile().controlPlanes().size() > 1
                || Stream.concat(scope.leaving().stream(), scope.lost().stream())
                        .anyMatch(ClusterHost::isControlPlane);
    }

    private static List<Step> steps(PlanInput input, Scope scope) {
        var steps = new ArrayList<Step>();
        steps.add(
                Steps.await(
                        "nodes-registered",
                        nodes(input, "!(name in status)", "is not in the cluster"),
                        Duration.ofSeconds(20),
                        ReasonCode.NODE_MISSING));
        if (hasMembers(input, scope)) {
            steps.add(
                    Steps.await(
                            "etcd-members",
                            Etcd.areMembers(
                                    input,
                                    input.lead(),
                                    input.clusterfile().controlPlanes().stream()
                                            .map(input::nodeName)
                                            .toList()),
                            Duration.ofMinutes(2),
                            ReasonCode.ETCD_MEMBER_MISSING));
        }
        String marks = NodeMarks.script(input);
        steps.add(
                Step.Command.of("mark-nodes", marks, Duration.ofMinutes(5))
                        .withRerun()
                        .failingAs(Failures.KUBECTL));
        steps.add(
                Steps.await(
                        "nodes-ready",
                        nodes(
                                input,
                                "!(name in status) || status[name] !~ /^Ready/",
                                "is not Ready"),
                        Duration.ofMinutes(10),
                        ReasonCode.NODE_NOT_READY));
        return steps;
    }

    /// True when no node of the Clusterfile is `bad`; names those that are.
    private static String nodes(PlanInput input, String bad, String what) {
        List<String> names = input.clusterfile().hosts().stream().map(input::nodeName).toList();
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
                Steps.kubectl(),
                "NAMES",
                ShellQuote.quote(String.join(" ", names)),
                "BAD",
                bad,
                "WHAT",
                what);
    }
}
