package dev.slipway.executor.task;

import dev.slipway.contracts.order.KubeCredential;
import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import dev.slipway.executor.ssh.HostAccess;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// An order for an API server with everything that it takes. Secret: `toString` shows the task
/// only.
final class ApiWork {
    private final Order order;
    private final HostAccess access;
    private final Map<KubeIdentity, KubeCredential> credentials = new EnumMap<>(KubeIdentity.class);

    /// @param credentials of each identity that a step has
    ApiWork(Order order, HostAccess access, Map<KubeIdentity, KubeCredential> credentials) {
        this.order = order;
        this.access = access;
        this.credentials.putAll(credentials);
    }

    Order order() {
        return order;
    }

    List<Step.Kube> steps() {
        return order.steps().stream().map(Step.Kube.class::cast).toList();
    }

    HostAccess access() {
        return access;
    }

    KubeCredential credential(Step.Kube step) {
        return Objects.requireNonNull(credentials.get(step.request().identity()));
    }

    /// To be masked in output.
    List<byte[]> secrets() {
        return credentials.values().stream()
                .map(credential ->
                        credential
                                .privateKey()
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .toList();
    }

    @Override
    public String toString() {
        return "ApiWork[" + order.task() + "]";
    }
}
