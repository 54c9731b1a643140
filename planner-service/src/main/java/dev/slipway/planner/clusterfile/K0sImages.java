package dev.slipway.planner.clusterfile;

import dev.slipway.planner.clusterfile.Schema.Default;
import dev.slipway.planner.clusterfile.Schema.Is;
import dev.slipway.planner.clusterfile.Schema.Named;
import dev.slipway.planner.clusterfile.Schema.OneOf;
import java.util.Optional;

/// `spec.images` of k0s's configuration: what is not said is the release's own.
///
/// @param repository takes the place of every image's registry
public record K0sImages(
        Optional<Image> konnectivity,
        Optional<Image> pushgateway,
        Optional<Image> metricsserver,
        Optional<Image> kubeproxy,
        Optional<Image> coredns,
        Optional<Image> pause,
        Optional<Image> windows,
        Optional<Calico> calico,
        Optional<KubeRouter> kuberouter,
        Optional<String> repository,
        @Named("default_pull_policy")
                @OneOf({"Always", "IfNotPresent", "Never"})
                @Default("IfNotPresent")
                Optional<String> defaultPullPolicy) {
    public record Image(
            @Is(Form.IMAGE) Optional<String> image,
            @Is(Form.IMAGE_VERSION) Optional<String> version) {}

    public record Calico(
            Optional<Image> cni,
            Optional<Image> node,
            Optional<Image> kubecontrollers,
            Optional<Image> windows) {}

    public record KubeRouter(Optional<Image> cni, Optional<Image> cniInstaller) {}
}
