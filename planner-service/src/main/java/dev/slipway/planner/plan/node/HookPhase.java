package dev.slipway.planner.plan.node;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.CanonicalJson;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Hook;
import dev.slipway.planner.clusterfile.HookAction;
import dev.slipway.planner.plan.ExecScript;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The phases of hooks, one for each action, named as that: the user's scripts at their moments,
/// those of one action one after the other on each host.
///
/// A hook that succeeded leaves a mark on the host, so that an operation that is repeated after it
/// broke off does not run it again. The marks of an installation stay until `reset`; each time that
/// nodes are added is a moment of its own.
public final class HookPhase {
    private static final int WINDOW = 50;
    private static final Duration AROUND = Duration.ofMinutes(2);

    private final HookAction action;
    private final PlanInput input;
    private final Membership membership;

    private HookPhase(HookAction action, PlanInput input, Membership membership) {
        this.action = action;
        this.input = input;
        this.membership = membership;
    }

    public static <S extends Scope> Phase<S> of(HookAction action) {
        return (input, scope) -> new HookPhase(action, input, scope.membership()).plan();
    }

    private Optional<PlannedPhase> plan() {
        List<ClusterHost> hosts = hosts().stream().filter(h -> !hooks(h).isEmpty()).toList();
        Duration longest =
                hosts.stream()
                        .map(h ->
                                hooks(h).stream().map(Hook::timeout).reduce(AROUND, Duration::plus))
                        .max(Duration::compareTo)
                        .orElse(AROUND);
        return Phase.on(
                new PhaseBuilder(action.word(), action.title(), true, WINDOW, longest),
                input,
                hosts,
                this::steps);
    }

    private List<Hook> hooks(ClusterHost host) {
        return input.clusterfile().hooks().stream()
                .filter(h -> h.action() == action && h.isFor(host, lead()))
                .toList();
    }

    /// A Clusterfile whose control planes are all absent has none, and can still be reset.
    private ClusterHost lead() {
        return input.clusterfile().controlPlanes().isEmpty()
                ? input.controlPlanes().stream()
                        .findFirst()
                        .orElseGet(() -> input.members().getFirst())
                : input.lead();
    }

    /// Those that the moment is about; none where it does not come.
    private List<ClusterHost> hosts() {
        List<ClusterHost> all = input.clusterfile().hosts();
        return switch (action) {
            case PRE_INSTALL, POST_INSTALL -> isInstallation() ? all : List.of();
            case PRE_SCALEUP, POST_SCALEUP ->
                    isInstallation() || added().isEmpty() ? List.of() : all;
            case PRE_INIT_HOST -> added().stream().filter(h -> !input.isMember(h)).toList();
            case POST_INIT_HOST -> added();
            case PRE_CLEAN_HOST, POST_CLEAN_HOST ->
                    input.operation() == Operation.APPLY ? membership.leaving() : input.members();
            case PRE_UNINSTALL, POST_UNINSTALL -> input.members();
        };
    }

    /// One that broke off is still to be finished.
    private boolean isInstallation() {
        return membership.initialising() || input.recorded().applied().isEmpty();
    }

    /// The hosts that are no nodes yet, or were none when an `apply` succeeded last.
    private List<ClusterHost> added() {
        return input.clusterfile().hosts().stream()
                .filter(h ->
                        isInstallation()
                                || membership.joiningControlPlanes().contains(h)
                                || membership.joining().contains(h)
                                || input.recorded()
                                        .applied()
                                        .flatMap(a -> a.host(h.address()))
                                        .isEmpty())
                .toList();
    }

    private List<Step> steps(ClusterHost host) {
        var steps = new ArrayList<Step>();
        switch (action) {
            case PRE_INSTALL, PRE_INIT_HOST -> steps.add(HostOwner.claim(input.ownership()));
            case PRE_UNINSTALL, PRE_CLEAN_HOST -> steps.add(HostOwner.check(input.ownership()));
            case PRE_SCALEUP,
                    POST_INIT_HOST,
                    POST_INSTALL,
                    POST_SCALEUP,
                    POST_CLEAN_HOST,
                    POST_UNINSTALL -> {}
        }
        for (Hook hook : hooks(host)) {
            Step.Command command =
                    Step.Command.of("hook-" + hook.name(), script(hook, host), hook.timeout())
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

    /// After a reset nothing of Slipway's is to be on the host.
    private boolean leavesMark() {
        return action != HookAction.POST_CLEAN_HOST && action != HookAction.POST_UNINSTALL;
    }

    private static RemotePath file(Hook hook) {
        return NodePaths.HOOKS.resolveInside(hook.name() + "." + hook.action().word());
    }

    /// What makes the moment: where nodes are added, which.
    private String moment(Hook hook) {
        var moment = new TreeMap<String, Object>();
        moment.put("script", hook.script());
        if (action == HookAction.PRE_SCALEUP || action == HookAction.POST_SCALEUP) {
            moment.put(
                    "added",
                    added().stream().map(ClusterHost::address).map(HostAddress::toString).toList());
        }
        return CanonicalJson.digest(moment).value();
    }

    private String isMarked(Hook hook) {
        return "[ \"$(cat %s 2>/dev/null)\" = %s ]"
                .formatted(ShellQuote.quote(file(hook).value()), ShellQuote.quote(moment(hook)));
    }

    private Step mark(Hook hook) {
        return Steps.rerunnable(
                "mark-" + hook.name(),
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
