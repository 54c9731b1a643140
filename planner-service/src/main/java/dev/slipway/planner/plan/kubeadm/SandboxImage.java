package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.KubernetesVersion;

/// The image that holds each pod's namespaces, as kubeadm has it of its release, so that it is
/// among the images that kubeadm lists and bundles bring.
final class SandboxImage {
    private static final String STANDARD = "registry.k8s.io";

    private SandboxImage() {}

    static String of(Clusterfile clusterfile) {
        return of(clusterfile.imageRepository().orElse(STANDARD), clusterfile.version());
    }

    /// @param repository the registry and path of Kubernetes' images
    static String of(String repository, KubernetesVersion version) {
        return "%s/pause:%s".formatted(repository, release(version));
    }

    /// `PauseVersion` of kubeadm's releases.
    private static String release(KubernetesVersion version) {
        if (version.isAtLeast(1, 36)) {
            return "3.10.2";
        }
        if (version.isAtLeast(1, 34)) {
            return "3.10.1";
        }
        return version.isAtLeast(1, 31) ? "3.10" : "3.9";
    }
}
