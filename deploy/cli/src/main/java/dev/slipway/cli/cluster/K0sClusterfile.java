package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.Services;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import java.nio.file.Path;

/// The Clusterfile of a k0s cluster, with what it says of k0s.
record K0sClusterfile(String text, ClusterRuntime.K0s k0s) {
    /// The one that was accepted last.
    ///
    /// @param otherwise said of a cluster of another runtime: what it lacks, and the way out
    static K0sClusterfile latest(Services services, String cluster, String otherwise) {
        return of(
                Path.of("the latest Clusterfile of " + cluster),
                services.planner().text("/v1/clusters/%s/clusterfile".formatted(cluster)),
                cluster,
                otherwise);
    }

    /// The one that was applied last.
    static K0sClusterfile applied(Services services, String cluster, String otherwise) {
        return of(
                Path.of("the applied Clusterfile of " + cluster),
                services.planner()
                        .text("/v1/clusters/%s/clusterfile?applied=true".formatted(cluster)),
                cluster,
                otherwise);
    }

    /// @param file by which the text is known
    static K0sClusterfile of(Path file, String text, String cluster, String otherwise) {
        Clusterfile clusterfile =
                Submission.of(file, text)
                        .clusterfile()
                        .orElseThrow(() ->
                                CommandFailure.usage(
                                        "%s lists hosts only (kind Hosts)".formatted(file)));
        if (!clusterfile.name().value().equals(cluster)) {
            throw CommandFailure.usage(
                    "%s is of cluster \"%s\", not of \"%s\""
                            .formatted(file, clusterfile.name(), cluster));
        }
        return switch (clusterfile.runtime()) {
            case ClusterRuntime.K0s k0s -> new K0sClusterfile(text, k0s);
            case ClusterRuntime.Kubeadm _ ->
                    throw CommandFailure.usage(
                            "cluster \"%s\" is kubeadm's: %s".formatted(cluster, otherwise));
        };
    }
}
