package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Docker as the container runtime, with cri-dockerd between it and the kubelet: how both are
/// started, and what of them is stopped. Docker is the host's own and is never stopped.
final class Docker {
    static final String SERVICE = "docker";

    /// cri-dockerd's, by the name that its packages give it.
    static final String CRI_SERVICE = "cri-docker";

    private static final RemotePath STAMP = NodePaths.SLIPWAY.resolveInside("docker-config.sha256");
    private static final RemotePath FIXED_STAMP =
            NodePaths.SLIPWAY.resolveInside("docker-fixed.sha256");
    private static final RemotePath CRI_STAMP =
            NodePaths.SLIPWAY.resolveInside("cri-dockerd.sha256");

    private Docker() {}

    /// Once their files are there.
    static List<Step> start(PlanInput input, ClusterHost host) {
        Services services = Services.of(input.factsOf(host));
        var steps = new ArrayList<Step>();
        steps.add(
                DockerConfig.isOurs(input.factsOf(host)) ? configured(services) : asItIs(services));
        steps.add(
                Steps.await(
                        "await-docker",
                        services.isActive(SERVICE) + " && docker info >/dev/null 2>&1",
                        Duration.ofMinutes(1),
                        ReasonCode.CONTAINER_RUNTIME_DOWN));
        steps.add(checkDriver(services));
        steps.add(criDockerd(input, host, services));
        steps.add(
                Steps.await(
                        "await-cri-dockerd",
                        "%s && [ -S %s ]"
                                .formatted(
                                        services.isActive(CRI_SERVICE),
                                        ContainerRuntime.DOCKER.socket()),
                        Duration.ofMinutes(1),
                        ReasonCode.CONTAINER_RUNTIME_DOWN));
        return steps;
    }

    /// Settings of registries are read anew by a running Docker (Docker documentation, "dockerd",
    /// "Configuration reload behavior"); only for the others is it restarted.
    private static Step configured(Services services) {
        String config = ShellQuote.quote(NodePaths.DOCKER_CONFIG.value());
        return Steps.rerunnable(
                        "start-docker",
                        Script.fill(
                                """
                                @ENABLE@
                                fixed=$(grep -v -e @MIRRORS@ -e @INSECURE@ @CONFIG@ | sha256sum)
                                if @ACTIVE@ && [ "$fixed" = "$(cat @FIXED@ 2>/dev/null)" ] &&
                                    kill -HUP "$(cat /var/run/docker.pid)" 2>/dev/null; then
                                    echo "docker reads its registries anew"
                                else
                                    @RESTART@
                                fi
                                printf '%s\\n' "$fixed" > @FIXED@
                                sha256sum < @CONFIG@ > @STAMP@
                                """,
                                "ENABLE",
                                services.enable(SERVICE),
                                "MIRRORS",
                                DockerConfig.MIRRORS,
                                "INSECURE",
                                DockerConfig.INSECURE,
                                "CONFIG",
                                config,
                                "ACTIVE",
                                services.isActive(SERVICE),
                                "FIXED",
                                ShellQuote.quote(FIXED_STAMP.value()),
                                "RESTART",
                                services.restart(SERVICE),
                                "STAMP",
                                ShellQuote.quote(STAMP.value())))
                .unless(
                        new ServiceStamp(services, SERVICE, "sha256sum < " + config, STAMP)
                                .isCurrent())
                .failingAs(Failures.with(Failures.as("docker", ReasonCode.CONTAINER_RUNTIME_DOWN)));
    }

    /// Where the host has a configuration of its own for it.
    private static Step asItIs(Services services) {
        return Steps.rerunnable(
                        "start-docker", services.enable(SERVICE) + "\n" + services.start(SERVICE))
                .failingAs(Failures.with(Failures.as("docker", ReasonCode.CONTAINER_RUNTIME_DOWN)));
    }

    /// Two drivers on one host are two owners of its control groups.
    private static Step checkDriver(Services services) {
        return Steps.rerunnable(
                        "check-cgroup-driver",
                        Script.fill(
                                """
                                found=$(docker info --format '{{.CgroupDriver}}')
                                [ "$found" = @DRIVER@ ] || {
                                    echo "slipway: docker's cgroup driver is $found, the kubelet's @DRIVER@: say \\"exec-opts\\": [\\"native.cgroupdriver=@DRIVER@\\"] in @CONFIG@ and restart docker, or remove that file so that it is written here" >&2
                                    exit 1
                                }
                                """,
                                "DRIVER",
                                DockerConfig.cgroupDriver(services),
                                "CONFIG",
                                NodePaths.DOCKER_CONFIG.value()))
                .failingAs(
                        Failures.with(
                                Failures.as(
                                        "slipway: docker's cgroup driver",
                                        ReasonCode.PREFLIGHT_FAILED)));
    }

    /// Restarts it where its definition or the program is another than at its start; containers go
    /// on.
    private static Step criDockerd(PlanInput input, ClusterHost host, Services services) {
        String parts =
                "cat %s 2>/dev/null | sha256sum"
                        .formatted(ShellQuote.words(ServiceFiles.criDockerdParts(input, host)));
        var stamp = new ServiceStamp(services, CRI_SERVICE, parts, CRI_STAMP);
        return Steps.rerunnable("start-cri-dockerd", stamp.restart())
                .unless(stamp.isCurrent())
                .failingAs(
                        Failures.with(
                                Failures.as("cri-docker", ReasonCode.CONTAINER_RUNTIME_DOWN)));
    }

    /// cri-dockerd only where the definition is Slipway's. What was there before goes on, and finds
    /// its own configuration again at its next start.
    static Step stopOwn(Services services) {
        return Steps.rerunnable(
                "stop-cri-dockerd",
                Script.fill(
                        """
                        if grep -qxF @UNIT@ @MADE@ 2>/dev/null; then
                            @RETIRE@
                            rm -f @SOCKET@
                        fi
                        rm -f @STAMPS@
                        """,
                        "RETIRE",
                        services.retire(CRI_SERVICE),
                        "UNIT",
                        ShellQuote.quote(services.definition(CRI_SERVICE).value()),
                        "MADE",
                        NodePaths.MADE.value(),
                        "SOCKET",
                        ContainerRuntime.DOCKER.socket().value(),
                        "STAMPS",
                        "%s %s %s".formatted(STAMP, FIXED_STAMP, CRI_STAMP)));
    }

    /// A shell command; asks no registry for what an archive brought.
    ///
    /// @param image quoted
    static String pull(String image) {
        return """
        docker image inspect %1$s >/dev/null 2>&1 || docker pull -q %1$s
        """
                .formatted(image);
    }

    /// Shell text: imports `$archive`. Docker pins nothing.
    static final String LOAD =
            """
            docker load -i "$archive"
            rm -f "$archive"\
            """;
}
