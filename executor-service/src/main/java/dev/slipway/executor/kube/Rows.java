package dev.slipway.executor.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is told of things in a cluster: about what `kubectl get` shows, and nothing that may hold a
/// secret (no annotations, no environment).
final class Rows {
    private static final String ROLE = "node-role.kubernetes.io/";

    /// ASCII only, so that no text of a cluster's is taken for a control character on its way.
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private Rows() {}

    static ObjectNode row(String kind) {
        return JSON.createObjectNode().put("kind", kind);
    }

    static String text(ObjectNode row) {
        try {
            return JSON.writeValueAsString(row);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is JSON", e);
        }
    }

    static ObjectNode of(Node node) {
        ObjectNode row = named("node", node);
        row.put(
                "status",
                (isReady(node) ? "Ready" : "NotReady")
                        + (isCordoned(node) ? ",SchedulingDisabled" : ""));
        var roles = row.putArray("roles");
        labels(node).stream()
                .filter(label -> label.startsWith(ROLE))
                .map(label -> label.substring(ROLE.length()))
                .sorted()
                .forEach(roles::add);
        Optional.ofNullable(node.getStatus())
                .map(status -> status.getNodeInfo())
                .ifPresent(info -> {
                    row.put("version", info.getKubeletVersion());
                    row.put("system", info.getOsImage());
                    row.put("runtime", info.getContainerRuntimeVersion());
                });
        Optional.ofNullable(node.getStatus())
                .flatMap(status ->
                        status.getAddresses().stream()
                                .filter(a -> "InternalIP".equals(a.getType()))
                                .findFirst())
                .ifPresent(address -> row.put("address", address.getAddress()));
        return row;
    }

    static boolean isReady(Node node) {
        return node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
    }

    static boolean isCordoned(Node node) {
        return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    static ObjectNode of(Namespace namespace) {
        ObjectNode row = named("namespace", namespace);
        return row.put(
                "status",
                namespace.getStatus() == null
                        ? "-"
                        : Objects.toString(namespace.getStatus().getPhase(), "-"));
    }

    static ObjectNode of(Pod pod) {
        List<ContainerStatus> containers =
                pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
        int whole = pod.getSpec() == null ? 0 : pod.getSpec().getContainers().size();
        ObjectNode row = named("pod", pod);
        row.put(
                "ready",
                "%d/%d"
                        .formatted(
                                containers.stream()
                                        .filter(c -> Boolean.TRUE.equals(c.getReady()))
                                        .count(),
                                whole));
        row.put("status", status(pod, containers));
        row.put(
                "restarts",
                containers.stream()
                        .mapToInt(c -> c.getRestartCount() == null ? 0 : c.getRestartCount())
                        .sum());
        if (pod.getSpec() != null && pod.getSpec().getNodeName() != null) {
            row.put("node", pod.getSpec().getNodeName());
        }
        if (pod.getStatus() != null && pod.getStatus().getPodIP() != null) {
            row.put("address", pod.getStatus().getPodIP());
        }
        return row;
    }

    /// As `kubectl get pods` puts it: what keeps a container from running says more than the phase.
    private static String status(Pod pod, List<ContainerStatus> containers) {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return "Terminating";
        }
        Optional<String> why =
                containers.stream()
                        .map(ContainerStatus::getState)
                        .filter(Objects::nonNull)
                        .map(Rows::trouble)
                        .filter(Objects::nonNull)
                        .findFirst();
        if (why.isPresent() || pod.getStatus() == null) {
            return why.orElse("Unknown");
        }
        return pod.getStatus().getReason() != null
                ? pod.getStatus().getReason()
                : Objects.toString(pod.getStatus().getPhase(), "Unknown");
    }

    private static @Nullable String trouble(ContainerState state) {
        if (state.getWaiting() != null) {
            return state.getWaiting().getReason();
        }
        return state.getTerminated() != null ? state.getTerminated().getReason() : null;
    }

    static ObjectNode of(Service service) {
        ObjectNode row = named("service", service);
        if (service.getSpec() == null) {
            return row;
        }
        row.put("type", Objects.toString(service.getSpec().getType(), "ClusterIP"));
        row.put("address", Objects.toString(service.getSpec().getClusterIP(), "-"));
        var ports = row.putArray("ports");
        service.getSpec().getPorts().forEach(port -> ports.add(text(port)));
        return row;
    }

    private static String text(ServicePort port) {
        return "%d%s/%s"
                .formatted(
                        port.getPort(),
                        port.getNodePort() == null ? "" : ":" + port.getNodePort(),
                        Objects.toString(port.getProtocol(), "TCP"));
    }

    private static List<String> labels(HasMetadata thing) {
        return thing.getMetadata().getLabels() == null
                ? List.of()
                : List.copyOf(thing.getMetadata().getLabels().keySet());
    }

    private static ObjectNode named(String kind, HasMetadata thing) {
        ObjectNode row = row(kind);
        if (thing.getMetadata().getNamespace() != null) {
            row.put("namespace", thing.getMetadata().getNamespace());
        }
        row.put("name", thing.getMetadata().getName());
        if (thing.getMetadata().getCreationTimestamp() != null) {
            row.put("created", thing.getMetadata().getCreationTimestamp());
        }
        return row;
    }
}
