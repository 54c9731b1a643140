package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `record`: the run's join token is taken back; the Clusterfile, which holds no secrets, goes into
/// the cluster as ConfigMap `kube-system/slipway-clusterfile`; root on the control plane gets a
/// kubeconfig; temporary files go.
final class RecordPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("record", "record the Clusterfile", true, 1, Duration.ofMinutes(5));

    private RecordPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, Scope scope) {
        return Optional.of(
                PHASE.on(
                        List.of(input.lead()),
                        input.clusterfile(),
                        host -> Steps.withEnvironment(input, host, steps(input, scope))));
    }

    private static List<Step> steps(PlanInput input, Scope scope) {
        String record = ShellQuote.quote(NodePaths.RECORD.value());
        var steps = new ArrayList<>(ApiAccess.steps());
        if (scope.initialising() || scope.needsToken(input.clusterfile().join())) {
            steps.add(revokeToken(input));
        }
        steps.addAll(
                List.of(
                        Steps.text("put-record", NodePaths.RECORD, configMap(input), 0600),
                        Step.Command.of(
                                        "apply-record",
                                        "%s apply --server-side --force-conflicts -f %s"
                                                .formatted(Steps.kubectl(), record),
                                        Duration.ofMinutes(1))
                                .withRerun()
                                .failingAs(Failures.KUBECTL),
                        rootKubeconfig(),
                        Steps.rerunnable(
                                "remove-temporary-files",
                                "rm -f %s %s %s %s %s"
                                        .formatted(
                                                NodePaths.ACCESS,
                                                NodePaths.INIT_CONFIG,
                                                NodePaths.JOIN_CONFIG,
                                                NodePaths.TOKEN_CONFIG,
                                                NodePaths.RECORD))));
        return steps;
    }

    /// All nodes are there, or `verify` would have failed and a retry would still need it.
    private static Step revokeToken(PlanInput input) {
        return Step.Command.of(
                        "revoke-token",
                        Script.fill(
                                """
                                tokens=$(kubeadm token list --kubeconfig @KUBECONFIG@)
                                case $tokens in
                                *@ID@.*) kubeadm token delete @ID@ --kubeconfig @KUBECONFIG@ ;;
                                esac
                                """,
                                "KUBECONFIG",
                                ShellQuote.quote(NodePaths.ADMIN_CONF.value()),
                                "ID",
                                ShellQuote.quote(input.authority().tokenId())),
                        Duration.ofMinutes(2))
                .withRerun()
                .failingAs(Failures.KUBECTL);
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

    static Step rootKubeconfig() {
        String config = ShellQuote.quote(NodePaths.ROOT_KUBECONFIG.value());
        return Steps.rerunnable(
                        "put-kubeconfig",
                        "umask 077\nmkdir -p %s\n%scp %s %s\nchmod 600 %s\n"
                                .formatted(
                                        ShellQuote.quote(
                                                NodePaths.ROOT_KUBECONFIG.parent().value()),
                                        MadeFiles.rememberScript(
                                                List.of(NodePaths.ROOT_KUBECONFIG)),
                                        ShellQuote.quote(NodePaths.ADMIN_CONF.value()),
                                        config,
                                        config))
                .unless(
                        "cmp -s %s %s"
                                .formatted(ShellQuote.quote(NodePaths.ADMIN_CONF.value()), config));
    }
}
