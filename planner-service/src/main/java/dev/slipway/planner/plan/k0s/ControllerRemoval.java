package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What takes controllers out of the cluster, besides their nodes where they are some.
///
/// A controller leaves etcd while it still runs there, by the word of another: k0s's `etcd leave`
/// asks the etcd of its own host, so one that was stopped before could not leave at all, and would
/// stay a member that everybody waits for. Only when it has left are its objects deleted; by then
/// its own API server is gone that would make them anew.
final class ControllerRemoval {
    /// What k0s itself keeps of each controller.
    private static final List<String> OBJECTS =
            List.of("controlnodes.autopilot.k0sproject.io", "etcdmembers.etcd.k0sproject.io");

    private ControllerRemoval() {}

    static List<Step> steps(PlanInput input, ClusterHost host, List<ClusterHost> controllers) {
        var steps = new ArrayList<Step>();
        if (K0sEtcd.isOwn(input)) {
            steps.add(K0sEtcd.remove(input, host, controllers));
        }
        steps.add(deleteObjects(input, host, controllers));
        return steps;
    }

    /// Earlier releases lack a kind, and so do clusters without the component that has it.
    private static Step deleteObjects(
            PlanInput input, ClusterHost host, List<ClusterHost> controllers) {
        return Step.Command.of(
                        "delete-controllers",
                        Script.fill(
                                """
                                for kind in @KINDS@; do
                                    if text=$(@KUBECTL@ delete "$kind" @NAMES@ --ignore-not-found 2>&1); then
                                        printf '%s\\n' "$text"
                                        continue
                                    fi
                                    case $text in
                                    *"doesn't have a resource type"*) ;;
                                    *)
                                        printf '%s\\n' "$text" >&2
                                        exit 1
                                        ;;
                                    esac
                                done
                                """,
                                "KINDS",
                                String.join(" ", OBJECTS),
                                "KUBECTL",
                                Steps.kubectl(input, host),
                                "NAMES",
                                ShellQuote.words(
                                        controllers.stream().map(input::nodeName).toList())),
                        Duration.ofMinutes(2))
                .withRerun()
                .failingAs(Failures.KUBECTL);
    }
}
