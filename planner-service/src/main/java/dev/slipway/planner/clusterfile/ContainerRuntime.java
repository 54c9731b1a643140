package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.order.RemotePath;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What runs containers for the kubelet.
public enum ContainerRuntime {
    CONTAINERD("/run/containerd/containerd.sock"),
    /// Docker, which the kubelet reaches through cri-dockerd (its documentation, "Usage").
    DOCKER("/run/cri-dockerd.sock");

    private final String socket;

    ContainerRuntime(String socket) {
        this.socket = socket;
    }

    /// `docker`, for example; none of other words.
    public static Optional<ContainerRuntime> ofWord(String word) {
        return Arrays.stream(values()).filter(r -> r.word().equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(ContainerRuntime::word).toList();
    }

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Where the kubelet finds it.
    public RemotePath socket() {
        return RemotePath.of(socket);
    }

    /// The same as kubeadm and the kubelet are told it.
    public String criSocket() {
        return "unix://" + socket;
    }
}
