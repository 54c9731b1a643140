package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.HostFile;
import dev.slipway.planner.plan.node.HostName;
import dev.slipway.planner.plan.node.HostOwner;
import dev.slipway.planner.plan.node.HostsFile;
import dev.slipway.planner.plan.node.MadeFiles;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Packages;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `prepare`: makes a host ready for k0s, which brings its own container runtime and sets the
/// kernel itself. Claims the host, names it, brings program, images and files. Nothing is stopped:
/// a program for later waits beside the one that runs. Every step may be repeated.
final class PreparePhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("prepare", "prepare the hosts", true, 50, Duration.ofMinutes(30));

    private PreparePhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        return Phase.on(
                PHASE,
                input,
                scope.preparing(),
                host ->
                        steps(
                                input,
                                host,
                                K0sFiles.of(input, host, isRunningOn(input, host, scope))));
    }

    /// Whether the host's k0s goes on as it is.
    private static boolean isRunningOn(PlanInput input, ClusterHost host, K0sScope scope) {
        return input.isMember(host)
                && !scope.upgradingControlPlanes().contains(host)
                && !scope.upgradingWorkers().contains(host);
    }

    private static List<Step> steps(PlanInput input, ClusterHost host, K0sFiles files) {
        Services services = Services.of(input.factsOf(host));
        var steps = new ArrayList<Step>();
        steps.add(HostOwner.claim(input.ownership()));
        steps.add(MadeFiles.remember(files.places()));
        host.name().ifPresent(name -> steps.add(HostName.set(name)));
        steps.add(HostsFile.write(input, host));
        Packages.install(input, host).ifPresent(steps::add);
        steps.addAll(K0sProgram.stage(input, host));
        files.all().stream().map(HostFile::put).forEach(steps::add);
        steps.add(MadeFiles.removeOldRegistries(NodePaths.REGISTRIES, files.places()));
        steps.add(Steps.rerunnable("reload-units", services.reload()));
        if (services == Services.OPENRC) {
            steps.add(Steps.rerunnable("start-cgroups", OPENRC));
        }
        if (input.clusterfile().isNode(host)) {
            input.clusterfile().images().forEach(i -> steps.addAll(ImageBundles.steps(i, host)));
        }
        steps.add(K0sProgram.check(input, host));
        return steps;
    }

    /// What systemd does by itself; that mounts are shared k0s's own service sees to from then on.
    private static final String OPENRC =
            """
            rc-update add cgroups default
            rc-service cgroups start
            """;
}
