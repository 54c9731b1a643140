package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.CanonicalYaml;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.K0sDocument;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The part of k0s's configuration that is the cluster's and not one controller's. With dynamic
/// configuration (`spec.runtime.dynamicConfig`) it is an object of the cluster, `clusterconfig k0s`
/// in `kube-system`, which all controllers follow without being started anew; their files count for
/// the rest (k0s documentation, "Dynamic configuration").
final class ClusterConfig {
    private static final RemotePath FILE = NodePaths.VOLATILE.resolveInside("clusterconfig.yaml");
    private static final List<String> OF_A_NODE = List.of("api", "storage", "installConfig");
    private static final List<String> NETWORK_OF_A_NODE =
            List.of(
                    "serviceCIDR",
                    "clusterDomain",
                    "controlPlaneLoadBalancing",
                    "primaryAddressFamily");

    private ClusterConfig() {}

    static boolean isDynamic(Clusterfile clusterfile) {
        return K0sInstall.runtime(clusterfile).dynamicConfig();
    }

    /// Whether the object is another than the Clusterfile's: what users changed in the cluster
    /// itself stays until their Clusterfile changes.
    static boolean isOutdated(PlanInput input) {
        return isDynamic(input.clusterfile())
                && (input.isChanged(ClusterConfig::isDynamic)
                        || input.isChanged(ClusterConfig::document));
    }

    /// Whether what controllers read in their own files differs.
    static boolean isOfNodesOutdated(PlanInput input) {
        return input.isChanged(ClusterConfig::ofNodes);
    }

    /// Replaces the whole object, since what the Clusterfile no longer says has to go from it; k0s
    /// made it, so an apply would take nothing away. Where there is none, k0s makes it of its file.
    ///
    /// @param host a controller that runs
    static List<Step> replace(PlanInput input, ClusterHost host) {
        String kubectl = Steps.kubectl(input, host);
        String file = ShellQuote.quote(FILE.value());
        return List.of(
                Steps.text(
                        "put-cluster-config",
                        FILE,
                        CanonicalYaml.text(List.of(document(input.clusterfile()))),
                        0600),
                Step.Command.of(
                                "replace-cluster-config",
                                Script.fill(
                                        """
                                        found=$(@KUBECTL@ -n kube-system get clusterconfigs.k0s.k0sproject.io k0s --ignore-not-found -o name)
                                        if [ -n "$found" ]; then @KUBECTL@ replace -f @FILE@; fi
                                        rm -f @FILE@
                                        """,
                                        "KUBECTL",
                                        kubectl,
                                        "FILE",
                                        file),
                                Duration.ofMinutes(2))
                        .withRerun()
                        .failingAs(
                                Failures.with(
                                        Failures.as("is invalid", ReasonCode.CLUSTERFILE_INVALID),
                                        Failures.as(
                                                "strict decoding error",
                                                ReasonCode.CLUSTERFILE_INVALID),
                                        Failures.as(
                                                "connection refused",
                                                ReasonCode.API_UNREACHABLE))));
    }

    private static Map<String, Object> document(Clusterfile clusterfile) {
        Map<String, Object> document = whole(clusterfile);
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", "k0s");
        metadata.put("namespace", "kube-system");
        document.put("metadata", metadata);
        Map<String, Object> spec = K0sConfiguration.child(document, "spec");
        OF_A_NODE.forEach(spec::remove);
        if (spec.containsKey("network")) {
            NETWORK_OF_A_NODE.forEach(K0sConfiguration.child(spec, "network")::remove);
        }
        return document;
    }

    private static Map<String, Object> ofNodes(Clusterfile clusterfile) {
        Map<String, Object> spec = K0sConfiguration.child(whole(clusterfile), "spec");
        var parts = new LinkedHashMap<String, Object>();
        OF_A_NODE.stream().filter(spec::containsKey).forEach(k -> parts.put(k, spec.get(k)));
        Map<String, Object> network = K0sConfiguration.child(spec, "network");
        NETWORK_OF_A_NODE.stream()
                .filter(network::containsKey)
                .forEach(k -> parts.put("network." + k, network.get(k)));
        return parts;
    }

    private static Map<String, Object> whole(Clusterfile clusterfile) {
        Map<String, Object> document =
                new LinkedHashMap<>(
                        new K0sDocument(K0sInstall.runtime(clusterfile).config(), List.of())
                                .plain());
        if (K0sConfiguration.isBalanced(clusterfile)) {
            K0sConfiguration.child(
                            K0sConfiguration.child(
                                    K0sConfiguration.child(document, "spec"), "network"),
                            "nodeLocalLoadBalancing")
                    .put("enabled", true);
        }
        return document;
    }
}
