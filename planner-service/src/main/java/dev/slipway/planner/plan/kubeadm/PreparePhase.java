package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.Artifact;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Artifacts;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.HostFile;
import dev.slipway.planner.plan.node.HostName;
import dev.slipway.planner.plan.node.HostOwner;
import dev.slipway.planner.plan.node.HostsFile;
import dev.slipway.planner.plan.node.MadeFiles;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Packages;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// `prepare`: makes a host ready to be a node. Claims it, names it, sets kernel and swap, brings
/// artifacts, container runtime, kubelet unit and static files. Every step may be repeated.
final class PreparePhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("prepare", "prepare the hosts", true, 50, Duration.ofMinutes(20));

    private PreparePhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, KubeadmScope scope) {
        return Phase.on(PHASE, input, scope.preparing(), host -> steps(input, host));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        HostFacts facts = input.factsOf(host);
        Services services = Services.of(facts);
        ContainerRuntime runtime = input.clusterfile().containerRuntime();
        List<HostFile> files = HostFiles.of(input, host);
        var steps = new ArrayList<Step>();
        steps.add(HostOwner.claim(input.ownership()));
        steps.add(MadeFiles.remember(files.stream().map(HostFile::path).toList()));
        host.name().ifPresent(name -> steps.add(HostName.set(name)));
        steps.add(HostsFile.write(input, host));
        Packages.install(input, host).ifPresent(steps::add);
        for (Artifact artifact : Artifacts.on(input, host)) {
            steps.addAll(Artifacts.steps(artifact));
        }
        Artifacts.labels(input, host).ifPresent(steps::add);
        files.forEach(f -> steps.add(f.put()));
        steps.add(
                MadeFiles.removeOldRegistries(
                        NodePaths.registries(runtime),
                        files.stream().map(HostFile::path).toList()));
        steps.add(
                Steps.rerunnable(
                        "load-modules",
                        HostFiles.modules(input.clusterfile()).stream()
                                .map("modprobe %s\n"::formatted)
                                .collect(Collectors.joining())));
        steps.add(
                Steps.rerunnable(
                        "apply-sysctl", "sysctl -p " + ShellQuote.quote(NodePaths.SYSCTL.value())));
        if (Swap.mustBeOff(input.clusterfile())) {
            steps.add(Swap.off());
        }
        steps.add(Steps.rerunnable("reload-units", services.reload()));
        if (services == Services.OPENRC) {
            steps.add(Steps.rerunnable("start-cgroups", OPENRC));
        }
        steps.addAll(
                switch (runtime) {
                    case CONTAINERD -> Containerd.start(services);
                    case DOCKER -> Docker.start(input, host);
                });
        if (input.clusterfile().ownRegistry().isEmpty()) {
            var into = Images.Into.runtime(runtime);
            input.clusterfile().images().forEach(i -> steps.addAll(Images.steps(i, into)));
        }
        steps.add(
                Steps.rerunnable(
                        "enable-kubelet",
                        facts.node().isMember()
                                ? services.enable("kubelet") + "\n" + services.start("kubelet")
                                : services.enable("kubelet")));
        steps.add(checkTools(input));
        return steps;
    }

    /// What systemd does by itself: the hierarchy of cgroups, mounts that pods share, and that
    /// modules and kernel settings come back with the next boot.
    private static final String OPENRC =
            """
            rc-update add modules boot
            rc-update add sysctl boot
            rc-update add cgroups default
            rc-service cgroups start
            mount --make-rshared /
            """;

    /// Artifacts come after `inspect`, so what they brought is looked at here.
    private static Step checkTools(PlanInput input) {
        return Steps.rerunnable(
                        "check-tools",
                        Script.fill(
                                """
                                for tool in kubeadm kubelet @RUNTIME@; do
                                    command -v "$tool" >/dev/null 2>&1 || {
                                        echo "slipway: $tool is missing" >&2
                                        exit 1
                                    }
                                done
                                found=$(kubeadm version -o short)
                                [ "$found" = @VERSION@ ] || {
                                    echo "slipway: kubeadm is $found, expected" @VERSION@ >&2
                                    exit 1
                                }
                                found=$(kubelet --version)
                                [ "${found##* }" = @VERSION@ ] || {
                                    echo "slipway: kubelet is $found, expected" @VERSION@ >&2
                                    exit 1
                                }
                                """,
                                "RUNTIME",
                                switch (input.clusterfile().containerRuntime()) {
                                    case CONTAINERD -> "containerd";
                                    case DOCKER -> "docker cri-dockerd";
                                },
                                "VERSION",
                                ShellQuote.quote(input.clusterfile().version().toString())))
                .failingAs(
                        Failures.with(
                                Failures.as("is missing", ReasonCode.TOOL_MISSING),
                                Failures.as("expected v", ReasonCode.VERSION_MISMATCH)));
    }
}
