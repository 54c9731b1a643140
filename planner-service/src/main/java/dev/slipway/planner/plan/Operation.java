package dev.slipway.planner.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/// What is asked of a cluster.
public enum Operation {
    /// Install it, add workers to it, or bring it to what its Clusterfile says.
    APPLY("apply"),
    /// Make a living cluster that kubeadm made one of Slipway's, as it is.
    ADOPT("adopt"),
    /// Take it off its hosts.
    RESET("reset"),
    /// Keep what its control plane knows in a file on one of its hosts.
    BACKUP("backup"),
    /// Install it anew from such a file.
    RESTORE("restore"),
    /// Look at its hosts, and at itself where it is installed. Changes nothing.
    CHECK("check"),
    /// Run a command on its hosts, or on any others. Changes nothing of the cluster's record.
    EXEC("exec"),
    /// Ask its API server what runs in it. Changes nothing.
    VIEW("view");

    private final String word;

    Operation(String word) {
        this.word = word;
    }

    /// The word of APIs and events, `apply`, `adopt`, `reset`, `backup`, `restore`, `check`, `exec`
    /// or `view`.
    @JsonValue
    public String word() {
        return word;
    }

    /// Whether it brings the cluster to what its Clusterfile says.
    public boolean installs() {
        return this == APPLY || this == RESTORE;
    }

    /// @throws IllegalArgumentException if `word` is none of them
    @JsonCreator
    public static Operation of(String word) {
        return Arrays.stream(values())
                .filter(o -> o.word.equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "\"%s\" is no operation: expected apply, adopt, reset, backup, restore, check, exec or view"
                                        .formatted(word)));
    }
}
