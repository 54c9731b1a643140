package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/// What a host is in its cluster.
public enum Role {
    CONTROL_PLANE("control-plane"),
    WORKER("worker");

    private final String word;

    Role(String word) {
        this.word = word;
    }

    /// The word of files and APIs, `control-plane` or `worker`.
    @JsonValue
    public String word() {
        return word;
    }

    /// @param text a modern name, one of the older project's (`master`, `node`) or k0s's
    ///   (`controller`)
    static Optional<Role> of(String text) {
        return switch (text) {
            case "control-plane", "master", "controller" -> Optional.of(CONTROL_PLANE);
            case "worker", "node" -> Optional.of(WORKER);
            default -> Optional.empty();
        };
    }
}
