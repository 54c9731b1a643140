package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Taint;
import dev.slipway.planner.plan.PlanInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Roles, labels and taints of nodes. What the Clusterfile no longer says and the last applied one
/// did is taken away; what others set is left alone.
public final class NodeMarks {
    private static final String WORKER = "node-role.kubernetes.io/worker=";

    private NodeMarks() {}

    public static String script(PlanInput input, ClusterHost lead) {
        var script =
                new StringBuilder(Script.fill(FUNCTIONS, "KUBECTL", Steps.kubectl(input, lead)));
        for (ClusterHost host : input.clusterfile().nodes()) {
            String name = ShellQuote.quote(input.nodeName(host));
            List<String> labels = labels(input, host);
            if (!labels.isEmpty()) {
                script.append("label %s %s\n".formatted(name, ShellQuote.words(labels)));
            }
            for (Taint taint : taints(input, host)) {
                script.append(
                        "%s %s %s\n"
                                .formatted(
                                        taint.removed() ? "untaint" : "taint",
                                        name,
                                        ShellQuote.quote(taint.toString())));
            }
        }
        return script.toString();
    }

    /// A taint that is not there any more is no failure.
    private static final String FUNCTIONS =
            """
            label() { node=$1; shift; @KUBECTL@ label node "$node" --overwrite "$@"; }
            taint() { @KUBECTL@ taint node "$1" --overwrite "$2"; }
            untaint() {
                if ! text=$(@KUBECTL@ taint node "$1" "$2" 2>&1); then
                    case $text in *'not found'*) ;; *) printf '%s\\n' "$text" >&2; return 1 ;; esac
                fi
            }
            """;

    private static List<String> labels(PlanInput input, ClusterHost host) {
        var labels = new ArrayList<String>();
        if (!host.isControlPlane()) {
            labels.add(WORKER);
        }
        host.labels().forEach((key, value) -> labels.add(key + "=" + value));
        before(input, host)
                .ifPresent(b ->
                        b.labels().keySet().stream()
                                .filter(key -> !host.labels().containsKey(key))
                                .forEach(key -> labels.add(key + "-")));
        return labels;
    }

    private static List<Taint> taints(PlanInput input, ClusterHost host) {
        var taints = new ArrayList<Taint>();
        before(input, host)
                .ifPresent(b ->
                        b.taints().stream()
                                .filter(t -> !t.removed())
                                .filter(t -> !names(host.taints(), t))
                                .map(t -> new Taint(t.key(), "", t.effect(), true))
                                .forEach(taints::add));
        taints.addAll(host.taints());
        return taints;
    }

    private static boolean names(List<Taint> taints, Taint wanted) {
        return taints.stream()
                .anyMatch(t -> t.key().equals(wanted.key()) && t.effect().equals(wanted.effect()));
    }

    private static Optional<ClusterHost> before(PlanInput input, ClusterHost host) {
        return input.recorded().applied().flatMap(a -> a.host(host.address()));
    }
}
