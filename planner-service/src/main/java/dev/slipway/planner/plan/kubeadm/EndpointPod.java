package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.MadeFiles;
import dev.slipway.planner.plan.node.NodeAddress;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The static pod that keeps the API reachable under the cluster's endpoint: a proxy or lvscare on
/// every node, kube-vip on control planes. The kubelet starts it without an API, so it is there
/// before the first request of the node's own.
final class EndpointPod {
    private final EndpointManifest pod;
    private final ContainerRuntime runtime;

    private EndpointPod(Endpoint endpoint, ContainerRuntime runtime, List<String> servers) {
        this.runtime = runtime;
        this.pod =
                switch (endpoint) {
                    case Endpoint.LocalProxy proxy -> new ProxyPod(proxy, servers);
                    case Endpoint.LocalVip vip -> new LvscarePod(vip, servers);
                    case Endpoint.KubeVip vip -> new KubeVipPod(vip);
                    case Endpoint.ControlPlane _, Endpoint.External _ ->
                            throw new IllegalStateException(endpoint.describe() + " has no pod");
                };
    }

    /// Whether a node of that role has one.
    static boolean isOn(ClusterHost host, Endpoint endpoint) {
        return endpoint.isLocal()
                || (endpoint instanceof Endpoint.KubeVip && host.isControlPlane());
    }

    /// Brings its image and its files; empty on a host that has none. It is another pod whenever
    /// its configuration is another one, so the kubelet starts it anew.
    static List<Step> steps(PlanInput input, ClusterHost host) {
        return isOn(host, input.clusterfile().endpoint())
                ? of(input).bring(NodePaths.ADMIN_CONF)
                : List.of();
    }

    /// The same on a host that joins. It lists the control plane that lets it in too, also where
    /// that is going to leave: until then no other may be up.
    static List<Step> stepsOfJoin(PlanInput input, ClusterHost host) {
        return isOn(host, input.clusterfile().endpoint())
                ? of(
                                input,
                                Stream.concat(
                                        input.clusterfile().controlPlanes().stream(),
                                        Stream.of(input.sponsor())))
                        .bring(NodePaths.ADMIN_CONF)
                : List.of();
    }

    /// The same on the control plane that `kubeadm init` makes. There kube-vip takes the address
    /// with the super-admin's kubeconfig: from 1.29 on the admin's is good for nothing before
    /// kubeadm has bound its group, which it does at the address that kube-vip is to take.
    static List<Step> stepsBeforeInit(PlanInput input, ClusterHost host) {
        return hasTwoLives(input)
                ? of(input).bring(NodePaths.SUPER_ADMIN_CONF)
                : steps(input, host);
    }

    /// After `kubeadm init`: kube-vip goes on with the admin's kubeconfig, as on other control
    /// planes, which have no super-admin's.
    static List<Step> stepsAfterInit(PlanInput input) {
        return hasTwoLives(input)
                ? List.of(
                        Steps.text(
                                "settle-endpoint-pod",
                                NodePaths.ENDPOINT_POD,
                                of(input).pod.manifest(NodePaths.ADMIN_CONF),
                                0600))
                : List.of();
    }

    private static boolean hasTwoLives(PlanInput input) {
        return input.clusterfile().endpoint() instanceof Endpoint.KubeVip
                && input.clusterfile().version().isAtLeast(1, 29);
    }

    private static EndpointPod of(PlanInput input) {
        return of(input, input.clusterfile().controlPlanes().stream());
    }

    private static EndpointPod of(PlanInput input, Stream<ClusterHost> controlPlanes) {
        int port = input.clusterfile().apiPort();
        return new EndpointPod(
                input.clusterfile().endpoint(),
                input.clusterfile().containerRuntime(),
                controlPlanes
                        .map(h -> NodeAddress.of(input, h))
                        .map(address -> NodeAddress.withPort(address, port))
                        .distinct()
                        .sorted()
                        .toList());
    }

    private List<Step> bring(RemotePath kubeconfig) {
        var steps = new ArrayList<Step>();
        Optional<String> configuration = pod.configuration();
        var paths = new ArrayList<>(List.of(NodePaths.ENDPOINT_POD));
        configuration.ifPresent(_ -> paths.add(NodePaths.ENDPOINT_CONFIG));
        steps.add(Steps.rerunnable("remember-endpoint-pod", MadeFiles.rememberScript(paths)));
        steps.add(pull());
        configuration.ifPresent(text ->
                steps.add(
                        Steps.text("put-endpoint-config", NodePaths.ENDPOINT_CONFIG, text, 0644)));
        steps.add(
                Steps.text(
                        "put-endpoint-pod",
                        NodePaths.ENDPOINT_POD,
                        pod.manifest(kubeconfig),
                        0600));
        return steps;
    }

    /// Before the kubelet would: kubeadm waits for the endpoint a minute and no longer.
    private Step pull() {
        String image = ShellQuote.quote(pod.image());
        return Step.Command.of(
                        "pull-endpoint-image",
                        switch (runtime) {
                            case CONTAINERD -> Containerd.pull(image);
                            case DOCKER -> Docker.pull(image);
                        },
                        Duration.ofMinutes(10))
                .withRerun()
                .failingAs(
                        switch (runtime) {
                            case CONTAINERD ->
                                    Failures.with(
                                            Failures.as("pull", ReasonCode.IMAGE_PULL_FAILED),
                                            Failures.as("ctr:", ReasonCode.IMAGE_PULL_FAILED));
                            case DOCKER ->
                                    Failures.with(
                                            Failures.as(
                                                    "Cannot connect to the Docker daemon",
                                                    ReasonCode.CONTAINER_RUNTIME_DOWN),
                                            Failures.as(
                                                    "Error response from daemon",
                                                    ReasonCode.IMAGE_PULL_FAILED));
                        });
    }

    /// An IPv6 address would be read as something else by YAML.
    static String quoted(String address) {
        return address.contains(":") ? "\"" + address + "\"" : address;
    }
}
