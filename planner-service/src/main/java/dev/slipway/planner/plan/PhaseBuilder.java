package dev.slipway.planner.plan;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/// Puts a phase together: its defaults here, the Clusterfile's `spec.limits` over them.
///
/// @param name the phase's, and its key in `spec.limits.phases`
/// @param window tasks in flight at once, by default
/// @param timeout of one task on its host, by default
public record PhaseBuilder(
        String name, String title, boolean mutating, int window, Duration timeout) {
    private static final int LEAST_FAILURES = 2;

    // What an executor is trusted to send at least, to all its hosts together: a slow line of a
    // site. Files go before the start, so an order that brings some may wait longer for it.
    private static final long BYTES_PER_SECOND = 8L * 1024 * 1024;
    private static final Duration LONGEST_TRANSFER = Duration.ofHours(12);

    /// By default: a tenth of the hosts, at least 2, so that one bad host never keeps the others
    /// from being worked on.
    static int failureLimit(int hosts) {
        return Math.max(LEAST_FAILURES, (hosts + 9) / 10);
    }

    /// How long the files of as many tasks as may be in flight take to get to their hosts.
    static Duration transfer(List<PlannedTask> tasks, int window) {
        long largest =
                tasks.stream()
                        .mapToLong(t ->
                                Step.contents(t.steps()).stream()
                                        .mapToLong(Part.Content::size)
                                        .sum())
                        .max()
                        .orElse(0);
        long atOnce = Math.min(window, tasks.size());
        long seconds = Math.ceilDiv(largest, BYTES_PER_SECOND);
        long longest = LONGEST_TRANSFER.toSeconds();
        return Duration.ofSeconds(Math.min(longest, Math.min(longest, seconds) * atOnce));
    }

    /// How long the phase takes on so many hosts where each task needs all its time and none has to
    /// be repeated.
    public Duration longest(int hosts, Clusterfile clusterfile) {
        Limits.PhaseLimits limits = clusterfile.limits().of(name);
        return limits.timeout()
                .orElse(timeout)
                .plus(clusterfile.limits().startBy())
                .multipliedBy(Math.ceilDiv(hosts, limits.window().orElse(window)));
    }

    /// The same with more time for each task.
    public PhaseBuilder longerBy(Duration more) {
        return new PhaseBuilder(name, title, mutating, window, timeout.plus(more));
    }

    /// The phase on `hosts`, with what `steps` says for each; hosts without steps are left out.
    /// Where a control plane is among the hosts its failure halts the run, whatever the limit.
    public PlannedPhase on(
            List<ClusterHost> hosts,
            Clusterfile clusterfile,
            Function<ClusterHost, List<Step>> steps) {
        return on(hosts, clusterfile, OptionalInt.empty(), steps);
    }

    /// The same where the phase takes nodes away.
    ///
    /// @param budget how many may be away at once, those that failed included
    public PlannedPhase takingAway(
            int budget,
            List<ClusterHost> hosts,
            Clusterfile clusterfile,
            Function<ClusterHost, List<Step>> steps) {
        return on(hosts, clusterfile, OptionalInt.of(budget), steps);
    }

    private PlannedPhase on(
            List<ClusterHost> hosts,
            Clusterfile clusterfile,
            OptionalInt budget,
            Function<ClusterHost, List<Step>> steps) {
        Limits.PhaseLimits limits = clusterfile.limits().of(name);
        List<PlannedTask> tasks =
                hosts.stream().map(h -> new PlannedTask(h.address(), steps.apply(h))).toList();
        return new PlannedPhase(
                new PhaseSummary(
                        new PhaseName(name),
                        title,
                        tasks.stream().map(PlannedTask::host).toList(),
                        mutating,
                        limits.window().orElse(window),
                        budget,
                        limits.maxFailures().orElse(failureLimit(hosts.size()))),
                tasks,
                limits.timeout().orElse(timeout),
                clusterfile
                        .limits()
                        .startBy()
                        .plus(transfer(tasks, limits.window().orElse(window))),
                hosts.stream()
                        .filter(ClusterHost::isControlPlane)
                        .map(ClusterHost::address)
                        .toList(),
                OnUnknown.ADOPT,
                Optional.empty());
    }
}
