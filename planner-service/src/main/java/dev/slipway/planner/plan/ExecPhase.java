package dev.slipway.planner.plan;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.HostsFile;
import dev.slipway.planner.clusterfile.Limits;
import dev.slipway.planner.clusterfile.ListedHost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// `exec`, the one phase of the operation of that name: a script on every host of a list. Its plan
/// needs no facts and no authority, so it is made when the run is opened.
public final class ExecPhase {
    /// Its name, and its key in `spec.limits.phases`.
    public static final String NAME = "exec";

    // Within what one executor works on at once by default, so that no order waits for its start.
    private static final int WINDOW = 50;
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    // What a host may take besides its script: three tries to connect, signing in, its report.
    private static final Duration REACHING = Duration.ofMinutes(1);

    private ExecPhase() {}

    /// @param file at least one host
    /// @param generation of the cluster of that name
    public static Plan plan(HostsFile file, int generation, ExecWork work) {
        return new Plan(Operation.EXEC, file.name(), generation, List.of(of(file, work)));
    }

    private static PlannedPhase of(HostsFile file, ExecWork work) {
        Limits.PhaseLimits limits = file.limits().of(NAME);
        int count = file.hosts().size();
        int window = work.window().orElse(limits.window().orElse(WINDOW));
        int maxFailures =
                work.maxFailures()
                        .orElse(limits.maxFailures().orElse(PhaseBuilder.failureLimit(count)));
        Duration timeout = work.timeout().or(limits::timeout).orElse(TIMEOUT);
        List<PlannedTask> tasks =
                file.hosts().stream()
                        .map(h -> new PlannedTask(h.address(), List.of(step(h, work, timeout))))
                        .toList();
        Duration sent = PhaseBuilder.transfer(tasks, window);
        return new PlannedPhase(
                new PhaseSummary(
                        new PhaseName(NAME),
                        "run a command",
                        tasks.stream().map(PlannedTask::host).toList(),
                        !work.readOnly(),
                        window,
                        OptionalInt.empty(),
                        maxFailures),
                tasks,
                timeout,
                startBy(file, timeout).plus(sent),
                List.of(),
                OnUnknown.ADOPT,
                work.deadline().or(() -> Optional.of(longest(count, window, timeout.plus(sent)))));
    }

    private static Step step(ListedHost host, ExecWork work, Duration timeout) {
        var environment = HostEnvironment.of(host.env());
        environment.putAll(work.environment());
        Step.Command step =
                Step.Command.of(NAME, work.script(), timeout).withEnvironment(environment);
        return work.file().map(step::withFile).orElse(step);
    }

    /// With a window beyond what executors work on at once, an order waits for those before it to
    /// use up their time.
    private static Duration startBy(HostsFile file, Duration timeout) {
        Duration usual = file.limits().startBy();
        return timeout.compareTo(usual) > 0 ? timeout : usual;
    }

    /// What the hosts need at the most if each uses up its time, window by window: as a deadline it
    /// cuts nothing off that goes as asked, and bounds what does not.
    private static Duration longest(int hosts, int window, Duration timeout) {
        return timeout.plus(REACHING).multipliedBy((hosts + window - 1) / window);
    }
}
