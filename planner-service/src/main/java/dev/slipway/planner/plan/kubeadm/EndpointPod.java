package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.id.ContentDigest;
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
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The static pod that keeps the API reachable under the cluster's endpoint: a proxy or lvscare on
/// every node, kube-vip on control planes. The kubelet starts it without an API, so it is there
/// before the first request of the node's own.
final class EndpointPod {
    private final Endpoint endpoint;
    private final ContainerRuntime runtime;
    private final List<String> servers;

    private EndpointPod(Endpoint endpoint, ContainerRuntime runtime, List<String> servers) {
        this.runtime = runtime;
        this.endpoint = endpoint;
        this.servers = servers;
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
                                of(input).manifest(NodePaths.ADMIN_CONF),
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
        Optional<String> configuration = configuration();
        var paths = new ArrayList<>(List.of(NodePaths.ENDPOINT_POD));
        configuration.ifPresent(_ -> paths.add(NodePaths.ENDPOINT_CONFIG));
        steps.add(Steps.rerunnable("remember-endpoint-pod", MadeFiles.rememberScript(paths)));
        steps.add(pull());
        configuration.ifPresent(text ->
                steps.add(
                        Steps.text("put-endpoint-config", NodePaths.ENDPOINT_CONFIG, text, 0644)));
        steps.add(
                Steps.text("put-endpoint-pod", NodePaths.ENDPOINT_POD, manifest(kubeconfig), 0600));
        return steps;
    }

