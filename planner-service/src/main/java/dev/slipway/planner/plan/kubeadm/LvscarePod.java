package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.plan.node.NodeAddress;
import dev.slipway.planner.plan.node.Script;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// `local-vip`: lvscare, which keeps an IPVS virtual server in the node's kernel.
///
/// @param servers `address:port` of API servers
record LvscarePod(Endpoint.LocalVip endpoint, List<String> servers) implements EndpointManifest {
    LvscarePod {
        servers = List.copyOf(servers);
    }

    @Override
    public String image() {
        return endpoint.image();
    }

    @Override
    public Optional<String> configuration() {
        return Optional.empty();
    }

    @Override
    public String manifest(RemotePath kubeconfig) {
        return Script.fill(
                LVSCARE_POD,
                "IMAGE",
                endpoint.image(),
                "VIRTUAL",
                NodeAddress.withPort(endpoint.address(), endpoint.port()),
                "SERVERS",
                servers.stream()
                        .map(s -> "        - --rs\n        - \"%s\"\n".formatted(s))
                        .collect(Collectors.joining()));
    }

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
}
