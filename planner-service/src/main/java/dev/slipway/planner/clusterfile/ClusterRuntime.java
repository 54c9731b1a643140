package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What makes Kubernetes of hosts, and what the user tells it in its own words.
public sealed interface ClusterRuntime {
    /// Of Kubernetes.
    KubernetesVersion version();

    /// @param documents the user's kubeadm documents as plain maps, lists and scalars, without
    ///   `apiVersion` and `kind`
    /// @param containerRuntime absent where it is containerd, so that what was accepted before
    ///   there was a choice says the same as it did
    record Kubeadm(
            KubernetesVersion version,
            Map<KubeadmKind, Map<String, Object>> documents,
            @JsonInclude(JsonInclude.Include.NON_ABSENT)
                    Optional<ContainerRuntime> containerRuntime)
            implements ClusterRuntime {
        public Kubeadm {
            containerRuntime = containerRuntime.filter(r -> r != ContainerRuntime.CONTAINERD);
            var sorted = new EnumMap<KubeadmKind, Map<String, Object>>(KubeadmKind.class);
            sorted.putAll(documents);
            documents = Collections.unmodifiableMap(sorted);
        }

        /// The user's document of that kind, empty if there is none.
        public Map<String, Object> document(KubeadmKind kind) {
            return documents.getOrDefault(kind, Map.of());
        }
    }

    /// @param release of k0s
    /// @param config what the user's document of kind `ClusterConfig` says, without defaults
    /// @param dynamicConfig whether the cluster keeps what of it is not about a single controller
    ///   (k0s documentation, "Dynamic configuration")
    record K0s(K0sVersion release, K0sConfig config, boolean dynamicConfig)
            implements ClusterRuntime {
        @Override
        public KubernetesVersion version() {
            return release.kubernetes();
        }

        /// The configuration with k0s's defaults for its release.
        public K0sConfig filled() {
            return K0sDefaults.fill(config, release.kubernetes());
        }

        /// Whether each controller has a member of etcd, and not a database elsewhere.
        public boolean hasMembers() {
            return config.hasMembers();
        }

        /// Whether workers are to reach all controllers by a balancer of their own although the
        /// user says nothing of it: where there are several controllers, and no other way to all of
        /// them.
        ///
        /// @param controllers how many there are
        public boolean isBalanced(int controllers) {
            Optional<K0sConfig.Spec> said = config.spec();
            return controllers > 1
                    && version().isAtLeast(1, 26)
                    && virtualAddress().isEmpty()
                    && said.flatMap(K0sConfig.Spec::network)
                            .flatMap(K0sNetwork::nodeLocalLoadBalancing)
                            .isEmpty()
                    && said.flatMap(K0sConfig.Spec::api)
                            .flatMap(K0sConfig.Api::externalAddress)
                            .isEmpty();
        }

        /// The first address that controllers share, where k0s is to balance its control plane.
        public Optional<String> virtualAddress() {
            return config.spec()
                    .flatMap(K0sConfig.Spec::network)
                    .flatMap(K0sNetwork::controlPlaneLoadBalancing)
                    .filter(c -> c.enabled().orElse(false))
                    .flatMap(K0sNetwork.ControlPlane::keepalived)
                    .flatMap(k -> k.vrrpInstances().stream().findFirst())
                    .flatMap(i -> i.virtualIPs().stream().findFirst())
                    .map(cidr -> cidr.replaceFirst("/.*", ""));
        }
    }
}
