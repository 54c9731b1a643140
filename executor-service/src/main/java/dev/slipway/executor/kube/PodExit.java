package dev.slipway.executor.kube;

import dev.slipway.contracts.order.KubeRequest;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Has the pods leave a node that are on it now: those that come meanwhile, because they tolerate
/// that it is cordoned, would come again and again (kubernetes.io, "Safely Drain a Node", and what
/// `kubectl drain` does). A pod that a disruption budget holds is asked to go again and again.
final class PodExit {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int NAMED = 5;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(5);
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final Set<String> OVER = Set.of("Succeeded", "Failed");

    sealed interface End {
        /// @param pods how many there were
        record Left(int pods) implements End {}

        /// @param why which pods did not leave, and what held them
        record Held(String why) implements End {}
    }

    private final KubernetesClient client;
    private final KubeRequest.Drain request;
    private final String node;

    /// By a pod's uid, what the server said last about its leaving.
    private final Map<String, String> refusals = new HashMap<>();

    PodExit(KubernetesClient client, KubeRequest.Drain request, String node) {
        this.client = client;
        this.request = request;
        this.node = node;
    }

    /// @return held if some did not leave until then, or are not to be asked
    End empty(Instant until) throws InterruptedException {
        List<Pod> leaving = pods().stream().filter(PodExit::leaves).toList();
        List<Pod> lost = leaving.stream().filter(PodExit::isLost).toList();
        if (!request.force() && !lost.isEmpty()) {
            return new End.Held("nothing will start again %s".formatted(names(lost)));
        }
        Set<String> uids = leaving.stream().map(PodExit::uid).collect(Collectors.toSet());
        List<Pod> left = leaving;
        while (!left.isEmpty()) {
            refusals.clear();
            left.stream()
                    .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                    .forEach(this::leave);
            pause(until);
            left = pods().stream().filter(pod -> uids.contains(uid(pod))).toList();
            if (!left.isEmpty() && !Instant.now().isBefore(until)) {
                return new End.Held(why(left));
            }
        }
        return new End.Left(leaving.size());
    }

    private void pause(Instant until) throws InterruptedException {
        Duration wanted = refusals.isEmpty() ? LOOK : AFTER_REFUSAL;
        Duration left = Duration.between(Instant.now(), until);
        Thread.sleep(
                left.isNegative() ? Duration.ZERO : left.compareTo(wanted) < 0 ? left : wanted);
    }

    private List<Pod> pods() {
        var pods = new ArrayList<Pod>();
        Pages.each(
                options -> {
                    options.setFieldSelector("spec.nodeName=" + node);
                    return client.pods().inAnyNamespace().list(options);
                },
                pods::add);
        return pods;
    }

    private static boolean leaves(Pod pod) {
        boolean mirror =
                pod.getMetadata().getAnnotations() != null
                        && pod.getMetadata().getAnnotations().containsKey(MIRROR);
        boolean daemon =
                controller(pod).filter(owner -> "DaemonSet".equals(owner.getKind())).isPresent();
        return !mirror && (!daemon || isOver(pod));
    }

    /// Nothing will start it again.
    private static boolean isLost(Pod pod) {
        return controller(pod).isEmpty() && !isOver(pod);
    }

    private static boolean isOver(Pod pod) {
        return pod.getStatus() != null && OVER.contains(String.valueOf(pod.getStatus().getPhase()));
    }

    private static Optional<OwnerReference> controller(Pod pod) {
        return pod.getMetadata().getOwnerReferences() == null
                ? Optional.empty()
                : pod.getMetadata().getOwnerReferences().stream()
                        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                        .findFirst();
    }

    private void leave(Pod pod) {
        String path =
                "/api/v1/namespaces/%s/pods/%s"
                        .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
        try {
            if (request.force()) {
                client.raw(path, "DELETE", options(pod));
            } else {
                client.raw(
                        path + "/eviction",
                        "POST",
                        new EvictionBuilder()
                                .withNewMetadata()
                                .withName(pod.getMetadata().getName())
                                .withNamespace(pod.getMetadata().getNamespace())
                                .endMetadata()
                                .withDeleteOptions(options(pod))
                                .build());
            }
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return;
            }
            if (!mayPass(e)) {
                throw e;
            }
            refusals.put(uid(pod), Said.by(e));
        }
    }

    /// A disruption budget, another pod of the same name by now, a server in trouble (also: two
    /// budgets for one pod), and a namespace that is being taken away with all that is in it.
    private static boolean mayPass(KubernetesClientException e) {
        return e.getCode() == TOO_MANY_REQUESTS
                || e.getCode() == HttpURLConnection.HTTP_CONFLICT
                || e.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR
                || (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN && isOfDyingNamespace(e));
    }

    private static boolean isOfDyingNamespace(KubernetesClientException e) {
        return e.getStatus() != null
                && e.getStatus().getDetails() != null
                && e.getStatus().getDetails().getCauses() != null
                && e.getStatus().getDetails().getCauses().stream()
                        .map(StatusCause::getReason)
                        .anyMatch("NamespaceTerminating"::equals);
    }

    private DeleteOptions options(Pod pod) {
        var options =
                new DeleteOptionsBuilder()
                        .withApiVersion("v1")
                        .withKind("DeleteOptions")
                        .withNewPreconditions()
                        .withUid(uid(pod))
                        .endPreconditions();
        request.gracePeriod().ifPresent(grace -> options.withGracePeriodSeconds(grace.toSeconds()));
        return options.build();
    }

    private String why(List<Pod> left) {
        Optional<Pod> refused = left.stream().filter(p -> refusals.containsKey(uid(p))).findFirst();
        String names = names(left);
        return refused.map(pod ->
                        "%s did not leave within %s s, of %s the server says %s"
                                .formatted(
                                        names,
                                        request.timeout().toSeconds(),
                                        name(pod),
                                        refusals.getOrDefault(uid(pod), "")))
                .orElseGet(() ->
                        "%s did not end within %s s"
                                .formatted(names, request.timeout().toSeconds()));
    }

    private static String names(List<Pod> pods) {
        return pods.stream().limit(NAMED).map(PodExit::name).collect(Collectors.joining(", "))
                + (pods.size() > NAMED ? " and %d more".formatted(pods.size() - NAMED) : "");
    }

    private static String name(Pod pod) {
        return "pod %s/%s".formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    }

    private static String uid(Pod pod) {
        return String.valueOf(pod.getMetadata().getUid());
    }
}
