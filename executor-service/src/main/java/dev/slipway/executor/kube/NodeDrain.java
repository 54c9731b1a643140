package dev.slipway.executor.kube;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.outcome.ReasonCode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Empties nodes, some at once, each to its end whatever becomes of the others.
final class NodeDrain {
    /// How it ended for one node: with a line to print, or not.
    private record Drained(String line, Optional<String> held) {
        static Drained to(String line) {
            return new Drained(line, Optional.empty());
        }

        static Drained not(String node, String why) {
            return new Drained("", Optional.of("node \"%s\": %s".formatted(node, why)));
        }
    }

    private final KubernetesClient client;
    private final HostAddress server;
    private final KubeRequest.Drain request;
    private final NodeChanges changes;

    NodeDrain(KubernetesClient client, HostAddress server, KubeRequest.Drain request) {
        this.client = client;
        this.server = server;
        this.request = request;
        this.changes = new NodeChanges(client, server);
    }

    List<String> drain(KubeApi.Terms terms) {
        List<Callable<Drained>> each =
                request.nodes().stream()
                        .<Callable<Drained>>map(n -> () -> drain(n, terms))
                        .toList();
        try (var workers =
                Executors.newFixedThreadPool(
                        KubeRequest.Drain.AT_ONCE, Thread.ofVirtual().name("drain").factory())) {
            // Interrupts those that are at work when this thread is.
            return lines(workers.invokeAll(each));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubeFailure(
                    ReasonCode.SESSION_LOST,
                    true,
                    "called away from draining at the API server %s (%s): done again by another"
                            .formatted(server, e),
                    e);
        }
    }

    private List<String> lines(List<Future<Drained>> ended) throws InterruptedException {
        var lines = new ArrayList<String>();
        var held = new ArrayList<String>();
        for (Future<Drained> end : ended) {
            Drained drained = result(end);
            drained.held().ifPresentOrElse(held::add, () -> lines.add(drained.line()));
        }
        if (!held.isEmpty()) {
            throw new KubeFailure(
                    ReasonCode.DRAIN_FAILED,
                    false,
                    "cannot drain %d of %d nodes at the API server %s (%s): %s"
                            .formatted(
                                    held.size(),
                                    request.nodes().size(),
                                    server,
                                    String.join("; ", held),
                                    ReasonCode.DRAIN_FAILED.advice()),
                    null);
        }
        return lines;
    }

    private static Drained result(Future<Drained> end) throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Drained drain(String name, KubeApi.Terms terms) throws InterruptedException {
        @Nullable Node node = client.nodes().withName(name).get();
        if (node == null) {
            return Drained.to("node %s is not in the cluster".formatted(name));
        }
        NodeChanges.requireOlder(node, terms.written(), server);
        boolean ours = changes.close(node);
        Instant limit = Instant.now().plus(request.timeout());
        Instant until = limit.isBefore(terms.until()) ? limit : terms.until();
        try {
            return switch (new PodExit(client, request, name).empty(until)) {
                case PodExit.End.Left(int pods) ->
                        Drained.to("node %s is drained, %d pods left it".formatted(name, pods));
                case PodExit.End.Held(String why) -> {
                    openAgain(name, ours);
                    yield Drained.not(name, why);
                }
            };
        } catch (KubernetesClientException e) {
            if (e.getCode() > 0) {
                openAgain(name, ours);
            }
            throw e;
        }
    }

    private void openAgain(String name, boolean ours) {
        if (ours) {
            changes.open(name);
        }
    }
}
