package dev.slipway.executor.task;

import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.KubeCredential;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Step;
import dev.slipway.executor.kube.KubeApi;
import dev.slipway.executor.kube.KubeClients;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.HostTunnel;
import dev.slipway.executor.ssh.RemoteNetwork;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/// API servers by way of their hosts' SSH sessions.
@ApplicationScoped
class TunnelledApi implements ApiLine {
    private final RemoteNetwork network;
    private final KubeClients clients;

    @Inject
    TunnelledApi(RemoteNetwork network, Vertx vertx) {
        this.network = network;
        this.clients = new KubeClients(vertx);
    }

    @Override
    public KubeApi open(
            HostTarget host, HostAccess access, Step.Kube step, KubeCredential credential) {
        HostTunnel tunnel = network.tunnel(host, access, step.server());
        try {
            var way = new KubeClients.Way(tunnel.entrance(), tunnel.password());
            KubeApi api = clients.open(step.server(), way, credential, step.timeout());
            return new KubeApi() {
                @Override
                public List<String> ask(KubeRequest request, Terms terms) {
                    return api.ask(request, terms);
                }

                @Override
                public void close() {
                    try (tunnel) {
                        api.close();
                    }
                }
            };
        } catch (RuntimeException e) {
            tunnel.close();
            throw e;
        }
    }
}
