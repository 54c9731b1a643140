package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.CanonicalYaml;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.K0sConfig;
import dev.slipway.planner.clusterfile.K0sDocument;
import dev.slipway.planner.clusterfile.K0sNetwork;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.NodeAddress;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// k0s's configuration on one controller: what the user says, and what only Slipway knows of the
/// host and its fellows.
final class K0sConfiguration {
    private K0sConfiguration() {}

    /// The address by which the other nodes reach the host.
    static String address(PlanInput input, ClusterHost host) {
        return host.k0s().privateAddress().orElseGet(() -> NodeAddress.of(input, host));
    }

    static String text(PlanInput input, ClusterHost host) {
        ClusterRuntime.K0s runtime = K0sInstall.runtime(input);
        Map<String, Object> document =
                new LinkedHashMap<>(new K0sDocument(runtime.config(), List.of()).plain());
        child(document, "metadata").putIfAbsent("name", "k0s");
        Map<String, Object> spec = child(document, "spec");
        Map<String, Object> api = child(spec, "api");
        if (!isItsOwn(input, host, api.get("address"))) {
            api.put("address", address(input, host));
        }
        api.put("sans", names(input, api.get("sans")));
        if (runtime.hasMembers()) {
            child(child(spec, "storage"), "etcd").put("peerAddress", address(input, host));
        }
        if (isBalanced(input.clusterfile())) {
            child(child(spec, "network"), "nodeLocalLoadBalancing").put("enabled", true);
        }
        return CanonicalYaml.text(List.of(document));
    }

    /// All controllers have one configuration, and an address is one controller's.
    private static boolean isItsOwn(PlanInput input, ClusterHost host, @Nullable Object said) {
        return said != null
                && (input.clusterfile().controlPlanes().size() == 1
                        || input.factsOf(host).network().addresses().contains(said.toString()));
    }

    /// Whether workers are to reach all controllers by a balancer of their own although the user
    /// says nothing of it.
    static boolean isBalanced(Clusterfile clusterfile) {
        return K0sInstall.runtime(clusterfile).isBalanced(clusterfile.controlPlanes().size());
    }

    /// Whether workers reach all controllers by a balancer of their own, whoever said so.
    static boolean isBalancedOnNodes(Clusterfile clusterfile) {
        return isBalanced(clusterfile)
                || K0sInstall.runtime(clusterfile)
                        .config()
                        .spec()
                        .flatMap(K0sConfig.Spec::network)
                        .flatMap(K0sNetwork::nodeLocalLoadBalancing)
                        .flatMap(K0sNetwork.NodeLocal::enabled)
                        .orElse(false);
    }

    /// The user's, then those of all controllers: each may answer in the place of another.
    private static List<String> names(PlanInput input, @Nullable Object said) {
        var names = new LinkedHashSet<String>();
        if (said instanceof List<?> list) {
            list.forEach(n -> names.add(n.toString()));
        }
        for (ClusterHost controller : input.clusterfile().controlPlanes()) {
            Stream.concat(
                            Stream.of(
                                    address(input, controller),
                                    controller.address().address(),
                                    input.nodeName(controller)),
                            NodeAddress.all(input, controller).stream())
                    .forEach(names::add);
        }
        return List.copyOf(names);
    }

    /// The mapping below, which is there then.
    @SuppressWarnings("unchecked") // keys of the schema's maps are texts
    static Map<String, Object> child(Map<String, Object> parent, String key) {
        var child = new LinkedHashMap<String, Object>();
        if (parent.get(key) instanceof Map<?, ?> map) {
            child.putAll((Map<String, Object>) map);
        }
        parent.put(key, child);
        return child;
    }

    /// It counts once k0s has accepted it.
    static List<Step> put(PlanInput input, ClusterHost host) {
        return List.of(fresh(input, host), validate(input, "", "k0s"), place());
    }

    /// The same without letting it count yet, for a controller that runs. What waits to be swapped
    /// in judges it, where there is such a program.
    static List<Step> bring(PlanInput input, ClusterHost host) {
        return List.of(
                fresh(input, host),
                validate(
                        input,
                        Script.fill(
                                """
                                program=k0s
                                if [ -e @STAGED@ ]; then
                                    program=@STAGED@
                                    chmod 0755 "$program"
                                fi
                                """,
                                "STAGED",
                                ShellQuote.quote(K0sPaths.STAGED_PROGRAM.value())),
                        "\"$program\""));
    }

    private static Step fresh(PlanInput input, ClusterHost host) {
        return Steps.text("put-config", K0sPaths.NEW_CONFIG, text(input, host), 0600);
    }

    private static Step validate(PlanInput input, String before, String program) {
        String words =
                K0sInstall.runtime(input).version().isAtLeast(1, 24)
                        ? "config validate"
                        : "validate config";
        return Steps.rerunnable(
                        "validate-config",
                        "%s%s %s --config %s"
                                .formatted(
                                        before,
                                        program,
                                        words,
                                        ShellQuote.quote(K0sPaths.NEW_CONFIG.value())))
                .failingAs(K0sFailures.CONFIG);
    }

    /// Once it was brought.
    static Step place() {
        return Steps.rerunnable(
                "place-config",
                "mv -f %s %s"
                        .formatted(
                                ShellQuote.quote(K0sPaths.NEW_CONFIG.value()),
                                ShellQuote.quote(K0sPaths.CONFIG.value())));
    }
}
