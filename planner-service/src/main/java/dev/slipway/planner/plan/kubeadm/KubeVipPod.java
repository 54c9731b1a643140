package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.plan.node.Script;
import java.util.Optional;

/// `kube-vip`: control planes hand the address on by ARP, with a lease in the cluster.
record KubeVipPod(Endpoint.KubeVip endpoint) implements EndpointManifest {
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
        boolean ipv6 = endpoint.address().contains(":");
        return Script.fill(
                KUBE_VIP_POD,
                "IMAGE",
                endpoint.image(),
                "ADDRESS",
                endpoint.address(),
                "PORT",
                String.valueOf(endpoint.port()),
                "PREFIX",
                ipv6 ? "128" : "32",
                "OWN",
                EndpointPod.quoted(ipv6 ? "::1" : "127.0.0.1"),
                "INTERFACE",
                endpoint.networkInterface()
                        .map("        - {name: vip_interface, value: \"%s\"}\n"::formatted)
                        .orElse(""),
                "KUBECONFIG",
                kubeconfig.value());
    }

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
