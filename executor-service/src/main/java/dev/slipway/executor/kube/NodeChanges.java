package dev.slipway.executor.kube;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.outcome.ReasonCode;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;

/// Has nodes be as they shall: what is so already is not touched.
final class NodeChanges {
    /// On a node that takes no pods because it is being drained: one that somebody had cordoned
    /// before does not get it, and stays cordoned.
    static final String CORDONED = "slipway.dev/cordoned";

    private static final int TRIES = 5;
    // A thousand nodes that join at once lack something each; a server answers many at a time.
    private static final int AT_ONCE = 10;
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final HostAddress server;

    NodeChanges(KubernetesClient client, HostAddress server) {
        this.client = client;
        this.server = server;
    }

    List<String> cordon(KubeRequest.Cordon request) {
        var lines = new ArrayList<String>();
        for (String name : request.nodes()) {
            Node node = found(name);
            if (Rows.isCordoned(node) != request.cordoned()) {
                patch(name, cordoning(request.cordoned(), false));
                lines.add(
                        "node %s is %s".formatted(name, request.cordoned() ? "cordoned" : "open"));
            }
        }
        return lines;
    }

    /// Cordons a node that is to be drained.
    ///
    /// @return whether it takes pods again if it is not drained
    boolean close(Node node) {
        if (Rows.isCordoned(node)) {
            return node.getMetadata().getAnnotations() != null
                    && node.getMetadata().getAnnotations().containsKey(CORDONED);
        }
        patch(node.getMetadata().getName(), cordoning(true, true));
        return true;
    }

    void open(String name) {
        patch(name, cordoning(false, true));
    }

    private static ObjectNode cordoning(boolean cordoned, boolean drained) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        if (drained || !cordoned) {
            patch.putObject("metadata")
                    .putObject("annotations")
                    .put(CORDONED, cordoned ? "true" : null);
        }
        if (cordoned) {
            patch.putObject("spec").put("unschedulable", true);
        } else {
            patch.putObject("spec").putNull("unschedulable");
        }
        return patch;
    }

    /// Nodes that are not in the cluster fail it, after the others were marked.
    List<String> mark(KubeRequest.Mark request) {
        Map<String, KubeRequest.Marks> wanted = new HashMap<>();
        request.marks().forEach(marks -> marks.nodes().forEach(node -> wanted.put(node, marks)));
        var lacking = new ArrayList<Marking>();
        Pages.each(
                options -> client.nodes().list(options),
                node -> {
                    String name = node.getMetadata().getName();
                    KubeRequest.Marks marks = wanted.remove(name);
                    if (marks != null) {
                        NodeMarking.patch(node, marks)
                                .map(patch -> new Marking(name, marks, patch))
                                .ifPresent(lacking::add);
                    }
                });
        List<String> lines =
                lacking.stream()
                        .peek(_ -> goOn())
                        .gather(Gatherers.mapConcurrent(AT_ONCE, this::mark))
                        .map("node %s is marked"::formatted)
                        .toList();
        if (!wanted.isEmpty()) {
            throw missing(wanted.keySet().stream().sorted().findFirst().orElseThrow());
        }
        return lines;
    }

    /// Who is called away begins no further request; those that are on their way are waited for.
    private static void goOn() {
        if (Thread.currentThread().isInterrupted()) {
            throw new KubernetesClientException("interrupted");
        }
    }

    private record Marking(String node, KubeRequest.Marks marks, ObjectNode patch) {}

    /// Taints are a list, and only the whole of it can be given: who changes it meanwhile is not
    /// overruled, by the version that the patch is for.
    private String mark(Marking marking) {
        Optional<ObjectNode> patch = Optional.of(marking.patch());
        for (int tried = 1; patch.isPresent(); tried++) {
            try {
                patch(marking.node(), patch.get());
                break;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || tried == TRIES) {
                    throw e;
                }
                patch = NodeMarking.patch(found(marking.node()), marking.marks());
            }
        }
        return marking.node();
    }

    List<String> delete(KubeRequest.Delete request, KubeApi.Terms terms) {
        var lines = new ArrayList<String>();
        for (String name : request.nodes()) {
            @Nullable Node node = client.nodes().withName(name).get();
            if (node == null) {
                continue;
            }
            requireOlder(node, terms.written(), server);
            try {
                client.raw(
                        "/api/v1/nodes/" + name,
                        "DELETE",
                        new DeleteOptionsBuilder()
                                .withApiVersion("v1")
                                .withKind("DeleteOptions")
                                .withNewPreconditions()
                                .withUid(node.getMetadata().getUid())
                                .endPreconditions()
                                .build());
                lines.add("node %s is deleted".formatted(name));
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                    throw e;
                }
            }
        }
        return lines;
    }

    /// A name may have been given away again since the order was written.
    ///
    /// @throws KubeFailure if the node is younger than the order
    static void requireOlder(Node node, Instant written, HostAddress server) {
        String created = node.getMetadata().getCreationTimestamp();
        if (created != null && Instant.parse(created).isAfter(written)) {
            throw new KubeFailure(
                    ReasonCode.ORDER_EXPIRED,
                    false,
                    "node \"%s\" is left alone at the API server %s (it was made at %s, after the order for it was written at %s, so another one was meant): retry the run if this one is meant, and compare the clocks of planner and control planes"
                            .formatted(node.getMetadata().getName(), server, created, written),
                    null);
        }
    }

    private Node found(String name) {
        @Nullable Node node = client.nodes().withName(name).get();
        if (node == null) {
            throw missing(name);
        }
        return node;
    }

    private KubeFailure missing(String name) {
        return new KubeFailure(
                ReasonCode.NODE_MISSING,
                false,
                "cannot change node \"%s\" at the API server %s (it is not in the cluster): %s"
                        .formatted(name, server, ReasonCode.NODE_MISSING.advice()),
                null);
    }

    private void patch(String name, ObjectNode patch) {
        client.nodes().withName(name).patch(MERGE, patch.toString());
    }
}
