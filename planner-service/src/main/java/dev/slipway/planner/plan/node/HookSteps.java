package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.CanonicalJson;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Hook;
import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.plan.ExecScript;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The user's scripts of one action, one after the other on each host.
///
/// A hook that succeeded leaves a mark on the host, so that an operation that is repeated after it
/// broke off does not run it again.
///
/// @param occasion what tells this time from another one, in JSON's types, besides the script;
///   empty where it comes once in the life of a node
record HookSteps(HookAction action, PlanInput input, Map<String, Object> occasion) {
    List<Hook> hooks(ClusterHost host) {
        return input.clusterfile().hooks().stream()
                .filter(h -> h.action() == action && h.isFor(host, lead()))
                .toList();
    }

    /// The longest time that they may take on one of the hosts.
    Duration longest(Collection<ClusterHost> hosts) {
        return hosts.stream()
                .map(h ->
                        hooks(h).stream().map(Hook::timeout).reduce(Duration.ZERO, Duration::plus))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    List<Step> on(ClusterHost host) {
        var steps = new ArrayList<Step>();
        for (Hook hook : hooks(host)) {
            Step.Command command =
                    Step.Command.of(
                                    prefix() + "hook-" + hook.name(),
                                    script(hook, host),
                                    hook.timeout())
                            .failingAs(Failures.SYSTEM);
            if (leavesMark()) {
                steps.add(command.unless(isMarked(hook)));
                steps.add(mark(hook));
            } else {
                steps.add(command);
            }
        }
        return steps;
    }

    /// Where one task has hooks of several actions, no two steps may have the same name.
    private String prefix() {
        return switch (action) {
            case PRE_UPGRADE_HOST -> "pre-";
            case POST_UPGRADE_HOST -> "post-";
            case PRE_INSTALL,
                    PRE_SCALEUP,
                    PRE_INIT_HOST,
                    POST_INIT_HOST,
                    POST_INSTALL,
                    POST_SCALEUP,
                    PRE_BACKUP,
                    POST_BACKUP,
                    PRE_UNINSTALL,
                    PRE_CLEAN_HOST,
                    POST_CLEAN_HOST,
                    POST_UNINSTALL ->
                    "";
        };
    }

    /// After a reset nothing of Slipway's is to be on the host; and each backup is one of its own,
    /// before which whatever it needs is done again.
    private boolean leavesMark() {
        return switch (action) {
            case POST_CLEAN_HOST, POST_UNINSTALL, PRE_BACKUP, POST_BACKUP -> false;
            case PRE_INSTALL,
                    PRE_SCALEUP,
                    PRE_INIT_HOST,
                    POST_INIT_HOST,
                    POST_INSTALL,
                    POST_SCALEUP,
                    PRE_UPGRADE_HOST,
                    POST_UPGRADE_HOST,
                    PRE_UNINSTALL,
                    PRE_CLEAN_HOST ->
                    true;
        };
    }

    /// A Clusterfile whose control planes are all absent has none, and can still be reset.
    private ClusterHost lead() {
        return input.clusterfile().controlPlanes().isEmpty()
                ? input.controlPlanes().stream()
                        .findFirst()
                        .orElseGet(() -> input.members().getFirst())
                : input.lead();
    }

    private static RemotePath file(Hook hook) {
        return NodePaths.HOOKS.resolveInside(hook.name() + "." + hook.action().word());
    }

    private String moment(Hook hook) {
        var moment = new TreeMap<String, Object>(occasion);
        moment.put("script", hook.script());
        return CanonicalJson.digest(moment).value();
    }

    private String isMarked(Hook hook) {
        return "[ \"$(cat %s 2>/dev/null)\" = %s ]"
                .formatted(ShellQuote.quote(file(hook).value()), ShellQuote.quote(moment(hook)));
    }

    private Step mark(Hook hook) {
        return Steps.rerunnable(
                prefix() + "mark-" + hook.name(),
                "mkdir -p %s\nprintf '%%s\\n' %s > %s\n"
                        .formatted(
                                ShellQuote.quote(NodePaths.HOOKS.value()),
                                ShellQuote.quote(moment(hook)),
                                ShellQuote.quote(file(hook).value())));
    }

    /// The script, told where it is. `HostIP` is what the older project calls the address.
    private String script(Hook hook, ClusterHost host) {
        String kubeconfig =
                host.isControlPlane()
                        ? "KUBECONFIG=%s\nexport KUBECONFIG\n"
                                .formatted(
                                        ShellQuote.quote(
                                                Steps.adminKubeconfig(input, host).value()))
                        : "";
        return Script.fill(
                        """
                        HostIP=@ADDRESS@
                        SLIPWAY_HOST=@ADDRESS@
                        SLIPWAY_NODE=@NODE@
                        SLIPWAY_ROLE=@ROLE@
                        SLIPWAY_CLUSTER=@CLUSTER@
                        SLIPWAY_ACTION=@ACTION@
                        export HostIP SLIPWAY_HOST SLIPWAY_NODE SLIPWAY_ROLE SLIPWAY_CLUSTER SLIPWAY_ACTION
                        """,
                        "ADDRESS",
                        ShellQuote.quote(host.address().address()),
                        "NODE",
                        ShellQuote.quote(input.nodeName(host)),
                        "ROLE",
                        ShellQuote.quote(host.role().word()),
                        "CLUSTER",
                        ShellQuote.quote(input.clusterfile().name().value()),
                        "ACTION",
                        ShellQuote.quote(action.word()))
                + kubeconfig
                + ExecScript.ofFile(hook.script());
    }
}