    /// Before the kubelet would: kubeadm waits for the endpoint a minute and no longer.
    private Step pull() {
        String image = ShellQuote.quote(image());
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

    private String image() {
        return switch (endpoint) {
            case Endpoint.LocalProxy(_, _, _, var image) -> image;
            case Endpoint.LocalVip(_, _, var image) -> image;
            case Endpoint.KubeVip(_, _, _, var image) -> image;
            case Endpoint.ControlPlane _, Endpoint.External _ -> throw none();
        };
    }

    private IllegalStateException none() {
        return new IllegalStateException(endpoint.describe() + " has no pod");
    }

    private Optional<String> configuration() {
        return endpoint instanceof Endpoint.LocalProxy proxy
                ? Optional.of(
                        switch (proxy.proxy()) {
                            case HAPROXY -> haproxy(proxy);
                            case NGINX -> nginx(proxy);
                        })
                : Optional.empty();
    }

    private String haproxy(Endpoint.LocalProxy proxy) {
        var lines = new StringBuilder();
        int number = 1;
        for (String server : servers) {
            lines.append("    server control-plane-%d %s\n".formatted(number++, server));
        }
        return Script.fill(HAPROXY, "LISTEN", listen(proxy), "SERVERS", lines.toString());
    }

    private String nginx(Endpoint.LocalProxy proxy) {
        String lines =
                servers.stream()
                        .map("        server %s;\n"::formatted)
                        .collect(Collectors.joining());
        return Script.fill(NGINX, "LISTEN", listen(proxy), "SERVERS", lines);
    }

    private static String listen(Endpoint.LocalProxy proxy) {
        return NodeAddress.withPort(proxy.address(), proxy.port());
    }

    private String manifest(RemotePath kubeconfig) {
        return switch (endpoint) {
            case Endpoint.LocalProxy(var proxy, var address, int port, var image) ->
                    Script.fill(
                            PROXY_POD,
                            "DIGEST",
                            ContentDigest.ofBytes(
                                            configuration()
                                                    .orElseThrow()
                                                    .getBytes(StandardCharsets.UTF_8))
                                    .value(),
                            "NAME",
                            proxy.word(),
                            "IMAGE",
                            image,
                            "HOST",
                            quoted(address),
                            "PORT",
                            String.valueOf(port),
                            "INSIDE",
                            switch (proxy) {
                                case HAPROXY -> "/usr/local/etc/haproxy/haproxy.cfg";
                                case NGINX -> "/etc/nginx/nginx.conf";
                            },
                            "CONFIG",
                            NodePaths.ENDPOINT_CONFIG.value());
            case Endpoint.LocalVip(var address, int port, var image) ->
                    Script.fill(
                            LVSCARE_POD,
                            "IMAGE",
                            image,
                            "VIRTUAL",
                            NodeAddress.withPort(address, port),
                            "SERVERS",
                            servers.stream()
                                    .map(s -> "        - --rs\n        - \"%s\"\n".formatted(s))
                                    .collect(Collectors.joining()));
            case Endpoint.KubeVip(var address, int port, var networkInterface, var image) ->
                    Script.fill(
                            KUBE_VIP_POD,
                            "IMAGE",
                            image,
                            "ADDRESS",
                            address,
                            "PORT",
                            String.valueOf(port),
                            "PREFIX",
                            address.contains(":") ? "128" : "32",
                            "OWN",
                            quoted(address.contains(":") ? "::1" : "127.0.0.1"),
                            "INTERFACE",
                            networkInterface
                                    .map(i ->
                                            "        - {name: vip_interface, value: \"%s\"}\n"
                                                    .formatted(i))
                                    .orElse(""),
                            "KUBECONFIG",
                            kubeconfig.value());
            case Endpoint.ControlPlane _, Endpoint.External _ -> throw none();
        };
    }

    /// An IPv6 address would be read as something else by YAML.
    private static String quoted(String address) {
        return address.contains(":") ? "\"" + address + "\"" : address;
    }

    /// A server that answers with anything but a failure of its own is up: where anonymous requests
    /// are off it says 401. Sessions on one that went down are cut, so that clients come again.
    private static final String HAPROXY =
            """
            global
                log stdout format raw local0 notice
                maxconn 8192

            defaults
                log global
                mode tcp
                balance leastconn
                timeout connect 5s
                timeout client 20m
                timeout server 20m
                option redispatch

            frontend api
                bind @LISTEN@
                default_backend control-planes

            backend control-planes
                option httpchk GET /readyz
                http-check expect ! rstatus ^5
                default-server check check-ssl verify none inter 3s rise 2 fall 2 on-marked-down shutdown-sessions
            @SERVERS@\
            """;

    private static final String NGINX =
            """
            error_log stderr notice;
            worker_processes 2;
            worker_rlimit_nofile 32768;
            events {
                worker_connections 16384;
            }
            stream {
                upstream control_planes {
                    least_conn;
            @SERVERS@\
                }
                server {
                    listen @LISTEN@;
                    proxy_pass control_planes;
                    proxy_connect_timeout 2s;
                    proxy_timeout 20m;
                }
            }
            """;

    private static final String PROXY_POD =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: slipway-endpoint
              namespace: kube-system
              labels: {app.kubernetes.io/name: slipway-endpoint}
              annotations:
                slipway.dev/config: "@DIGEST@"
            spec:
              hostNetwork: true
              priorityClassName: system-node-critical
              containers:
                - name: @NAME@
                  image: "@IMAGE@"
                  resources:
                    requests: {cpu: 25m, memory: 64Mi}
                  livenessProbe:
                    tcpSocket: {host: @HOST@, port: @PORT@}
                    periodSeconds: 10
                    failureThreshold: 3
                  volumeMounts:
                    - {name: config, mountPath: @INSIDE@, readOnly: true}
              volumes:
                - name: config
                  hostPath: {path: @CONFIG@, type: File}
            """;

    private static final String LVSCARE_POD =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: slipway-endpoint
              namespace: kube-system
              labels: {app.kubernetes.io/name: slipway-endpoint}
            spec:
              hostNetwork: true
              priorityClassName: system-node-critical
              containers:
                - name: lvscare
                  image: "@IMAGE@"
                  command: [/usr/bin/lvscare]
                  args:
                    - care
                    - --vs
                    - "@VIRTUAL@"
                    - --health-path
                    - /healthz
                    - --health-schem
                    - https
            @SERVERS@\
                  securityContext: {privileged: true}
                  resources:
                    requests: {cpu: 25m, memory: 64Mi}
                  volumeMounts:
                    - {name: modules, mountPath: /lib/modules, readOnly: true}
              volumes:
                - name: modules
                  hostPath: {path: /lib/modules}
            """;

    /// As `kube-vip manifest pod --controlplane --arp --leaderElection` has it. It reaches the API
    /// of its own node under the name `kubernetes`.
    private static final String KUBE_VIP_POD =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: slipway-endpoint
              namespace: kube-system
              labels: {app.kubernetes.io/name: slipway-endpoint}
            spec:
              hostNetwork: true
              priorityClassName: system-node-critical
              hostAliases:
                - ip: @OWN@
                  hostnames: [kubernetes]
              containers:
                - name: kube-vip
                  image: "@IMAGE@"
                  args: [manager]
                  env:
                    - {name: vip_arp, value: "true"}
                    - {name: address, value: "@ADDRESS@"}
                    - {name: port, value: "@PORT@"}
                    - {name: vip_subnet, value: "@PREFIX@"}
            @INTERFACE@\
                    - name: vip_nodename
                      valueFrom:
                        fieldRef: {fieldPath: spec.nodeName}
                    - {name: cp_enable, value: "true"}
                    - {name: cp_namespace, value: kube-system}
                    - {name: svc_enable, value: "false"}
                    - {name: vip_leaderelection, value: "true"}
                    - {name: vip_leasename, value: plndr-cp-lock}
                    - {name: vip_leaseduration, value: "5"}
                    - {name: vip_renewdeadline, value: "3"}
                    - {name: vip_retryperiod, value: "1"}
                  securityContext:
                    capabilities: {add: [NET_ADMIN, NET_RAW]}
                  resources:
                    requests: {cpu: 25m, memory: 64Mi}
                  volumeMounts:
                    - {name: kubeconfig, mountPath: /etc/kubernetes/admin.conf, readOnly: true}
              volumes:
                - name: kubeconfig
                  hostPath: {path: @KUBECONFIG@, type: File}
            """;
}
