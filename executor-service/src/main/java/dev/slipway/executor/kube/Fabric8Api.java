package dev.slipway.executor.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.outcome.ReasonCode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// An API server asked with fabric8's client. Lists come in pages, so that a large cluster is never
/// in memory whole.
final class Fabric8Api implements KubeApi {
    private final KubernetesClient client;
    private final HostAddress server;

    Fabric8Api(KubernetesClient client, HostAddress server) {
        this.client = client;
        this.server = server;
    }

    @Override
    public List<String> ask(KubeRequest request, Terms terms) {
        try {
            return switch (request) {
                case KubeRequest.Items items -> list(items);
                case KubeRequest.Usage() -> List.of(usage());
                case KubeRequest.Await await ->
                        new NodeWatch(client, server, await).await(terms.until());
                case KubeRequest.Mark mark -> new NodeChanges(client, server).mark(mark);
                case KubeRequest.Cordon cordon -> new NodeChanges(client, server).cordon(cordon);
                case KubeRequest.Drain drain -> new NodeDrain(client, server, drain).drain(terms);
                case KubeRequest.Delete delete ->
                        new NodeChanges(client, server).delete(delete, terms);
            };
        } catch (KubernetesClientException e) {
            throw failure(request, e);
        }
    }

    private List<String> list(KubeRequest.Items items) {
        var lines = new Lines();
        Optional<String> namespace = items.namespace();
        switch (items.items()) {
            case NODES ->
                    Pages.each(options -> client.nodes().list(options), n -> lines.add(Rows.of(n)));
            case NAMESPACES ->
                    Pages.each(
                            options -> client.namespaces().list(options),
                            n -> lines.add(Rows.of(n)));
            case PODS ->
                    Pages.each(
                            options ->
                                    namespace.isPresent()
                                            ? client.pods()
                                                    .inNamespace(namespace.get())
                                                    .list(options)
                                            : client.pods().inAnyNamespace().list(options),
                            pod -> lines.add(Rows.of(pod)));
            case SERVICES ->
                    Pages.each(
                            options ->
                                    namespace.isPresent()
                                            ? client.services()
                                                    .inNamespace(namespace.get())
                                                    .list(options)
                                            : client.services().inAnyNamespace().list(options),
                            service -> lines.add(Rows.of(service)));
        }
        return lines.all();
    }

    private String usage() {
        var usage = new Usage();
        Pages.each(options -> client.nodes().list(options), usage::add);
        Pages.each(options -> client.pods().inAnyNamespace().list(options), usage::add);
        return Rows.text(usage.row());
    }

    private KubeFailure failure(KubeRequest request, KubernetesClientException e) {
        ReasonCode reason = reason(e);
        return new KubeFailure(
                reason,
                isPassing(e, reason),
                "cannot %s at the API server %s (%s): %s"
                        .formatted(what(request), server, Said.by(e), reason.advice()),
                e);
    }

    private static String what(KubeRequest request) {
        return switch (request) {
            case KubeRequest.Items(var items, var namespace) ->
                    "list "
                            + items.name().toLowerCase(Locale.ROOT)
                            + namespace.map(n -> " of namespace \"%s\"".formatted(n)).orElse("");
            case KubeRequest.Usage() -> "list nodes and pods";
            case KubeRequest.Await _ -> "watch the nodes";
            case KubeRequest.Mark _ -> "mark the nodes";
            case KubeRequest.Cordon cordon ->
                    cordon.cordoned() ? "cordon the nodes" : "uncordon the nodes";
            case KubeRequest.Drain _ -> "drain the nodes";
            case KubeRequest.Delete _ -> "delete the nodes";
        };
    }

    private static ReasonCode reason(KubernetesClientException e) {
        if (e.getCode() > 0) {
            return ReasonCode.API_REFUSED;
        }
        if (has(e, SSLException.class)) {
            return ReasonCode.PKI_INVALID;
        }
        return has(e, TimeoutException.class)
                ? ReasonCode.STEP_TIMEOUT
                : ReasonCode.API_UNREACHABLE;
    }

    /// What was listed is gone from the server's memory, or the server is busy or ending. One
    /// answer may be too slow in coming long before the step's time is over: when a thousand nodes
    /// join at once, say.
    private static boolean isPassing(KubernetesClientException e, ReasonCode reason) {
        return reason == ReasonCode.API_UNREACHABLE
                || reason == ReasonCode.STEP_TIMEOUT
                || e.getCode() == HttpURLConnection.HTTP_GONE
                || e.getCode() == 429
                || e.getCode() >= 500;
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        client.close();
    }

    /// Lines up to a limit.
    private static final class Lines {
        private static final int LIMIT = 4 * 1024 * 1024;

        private final List<String> lines = new ArrayList<>();
        private int bytes;

        void add(ObjectNode row) {
            String line = Rows.text(row);
            bytes += line.length() + 1;
            if (bytes > LIMIT) {
                throw new KubeFailure(
                        ReasonCode.OUTPUT_LIMIT,
                        false,
                        "cannot list that much (more than %d things, %d bytes): %s"
                                .formatted(lines.size(), LIMIT, ReasonCode.OUTPUT_LIMIT.advice()),
                        null);
            }
            lines.add(line);
        }

        List<String> all() {
            return lines;
        }
    }
}
