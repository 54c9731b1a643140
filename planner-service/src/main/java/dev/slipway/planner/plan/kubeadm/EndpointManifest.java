package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;
import java.util.Optional;

/// What an endpoint's pod is: one of each mode that has a pod.
sealed interface EndpointManifest permits ProxyPod, LvscarePod, KubeVipPod {
    String image();

    /// The file that the pod reads, where it reads one.
    Optional<String> configuration();

    /// @param kubeconfig by which the pod asks the API, where it does
    String manifest(RemotePath kubeconfig);
}
