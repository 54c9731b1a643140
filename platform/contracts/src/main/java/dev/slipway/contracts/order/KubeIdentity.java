package dev.slipway.contracts.order;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/// As whom a [Step.Kube], or a program on a host, comes to a cluster's API server, and so what it
/// may do there. What a group may do is bound to it in the cluster (RBAC) when the cluster is
/// installed.
public enum KubeIdentity {
    /// Reads nodes, namespaces, pods and services; no secret, no configuration, no log.
    VIEW("view"),
    /// Takes a node out of service and puts it back, on that node: cordons it, evicts its pods.
    MAINTENANCE("maintenance"),
    /// Changes nodes from outside: marks and cordons them, evicts their pods, takes them out of the
    /// cluster. Never on a host.
    NODES("nodes");

    private final String word;

    KubeIdentity(String word) {
        this.word = word;
    }

    /// Its name on the wire and in the material's.
    @JsonValue
    public String word() {
        return word;
    }

    /// The group that its certificates name (the O of the subject). Users' kubeconfigs name others.
    public String group() {
        return "slipway:executor:" + word;
    }

    /// @throws IllegalArgumentException if `word` is none of them
    @JsonCreator
    public static KubeIdentity of(String word) {
        return Arrays.stream(values())
                .filter(identity -> identity.word.equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "\"%s\" is no identity for an API server".formatted(word)));
    }
}
