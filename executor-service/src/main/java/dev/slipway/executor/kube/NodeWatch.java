package dev.slipway.executor.kube;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.outcome.ReasonCode;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Waits for nodes in one watch: they are listed once, then the server tells what changes. A watch
/// that ends is begun anew with a list. Of each node that is waited for two bits are remembered.
final class NodeWatch {
    private static final int NAMED = 10;

    private record Seen(boolean ready, boolean cordoned) {
        static Seen of(Node node) {
            return new Seen(Rows.isReady(node), Rows.isCordoned(node));
        }
    }

    /// What the watch tells; without a node it has ended.
    private record News(Optional<Node> node, boolean deleted) {
        static final News ENDED = new News(Optional.empty(), false);
    }

    private final KubernetesClient client;
    private final HostAddress server;
    private final KubeRequest.Await wanted;
    private final Set<String> names;
    private final Map<String, Seen> seen = new HashMap<>();

    NodeWatch(KubernetesClient client, HostAddress server, KubeRequest.Await wanted) {
        this.client = client;
        this.server = server;
        this.wanted = wanted;
        this.names =
                wanted.nodes().stream()
                        .map(KubeRequest.Node::name)
                        .collect(Collectors.toUnmodifiableSet());
    }

    List<String> await(Instant until) {
        boolean first = true;
        while (true) {
            String version = list();
            if (first) {
                refuseFailed();
                first = false;
            }
            boolean inTime = isSo() || follow(version, until);
            if (isSo()) {
                return List.of(
                        "%d nodes are %s".formatted(wanted.nodes().size(), word(wanted.state())));
            }
            if (!inTime) {
                throw late(until);
            }
        }
    }

    private String list() {
        seen.clear();
        return Pages.each(
                options -> client.nodes().list(options),
                node -> {
                    if (names.contains(node.getMetadata().getName())) {
                        seen.put(node.getMetadata().getName(), Seen.of(node));
                    }
                });
    }

    private boolean isSo() {
        return wanted.nodes().stream().allMatch(this::isSo);
    }

    private boolean isSo(KubeRequest.Node node) {
        Optional<Seen> found = Optional.ofNullable(seen.get(node.name()));
        return switch (wanted.state()) {
            case PRESENT -> found.isPresent();
            case READY -> found.filter(Seen::ready).isPresent();
            case SCHEDULABLE -> found.filter(n -> n.ready() && !n.cordoned()).isPresent();
            case GONE -> found.isEmpty();
        };
    }

    /// Watches until the nodes are so, or the watch ends.
    ///
    /// @return false if time is over
    private boolean follow(String version, Instant until) {
        var news = new LinkedBlockingQueue<News>();
        try (Watch _ =
                client.nodes()
                        .watch(
                                new ListOptionsBuilder().withResourceVersion(version).build(),
                                new Teller(news))) {
            while (!isSo()) {
                Duration left = Duration.between(Instant.now(), until);
                News told = news.poll(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
                if (told == null) {
                    return false;
                }
                if (told.node().isEmpty()) {
                    // Servers end watches when they like: not at once again, where one does so
                    // often.
                    TimeUnit.SECONDS.sleep(1);
                    return Instant.now().isBefore(until);
                }
                take(told.node().get(), told.deleted());
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubeFailure(
                    ReasonCode.SESSION_LOST,
                    true,
                    "called away from the nodes of the API server %s (%s): asked again by another"
                            .formatted(server, e),
                    e);
        }
    }

    private void take(Node node, boolean deleted) {
        String name = node.getMetadata().getName();
        if (deleted) {
            seen.remove(name);
        } else if (names.contains(name)) {
            seen.put(name, Seen.of(node));
        }
    }

    private void refuseFailed() {
        List<KubeRequest.Node> hopeless =
                wanted.nodes().stream()
                        .filter(node -> wanted.failed().contains(node.host()))
                        .filter(node -> !isSo(node))
                        .toList();
        if (!hopeless.isEmpty()) {
            throw failure(hopeless, "not waited for, since their hosts failed earlier in this run");
        }
    }

    private KubeFailure late(Instant until) {
        return failure(
                wanted.nodes().stream().filter(node -> !isSo(node)).toList(),
                "waited for until %s"
                        .formatted(until.truncatedTo(java.time.temporal.ChronoUnit.SECONDS)));
    }

    private KubeFailure failure(List<KubeRequest.Node> nodes, String how) {
        ReasonCode reason =
                nodes.stream().anyMatch(n -> !seen.containsKey(n.name()))
                        ? ReasonCode.NODE_MISSING
                        : ReasonCode.NODE_NOT_READY;
        String names =
                nodes.stream()
                        .limit(NAMED)
                        .map(n -> "%s of %s %s".formatted(n.name(), n.host(), found(n)))
                        .collect(Collectors.joining(", "));
        return new KubeFailure(
                reason,
                false,
                "%d of %d nodes are not %s at the API server %s (%s%s; %s): %s"
                        .formatted(
                                nodes.size(),
                                wanted.nodes().size(),
                                word(wanted.state()),
                                server,
                                names,
                                nodes.size() > NAMED ? ", …" : "",
                                how,
                                reason.advice()),
                null);
    }

    private String found(KubeRequest.Node node) {
        Seen now = seen.get(node.name());
        if (now == null) {
            return "is not in the cluster";
        }
        return (now.ready() ? "is Ready" : "is not Ready")
                + (now.cordoned() ? " and cordoned" : "");
    }

    private static String word(KubeRequest.NodeState state) {
        return switch (state) {
            case PRESENT -> "in the cluster";
            case READY -> "Ready";
            case SCHEDULABLE -> "Ready and open to pods";
            case GONE -> "gone";
        };
    }

    /// Called on the client's threads.
    private record Teller(BlockingQueue<News> news) implements Watcher<Node> {
        @Override
        public void eventReceived(Action action, Node node) {
            switch (action) {
                case ADDED, MODIFIED -> news.add(new News(Optional.of(node), false));
                case DELETED -> news.add(new News(Optional.of(node), true));
                case ERROR -> news.add(News.ENDED);
                case BOOKMARK -> {}
            }
        }

        @Override
        public void onClose() {
            news.add(News.ENDED);
        }

        @Override
        public void onClose(WatcherException cause) {
            news.add(News.ENDED);
        }
    }
}
