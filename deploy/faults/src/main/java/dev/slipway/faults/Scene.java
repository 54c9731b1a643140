package dev.slipway.faults;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.OrderTimes;
import dev.slipway.contracts.order.Step;
import dev.slipway.faults.OrderText.Script;
import dev.slipway.planner.run.Patience;
import dev.slipway.planner.run.PhaseRules;
import dev.slipway.planner.run.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/// What is to be done in one simulation: a run, its hosts, its plan, all drawn from the seed.
///
/// @param plan the phases behind `inspect`
/// @param steps of every phase, the same on all its hosts
record Scene(
        RunState.Subject subject,
        List<HostAddress> hosts,
        PhaseRules inspect,
        List<PhaseRules> plan,
        Map<PhaseName, List<Step>> steps) {
    static final PoolName POOL = PoolName.of("default");
    static final MaterialName CREDENTIAL = MaterialName.of("credential/default");
    static final ContentDigest DIGEST = new ContentDigest("a".repeat(64));
    static final Patience PATIENCE = new Patience(Duration.ofSeconds(10), 3);
    private static final Duration START_BY = Duration.ofSeconds(25);
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final Duration STEP_TIMEOUT = Duration.ofSeconds(30);

    static Scene draw(Random random) {
        int hosts = 2 + random.nextInt(3);
        var addresses = new ArrayList<HostAddress>();
        for (int i = 1; i <= hosts; i++) {
            addresses.add(new HostAddress("10.0.0." + i, 22));
        }
        int failing = random.nextInt(4) == 0 ? 4 : 14;
        var steps = new LinkedHashMap<PhaseName, List<Step>>();
        var inspect = PhaseName.of("inspect");
        steps.put(
                inspect, List.of(step("facts", "inspect", random, random.nextBoolean(), failing)));
        var plan = new ArrayList<PhaseRules>();
        int phases = 1 + random.nextInt(2);
        for (int i = 1; i <= phases; i++) {
            var name = PhaseName.of("phase-" + i);
            plan.add(rules(name, addresses, random));
            var list = new ArrayList<Step>();
            int count = 1 + random.nextInt(3);
            for (int n = 1; n <= count; n++) {
                list.add(step("step-" + n, name.value(), random, random.nextInt(3) == 0, failing));
            }
            steps.put(name, list);
        }
        var run = new RunId(new UUID((1L << 60) | (random.nextLong() >>> 8), random.nextLong()));
        return new Scene(
                new RunState.Subject(
                        TenantId.of("acme"), ClusterName.of("blue"), run, random.nextInt(3) == 0),
                addresses,
                inspect(inspect, addresses),
                List.copyOf(plan),
                steps);
    }

    private static PhaseRules inspect(PhaseName name, List<HostAddress> hosts) {
        return new PhaseRules(
                new PhaseSummary(name, "inspect", hosts, false, 10, OptionalInt.empty(), 1),
                TIMEOUT,
                START_BY,
                Set.of(),
                PhaseRules.Overdue.REATTEMPT,
                true,
                0,
                Optional.empty());
    }

    private static PhaseRules rules(PhaseName name, List<HostAddress> hosts, Random random) {
        int window = 1 + random.nextInt(hosts.size());
        var budget =
                random.nextInt(3) == 0
                        ? OptionalInt.of(1 + random.nextInt(hosts.size()))
                        : OptionalInt.empty();
        return new PhaseRules(
                new PhaseSummary(
                        name,
                        name.value(),
                        hosts,
                        true,
                        window,
                        budget,
                        1 + random.nextInt(hosts.size())),
                TIMEOUT,
                START_BY,
                random.nextInt(3) == 0 ? Set.of(hosts.getFirst()) : Set.of(),
                random.nextInt(5) == 0 ? PhaseRules.Overdue.SETTLE : PhaseRules.Overdue.REATTEMPT,
                false,
                0,
                Optional.empty());
    }

    /// @param failing one in so many fails
    private static Step step(String name, String phase, Random random, boolean rerun, int failing) {
        boolean longOne = random.nextInt(12) == 0;
        var script =
                new Script(
                        phase + "." + name,
                        random.nextBoolean() ? "said-" + name + "\n" : "",
                        Duration.ofMillis(
                                longOne
                                        ? 20_000 + random.nextInt(25_000)
                                        : 200 + random.nextInt(15_000)),
                        random.nextInt(4) == 0
                                ? Duration.ofMillis(5_000 + random.nextInt(90_000))
                                : Duration.ZERO,
                        !phase.equals("inspect") && random.nextInt(failing) == 0 ? 3 : 0);
        var command = Step.Command.of(name, script.render("/effects"), STEP_TIMEOUT);
        return rerun ? command.withRerun() : command;
    }

    /// What another run does on a host.
    static List<Step> neighbourSteps(Random random) {
        return List.of(step("facts", "neighbour", random, false, 14));
    }

    static OrderTimes times(Instant now) {
        Instant startBy = now.plus(START_BY);
        return new OrderTimes(now, startBy, TIMEOUT, startBy.plus(TIMEOUT).plus(PATIENCE.grace()));
    }

    RunId run() {
        return subject.run();
    }

    TaskId task(PhaseName phase, HostAddress host) {
        return TaskId.of(subject.run(), phase, host);
    }

    List<Step> stepsOf(PhaseName phase) {
        return steps.getOrDefault(phase, List.of());
    }

    boolean mutating(PhaseName phase) {
        return !phase.equals(inspect.name());
    }
}
