package dev.slipway.executor.kube;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.KubeCredential;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.time.Duration;

/// Makes clients of API servers, each for one server and one credential. They share the process's
/// event loops, so one costs no thread.
public final class KubeClients {
    // Trouble that is over at once is not worth another connection; longer trouble is the caller's.
    private static final int RETRIES = 2;
    private static final Duration CONNECTING = Duration.ofSeconds(15);
    // Of one answer; a request that takes longer asks more than once.
    private static final Duration ANSWER = Duration.ofMinutes(1);

    private final VertxHttpClientFactory transport;
    private final KubernetesSerialization json = new KubernetesSerialization();

    public KubeClients(Vertx vertx) {
        this.transport = new VertxHttpClientFactory(vertx);
    }

    /// What leads to a server: an HTTP proxy on this machine.
    ///
    /// @param password for the user "slipway"
    public record Way(InetSocketAddress proxy, String password) {
        @Override
        public String toString() {
            return "Way[%s]".formatted(proxy);
        }
    }

    /// A client; connects with the first request.
    ///
    /// @param server its address as on the other side of the way, which its certificate has to name
    /// @param limit for all of a request
    /// @throws IllegalArgumentException if the credential is none
    public KubeApi open(HostAddress server, Way way, KubeCredential credential, Duration limit) {
        var identity = ClientIdentity.read(credential);
        Config config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl("https://%s/".formatted(server))
                        .withRequestTimeout(
                                (int) (limit.compareTo(ANSWER) < 0 ? limit : ANSWER).toMillis())
                        .withConnectionTimeout((int) CONNECTING.toMillis())
                        .withRequestRetryBackoffLimit(RETRIES)
                        // One that broke is begun anew by who waits, with what is there then.
                        .withWatchReconnectLimit(0)
                        // As kubectl watches: nothing on the way has to know of other protocols.
                        .withOnlyHttpWatches(true)
                        .withUserAgent("slipway-executor")
                        .build();
        KubernetesClient client =
                new KubernetesClientBuilder()
                        .withConfig(config)
                        .withHttpClientFactory(transport)
                        .withKubernetesSerialization(json)
                        .withHttpClientBuilderConsumer(http -> through(http, way, identity))
                        .build();
        return new Fabric8Api(client, server);
    }

    /// Only the cluster's own CA is trusted: the library's own settings would add it to the
    /// machine's.
    private static void through(HttpClient.Builder http, Way way, ClientIdentity identity) {
        http.proxyType(HttpClient.ProxyType.HTTP);
        http.proxyAddress(way.proxy());
        http.proxyAuthorization(HttpClientUtils.basicCredentials("slipway", way.password()));
        http.sslContext(identity.keyManagers(), identity.trustManagers());
    }
}
