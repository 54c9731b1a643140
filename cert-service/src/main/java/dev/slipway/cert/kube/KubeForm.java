package dev.slipway.cert.kube;

import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Order;
import java.time.Duration;

/// As what an identity's client certificate is handed out.
enum KubeForm {
    /// A `KubeCredential` as JSON, for executors: API servers look at the end with every request,
    /// so a task that hangs loses its rights. Where a task may take longer, as long as it may.
    CREDENTIAL("kube", Duration.ofMinutes(10)),
    /// A kubeconfig, for programs on hosts: long enough to drain a node.
    KUBECONFIG("kubeconfig", Duration.ofHours(1));

    private final String purpose;
    private final Duration life;

    KubeForm(String purpose, Duration life) {
        this.purpose = purpose;
        this.life = life;
    }

    /// As events name it.
    String purpose() {
        return purpose;
    }

    /// At most.
    Duration life(Order order) {
        Duration task = order.times().timeout();
        return this == CREDENTIAL && task.compareTo(life) > 0 ? task : life;
    }

    MaterialName material(KubeIdentity identity) {
        return switch (this) {
            case CREDENTIAL -> Materials.kube(identity);
            case KUBECONFIG -> Materials.kubeconfig(identity);
        };
    }
}
