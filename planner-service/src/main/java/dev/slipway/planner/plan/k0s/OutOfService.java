package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Draining;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;

/// Takes a node out of service while its k0s is changed, and puts it back. All of it runs on the
/// node itself, so that a thousand of them put no work on one controller.
///
/// A worker comes to the API as [KubeIdentity#MAINTENANCE], with a kubeconfig that lies in a
/// memory-backed file for the length of a step and lives an hour. A controller that works has the
/// administrator's own. Whether the node is Ready each asks with its kubelet's credentials.
final class OutOfService {
    /// There while the node takes no pods because Slipway said so: one that the user cordoned
    /// before stays cordoned.
    static final RemotePath CORDONED = NodePaths.SLIPWAY.resolveInside("cordoned");

    /// What the steps besides the drain may take in an hour, by their own limits.
    static final Duration LONGEST_DRAIN = Duration.ofMinutes(40);

    private static final RemotePath STARTED = NodePaths.VOLATILE.resolveInside("k0s-started");
    private static final String KUBECONFIG = "MAINTENANCE";

    private OutOfService() {}

    /// Whether pods have another node to go to. Those of a cluster's only node go on where they are
    /// while k0s is stopped; evicted, they would be away as long.
    static boolean isWorthwhile(PlanInput input, ClusterHost host) {
        return input.clusterfile().isNode(host) && input.clusterfile().nodes().size() > 1;
    }

    /// Nothing is stopped yet when it fails, and the node takes pods again. A kubelet that does not
    /// run ends no pods, so there is nothing to wait for then.
    static Step drain(PlanInput input, ClusterHost host) {
        return asking(
                host,
                Step.Command.of(
                                "drain-node",
                                Script.fill(
                                        """
                                        node=@NODE@
                                        found=$(@KUBECTL@ get node "$node" --ignore-not-found -o 'jsonpath={.metadata.name},{.spec.unschedulable}')
                                        case $found in
                                        '') exit 0 ;;
                                        *,true) ;;
                                        *)
                                            : > @CORDONED@
                                            @KUBECTL@ cordon "$node"
                                            ;;
                                        esac
                                        if @KUBECTL@ drain "$node" @FLAGS@; then exit 0; fi
                                        echo "slipway: node $node could not be drained" >&2
                                        if [ -e @CORDONED@ ]; then
                                            @KUBECTL@ uncordon "$node"
                                            rm -f @CORDONED@
                                        fi
                                        exit 1
                                        """,
                                        "NODE",
                                        ShellQuote.quote(input.nodeName(host)),
                                        "KUBECTL",
                                        kubectl(input, host),
                                        "FLAGS",
                                        Draining.flags(input.clusterfile().drain()),
                                        "CORDONED",
                                        CORDONED.value()),
                                Draining.longest(input, 1).plusMinutes(1))
                        .withRerun()
                        .unless(
                                "! "
                                        + Services.of(input.factsOf(host))
                                                .isActive(K0sInstall.service(host)))
                        .failingAs(
                                Failures.with(
                                        Failures.as("slipway: node", ReasonCode.DRAIN_FAILED),
                                        Failures.as("Forbidden", ReasonCode.API_REFUSED),
                                        Failures.as("forbidden", ReasonCode.API_REFUSED),
                                        Failures.as(
                                                "connection refused", ReasonCode.API_UNREACHABLE),
                                        Failures.as(
                                                "was refused - did you specify",
                                                ReasonCode.API_UNREACHABLE))));
    }

    /// Just before k0s starts.
    static Step.Command noteStart() {
        return Steps.rerunnable(
                "note-start",
                "mkdir -p %s\ndate -u +%%Y-%%m-%%dT%%H:%%M:%%SZ > %s\n"
                        .formatted(NodePaths.VOLATILE, STARTED));
    }

    /// Until the node is Ready by the word of a kubelet of the release, given since the start: one
    /// that has stopped counts as Ready for the better part of a minute.
    static Step awaitReady(PlanInput input, ClusterHost host) {
        return Steps.await(
                "node-ready",
                Script.fill(
                        """
                        status=$(k0s kubectl --kubeconfig @KUBECONFIG@ get node @NODE@ -o 'jsonpath={.status.nodeInfo.kubeletVersion} {.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Ready")].lastHeartbeatTime}')
                        since=$(cat @STARTED@ 2>/dev/null || :)
                        printf '%s\\n' "$status" | awk -v version=@VERSION@ -v since="$since" '
                            {
                                seen = 1
                                if ($1 != version && index($1, version "+") != 1) { print "the kubelet is " $1 ", expected " version; wrong = 1 }
                                if ($2 != "True") { print "the node is not Ready"; wrong = 1 }
                                if (since != "" && $3 "" <= since "") { print "the kubelet has not told its state since " since; wrong = 1 }
                            }
                            END { exit wrong || !seen }'
                        """,
                        "KUBECONFIG",
                        ShellQuote.quote(K0sPaths.kubeletConf(host).value()),
                        "NODE",
                        ShellQuote.quote(input.nodeName(host)),
                        "STARTED",
                        STARTED.value(),
                        "VERSION",
                        ShellQuote.quote(input.clusterfile().version().toString())),
                Duration.ofMinutes(5),
                ReasonCode.NODE_NOT_READY);
    }

    static Step uncordon(PlanInput input, ClusterHost host) {
        return asking(
                host,
                Step.Command.of(
                                "uncordon-node",
                                "%s uncordon %s\nrm -f %s\n"
                                        .formatted(
                                                kubectl(input, host),
                                                ShellQuote.quote(input.nodeName(host)),
                                                CORDONED),
                                Duration.ofMinutes(2))
                        .withRerun()
                        .unless("[ ! -e %s ]".formatted(CORDONED))
                        .failingAs(Failures.KUBECTL));
    }

    private static String kubectl(PlanInput input, ClusterHost host) {
        return host.isControlPlane()
                ? Steps.kubectl(input, host)
                : "k0s kubectl --kubeconfig \"$" + KUBECONFIG + "\"";
    }

    private static Step asking(ClusterHost host, Step.Command command) {
        return host.isControlPlane()
                ? command
                : command.withMaterialFile(
                        KUBECONFIG, Materials.kubeconfig(KubeIdentity.MAINTENANCE));
    }
}
