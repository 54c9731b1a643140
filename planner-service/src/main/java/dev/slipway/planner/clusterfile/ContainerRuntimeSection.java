package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.Optional;

/// Reads `spec.containerRuntime`.
final class ContainerRuntimeSection {
    private ContainerRuntimeSection() {}

    /// containerd where nothing else is said, or nothing that is served.
    static ContainerRuntime read(YamlMap spec) {
        Optional<YamlMap.Text> type =
                spec.map("containerRuntime").map(r -> r.allow("type")).flatMap(r -> r.text("type"));
        Optional<ContainerRuntime> named = type.flatMap(t -> ContainerRuntime.ofWord(t.value()));
        boolean k0s = K0sSection.isMeant(spec);
        type.filter(_ -> named.isEmpty()).ifPresent(t -> unknown(spec, t));
        type.filter(_ -> k0s && named.equals(Optional.of(ContainerRuntime.DOCKER)))
                .ifPresent(t ->
                        spec.place()
                                .invalid(
                                        t.node(),
                                        t.path(),
                                        "k0s brings its own containerd, and Docker is served with kubeadm: say containerd, or take it out"));
        return named.filter(_ -> !k0s).orElse(ContainerRuntime.CONTAINERD);
    }

    private static void unknown(YamlMap spec, YamlMap.Text type) {
        if (type.value().equals("cri-o")) {
            spec.place()
                    .notServed(
                            type.node(),
                            type.path(),
                            "container runtime cri-o is not served yet, containerd and docker are");
        } else {
            spec.place()
                    .unknown(
                            type.node(),
                            type.path(),
                            "unknown container runtime " + Quoted.of(type.value()),
                            type.value(),
                            ContainerRuntime.words());
        }
    }
}
