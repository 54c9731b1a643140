package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What stays behind of an `apply` on a control plane: the Clusterfile, which holds no secrets, in
/// the cluster as ConfigMap `kube-system/slipway-clusterfile`, and a kubeconfig for root.
public final class ClusterRecord {
    private ClusterRecord() {}

    public static List<Step> steps(PlanInput input, ClusterHost host) {
        return Stream.concat(
                        inCluster(input, host).stream(), Stream.of(rootKubeconfig(input, host)))
                .toList();
    }

    /// The Clusterfile in the cluster alone.
    public static List<Step> inCluster(PlanInput input, ClusterHost host) {
        return List.of(
                Steps.text("put-record", NodePaths.RECORD, configMap(input), 0600),
                Step.Command.of(
                                "apply-record",
                                "%s apply --server-side --force-conflicts -f %s"
                                        .formatted(
                                                Steps.kubectl(input, host),
                                                ShellQuote.quote(NodePaths.RECORD.value())),
                                Duration.ofMinutes(1))
                        .withRerun()
                        .failingAs(Failures.KUBECTL));
    }

    private static String configMap(PlanInput input) {
        var document = new LinkedHashMap<String, Object>();
        document.put("apiVersion", "v1");
        document.put("kind", "ConfigMap");
        // A sorted map: Map.of has another order in every JVM, and a plan's digest must not.
        document.put(
                "metadata",
                new TreeMap<>(Map.of("name", "slipway-clusterfile", "namespace", "kube-system")));
        var data = new LinkedHashMap<String, Object>();
        data.put("Clusterfile", input.clusterfile().source());
        document.put("data", data);
        return BlockYaml.write(document);
    }

    public static Step rootKubeconfig(PlanInput input, ClusterHost host) {
        RemotePath admin = Steps.adminKubeconfig(input, host);
        String config = ShellQuote.quote(NodePaths.ROOT_KUBECONFIG.value());
        return Steps.rerunnable(
                        "put-kubeconfig",
                        "umask 077\nmkdir -p %s\n%scp %s %s\nchmod 600 %s\n"
                                .formatted(
                                        ShellQuote.quote(
                                                NodePaths.ROOT_KUBECONFIG.parent().value()),
                                        MadeFiles.rememberScript(
                                                List.of(NodePaths.ROOT_KUBECONFIG)),
                                        ShellQuote.quote(admin.value()),
                                        config,
                                        config))
                .unless("cmp -s %s %s".formatted(ShellQuote.quote(admin.value()), config));
    }
}
