package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.plan.node.NodeAddress;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// `local-proxy`: HAProxy or nginx on the loopback address. Another list of servers is another
/// manifest, since the manifest has the configuration's digest.
///
/// @param servers `address:port` of API servers
record ProxyPod(Endpoint.LocalProxy endpoint, List<String> servers) implements EndpointManifest {
    ProxyPod {
        servers = List.copyOf(servers);
    }

    @Override
    public String image() {
        return endpoint.image();
    }

    @Override
    public Optional<String> configuration() {
        return Optional.of(text());
    }

    private String text() {
        return switch (endpoint.proxy()) {
            case HAPROXY -> haproxy();
            case NGINX -> nginx();
        };
    }

    private String haproxy() {
        var lines = new StringBuilder();
        int number = 1;
        for (String server : servers) {
            lines.append("    server control-plane-%d %s\n".formatted(number++, server));
        }
        return Script.fill(HAPROXY, "LISTEN", listen(), "SERVERS", lines.toString());
    }

    private String nginx() {
        String lines =
                servers.stream()
                        .map("        server %s;\n"::formatted)
                        .collect(Collectors.joining());
        return Script.fill(NGINX, "LISTEN", listen(), "SERVERS", lines);
    }

    private String listen() {
        return NodeAddress.withPort(endpoint.address(), endpoint.port());
    }

    @Override
    public String manifest(RemotePath kubeconfig) {
        return Script.fill(
                PROXY_POD,
                "DIGEST",
                ContentDigest.ofBytes(text().getBytes(StandardCharsets.UTF_8)).value(),
                "NAME",
                endpoint.proxy().word(),
                "IMAGE",
                endpoint.image(),
                "HOST",
                EndpointPod.quoted(endpoint.address()),
                "PORT",
                String.valueOf(endpoint.port()),
                "INSIDE",
                switch (endpoint.proxy()) {
                    case HAPROXY -> "/usr/local/etc/haproxy/haproxy.cfg";
                    case NGINX -> "/etc/nginx/nginx.conf";
                },
                "CONFIG",
                NodePaths.ENDPOINT_CONFIG.value());
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
}
