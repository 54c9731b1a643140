package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Joining;
import dev.slipway.planner.plan.node.NodeAddress;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;

/// What hosts have in common that become part of the cluster.
final class JoinSteps {
    private static final RemotePath GIVEN_UP = NodePaths.ARTIFACTS.resolveInside("k0s-given-up");

    /// Says in which run controllers begin to join: on those that do, and on the one that lets
    /// those of earlier runs go.
    private static final RemotePath JOINING = NodePaths.ARTIFACTS.resolveInside("k0s-joining");

    private JoinSteps() {}

    /// Before a controller starts for the first time. From then on what etcd keeps on this host may
    /// be a member of the cluster, which a try that is repeated goes on with. In another run it is
    /// not: there the members let it go first, once, see [TokenPhase].
    static Step noteJoin(PlanInput input) {
        return Steps.rerunnable(
                        "note-join",
                        "mkdir -p %s\nprintf '%%s\\n' %s > %s"
                                .formatted(quoted(JOINING.parent()), run(input), quoted(JOINING)))
                .unless(isNoted(input));
    }

    /// Whether [#noteJoin] has been there in this run.
    static String isNoted(PlanInput input) {
        return holds(JOINING, run(input));
    }

    /// The token's id is the run's own.
    private static String run(PlanInput input) {
        return ShellQuote.quote(input.authority().tokenId());
    }

    private static String holds(RemotePath file, String text) {
        return "[ \"$(cat %s 2>/dev/null)\" = %s ]".formatted(quoted(file), text);
    }

    /// In a restore a controller gives up what it was: once, so that a run that is repeated does
    /// not begin anew where it has come back already.
    static Step giveUp(PlanInput input) {
        String file = quoted(GIVEN_UP);
        return Steps.rerunnable(
                        "give-up-membership",
                        Script.fill(
                                """
                                rm -f @INITIALISED@ @JOINED@
                                mkdir -p @FOLDER@
                                printf '%s\\n' @RUN@ > @FILE@
                                """,
                                "INITIALISED",
                                quoted(NodePaths.INITIALISED),
                                "JOINED",
                                quoted(NodePaths.JOINED),
                                "FOLDER",
                                quoted(GIVEN_UP.parent()),
                                "RUN",
                                run(input),
                                "FILE",
                                file))
                .unless(holds(GIVEN_UP, run(input)));
    }

    /// The program is in its place, and nothing there of a try that failed. A host that is a member
    /// is left as it is, with a program that is its own already.
    ///
    /// @param mark there once it is one
    static List<Step> makeReady(PlanInput input, ClusterHost host, RemotePath mark) {
        return List.of(
                K0sInstall.swapProgram(input, host).unless(isMarked(mark)),
                K0sInstall.clear(input, host, mark));
    }

    /// What later runs take the host for a member by.
    static Step mark(RemotePath mark) {
        return Steps.rerunnable("mark-host", ": > " + quoted(mark));
    }

    static String isMarked(RemotePath mark) {
        return "[ -e %s ]".formatted(quoted(mark));
    }

    /// Until the host's node is there; each looks at its own, with its own kubelet's kubeconfig if
    /// it is a worker. The images that were brought are imported before the kubelet starts.
    static Step registered(PlanInput input, ClusterHost host) {
        return Joining.registered(
                input,
                host,
                "k0s kubectl",
                host.isControlPlane()
                        ? Steps.adminKubeconfig(input, host)
                        : K0sPaths.kubeletConf(host),
                Duration.ofMinutes(10));
    }

    /// `host:port` under which a node that joins reaches the API first; where there is no balancer
    /// before the controllers k0s leads it to one of its own later.
    static String firstServer(PlanInput input) {
        Endpoint endpoint = input.clusterfile().endpoint();
        return NodeAddress.withPort(
                endpoint.host().orElseGet(() -> K0sConfiguration.address(input, input.sponsor())),
                endpoint.port());
    }

    private static String quoted(RemotePath path) {
        return ShellQuote.quote(path.value());
    }
}
