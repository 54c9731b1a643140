package dev.slipway.scenarios;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.ApiFailure;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.api.Settings;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.core.ConditionTimeoutException;

/// Keeps the hosts at work while things are broken: runs of `exec` that follow each other on some
/// hosts and overlap on all of them, some of them cancelled. Looks at each when it is over, from
/// the side of the planner, the status service, the topics and the hosts, and writes down what does
/// not agree with the promise.
final class ChaosRuns implements AutoCloseable {
    /// What an executor says of a host behind a cable that leads nowhere.
    private static final Set<ReasonCode> NOT_REACHED =
            Set.of(ReasonCode.HOST_UNREACHABLE, ReasonCode.CONNECT_TIMEOUT);

    private static final String ALL = "chaos-all";

    // Nothing that is broken here stays so for long: what takes longer is stuck.
    private static final Duration LONGEST_RUN = Duration.ofMinutes(8);
    private static final Duration LAG = Duration.ofMinutes(3);

    /// Runs that follow each other.
    ///
    /// @param readOnly whether they run beside those of other lanes
    /// @param window hosts at once
    private record Lane(String name, int count, boolean readOnly, int window) {}

    private final TaskTap tap;
    private final ChaosHosts hosts;
    private final Services services;
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger settled = new AtomicInteger();
    private final AtomicInteger commands = new AtomicInteger();
    private final List<Thread> lanes = new ArrayList<>();
    private final Set<RunId> known = new HashSet<>();
    private volatile boolean closing;

    ChaosRuns(Platform platform, TaskTap tap, ChaosHosts hosts, SplittableRandom random) {
        this.tap = tap;
        this.hosts = hosts;
        services = Services.of(Settings.read(platform.stack().home().configuration()));
        int half = hosts.count() / 2;
        sendCredential(platform);
        start(new Lane("chaos-a", half, false, 3), 1, random.split());
        start(new Lane("chaos-b", hosts.count() - half, false, 4), half + 1, random.split());
        start(new Lane(ALL, hosts.count(), true, 4), 1, random.split());
    }

    /// Has the command line send the key, which the lists name from then on.
    private void sendCredential(Platform platform) {
        try {
            Path file =
                    Files.writeString(
                            platform.home().resolve(ALL + ".yaml"),
                            hosts.list(ALL, 1, hosts.count(), "pk: " + hosts.clientKey()));
            Story.succeeded(
                    platform.cli().run("exec", "-f", file.toString(), "--dry-run", "--", "true"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start(Lane lane, int from, SplittableRandom random) {
        String listed =
                hosts.list(
                        lane.name(),
                        from,
                        from + lane.count() - 1,
                        "credential: %s-hosts".formatted(ALL));
        lanes.add(
                Thread.ofPlatform()
                        .daemon()
                        .name(lane.name())
                        .start(() -> work(lane, listed, random)));
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    /// Runs that are over and were looked at.
    int settled() {
        return settled.get();
    }

    /// Commands of theirs that began.
    int commands() {
        return commands.get();
    }

    private void violated(String what) {
        violations.add(what);
        System.out.println("chaos: VIOLATION: " + what);
    }

    /// What each command does: says on the host that it begins and ends, and has a child in a
    /// session of its own, which must not outlive it.
    private static String command(int seconds, int tenths) {
        return """
        say() { echo "$SLIPWAY_TASK $1 $(date +%%s.%%N)" >>/root/lines; }
        say begins
        setsid sleep 600 </dev/null >/dev/null 2>&1 &
        echo "printed by $SLIPWAY_TASK"
        sleep %d.%d
        say ends
        """
                .formatted(seconds, tenths);
    }

    private void work(Lane lane, String listed, SplittableRandom random) {
        try {
            while (!closing) {
                boolean cancelled = random.nextInt(4) == 0;
                long cancelAfter = random.nextLong(1000, 15_000);
                String command = command(random.nextInt(4, 14), random.nextInt(10));
                RunId run = open(lane, listed, command);
                if (cancelled) {
                    await().pollDelay(Duration.ofMillis(cancelAfter))
                            .atMost(LAG)
                            .until(() -> cancelled(run));
                }
                JsonNode view = awaitEnd(lane, run);
                if (!view.isMissingNode()) {
                    examine(lane, run, view, cancelled || closing);
                }
                settled.incrementAndGet();
            }
        } catch (RuntimeException | AssertionError e) {
            violated("the work of %s broke off: %s".formatted(lane.name(), e));
        }
    }

    /// Opens a run. Where the planner was killed before it answered, the run may be there.
    private RunId open(Lane lane, String listed, String command) {
        Map<String, Object> exec = new HashMap<>();
        exec.put("command", List.of(command));
        exec.put("readOnly", lane.readOnly());
        exec.put("maxParallel", lane.window());
        exec.put("maxFailures", lane.count() + 1);
        exec.put("timeout", Duration.ofMinutes(2));
        Map<String, Object> request = new HashMap<>();
        request.put("operation", "exec");
        request.put("exec", exec);
        request.put("clusterfile", listed);
        request.put("acceptNewHostKeys", true);
        while (true) {
            try {
                return known(services.planner().post("/v1/runs", request));
            } catch (CommandFailure | ApiFailure e) {
                requirePassing(e);
                JsonNode latest =
                        answered(() ->
                                services.planner()
                                        .get("/v1/runs?limit=1&cluster=" + lane.name())
                                        .path("runs")
                                        .path(0));
                if (!latest.isMissingNode()
                        && !latest.path("dryRun").asBoolean()
                        && !known.contains(RunId.of(latest.path("id").asText()))) {
                    return known(latest);
                }
            }
        }
    }

    private synchronized RunId known(JsonNode run) {
        RunId id = RunId.of(run.path("id").asText());
        known.add(id);
        return id;
    }

    private boolean cancelled(RunId run) {
        try {
            services.planner().post("/v1/runs/%s/cancel".formatted(run), Map.of());
            return true;
        } catch (ApiFailure e) {
            // It was over before.
            return e.status() == 409;
        } catch (CommandFailure e) {
            return false;
        }
    }

    /// Asks until the service is there again.
    private static JsonNode answered(Supplier<JsonNode> question) {
        var answer = new JsonNode[1];
        await().atMost(LAG)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    try {
                        answer[0] = question.get();
                        return true;
                    } catch (CommandFailure | ApiFailure e) {
                        requirePassing(e);
                        return false;
                    }
                });
        return answer[0];
    }

    /// A service that is away comes back, and status may lag; anything else is no matter of time.
    private static void requirePassing(RuntimeException failure) {
        if (failure instanceof ApiFailure refusal
                && refusal.status() < 500
                && refusal.status() != 404) {
            throw refusal;
        }
    }

    /// @return the planner's view of the settled run; missing if it does not settle
    private JsonNode awaitEnd(Lane lane, RunId run) {
        Instant began = Instant.now();
        while (Duration.between(began, Instant.now()).compareTo(LONGEST_RUN) < 0) {
            if (closing) {
                var _ = cancelled(run);
            }
            JsonNode view = answered(() -> services.planner().get("/v1/runs/" + run));
            if (view.path("phases").path(0).path("inFlight").asInt() > lane.window()) {
                violated("run %s has more in flight than its window: %s".formatted(run, view));
            }
            if (view.path("state").asText().equals("SETTLED")) {
                return view;
            }
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        }
        violated("run %s of %s did not settle in %s".formatted(run, lane.name(), LONGEST_RUN));
        return MissingNode.getInstance();
    }

    private void examine(Lane lane, RunId run, JsonNode view, boolean cancelled) {
        List<TaskId> tasks = tap.tasks(run);
        Map<TaskId, List<ChaosHosts.Line>> lines = new HashMap<>();
        hosts.lines().forEach(l -> lines.computeIfAbsent(l.task(), _ -> new ArrayList<>()).add(l));
        List<Span> spans = new ArrayList<>();
        int succeeded = 0;
        for (TaskId task : tasks) {
            List<TaskSettled> results = results(task, view);
            if (results.isEmpty()) {
                continue;
            }
            TaskSettled result = results.getLast();
            List<ChaosHosts.Line> written = lines.getOrDefault(task, List.of());
            examine(task, results, written, cancelled);
            succeeded += result.outcome() == TaskOutcome.SUCCEEDED ? 1 : 0;
            span(written, result).ifPresent(spans::add);
        }
        commands.addAndGet(spans.size());
        JsonNode phase = view.path("phases").path(0);
        if (phase.path("unknown").asInt() > 0 || phase.path("succeeded").asInt() != succeeded) {
            violated(
                    "run %s: executors reported %d tasks as succeeded, the planner says %s"
                            .formatted(run, succeeded, phase));
        }
        if (Span.atOnce(spans) > lane.window()) {
            violated(
                    "run %s: %d commands at once, its window is %d: %s"
                            .formatted(run, Span.atOnce(spans), lane.window(), spans));
        }
        nothingRuns(run, tasks);
        told(run, view);
    }

    /// What executors found on the host in the latest attempt of a task; several may, and say the
    /// same.
    private List<TaskSettled> results(TaskId task, JsonNode view) {
        try {
            List<TaskSettled> all =
                    await().atMost(LAG).until(() -> tap.settled(task), list -> !list.isEmpty());
            int latest = all.stream().mapToInt(r -> r.ref().attempt()).max().orElseThrow();
            List<TaskSettled> last = all.stream().filter(r -> r.ref().attempt() == latest).toList();
            List<TaskSettled> looked = last.stream().filter(ChaosRuns::looked).toList();
            return looked.isEmpty() ? last : looked;
        } catch (ConditionTimeoutException e) {
            violated("no result of task %s, of a run that is settled: %s".formatted(task, view));
            return List.of();
        }
    }

    /// Whether the host was asked. A delivery that came to none, because it got no materials or no
    /// connection, knows nothing of what another one did there.
    private static boolean looked(TaskSettled result) {
        return !result.steps().isEmpty() || result.outcome() != TaskOutcome.FAILED;
    }

    private void examine(
            TaskId task,
            List<TaskSettled> results,
            List<ChaosHosts.Line> lines,
            boolean cancelled) {
        TaskSettled last = results.getLast();
        String host = last.ref().host().address();
        long begun = lines.stream().filter(l -> !l.ends()).count();
        long ended = lines.size() - begun;
        String what =
                "task %s on %s, %d begun, %d ended, %s"
                        .formatted(task, host, begun, ended, results);
        if (begun > 1 || ended > 1) {
            violated("a step ran twice: %s".formatted(what));
        }
        if (results.stream().map(TaskSettled::outcome).distinct().count() > 1) {
            violated("two results: %s".formatted(what));
        }
        Instant ordered = tap.since(task);
        boolean right =
                switch (last.outcome()) {
                    case SUCCEEDED ->
                            begun == 1
                                    && ended == 1
                                    && last.outputTail()
                                            .strip()
                                            .equals(
                                                    "printed by %s/%d/"
                                                            .formatted(
                                                                    task,
                                                                    lines.getFirst().attempt()));
                    case CANCELLED -> cancelled;
                    case NOT_STARTED -> cancelled && begun == 0;
                    case INTERRUPTED -> ended == 0 && hosts.rebootedSince(host, ordered);
                    case FAILED ->
                            begun == 0
                                    && last.reason().filter(NOT_REACHED::contains).isPresent()
                                    && hosts.troubledSince(host, ordered);
                };
        if (!right) {
            violated("a wrong result: %s".formatted(what));
        }
    }

    /// When a command ran, as far as it is known.
    private record Span(Instant from, Instant to) {
        /// How many there were at most at the same time.
        static long atOnce(List<Span> spans) {
            return spans.stream()
                    .mapToLong(one ->
                            spans.stream()
                                    .filter(other ->
                                            !other.from.isAfter(one.from)
                                                    && other.to.isAfter(one.from))
                                    .count())
                    .max()
                    .orElse(0);
        }
    }

    /// A command that did not come to its end ran until its result at the latest.
    private static Optional<Span> span(List<ChaosHosts.Line> lines, TaskSettled result) {
        return lines.stream()
                .filter(l -> !l.ends())
                .findFirst()
                .map(begun ->
                        new Span(
                                begun.at(),
                                lines.stream()
                                        .filter(ChaosHosts.Line::ends)
                                        .map(ChaosHosts.Line::at)
                                        .min(Comparator.naturalOrder())
                                        .orElse(result.at())));
    }

    private void nothingRuns(RunId run, List<TaskId> tasks) {
        try {
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> ChaosHosts.running().stream().noneMatch(tasks::contains));
        } catch (ConditionTimeoutException e) {
            violated(
                    "run %s is over, and on hosts there are still processes of %s"
                            .formatted(
                                    run,
                                    ChaosHosts.running().stream()
                                            .filter(tasks::contains)
                                            .toList()));
        }
    }

    /// The status service comes to say what the planner says.
    private void told(RunId run, JsonNode view) {
        JsonNode phase = view.path("phases").path(0);
        try {
            await().atMost(LAG)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        JsonNode status = answered(() -> services.status().get("/v1/runs/" + run));
                        return status.path("outcome").equals(view.path("outcome"))
                                && status
                                                .path("phases")
                                                .path(0)
                                                .path("hosts")
                                                .findValuesAsText("state")
                                                .stream()
                                                .filter("SUCCEEDED"::equals)
                                                .count()
                                        == phase.path("succeeded").asInt();
                    });
        } catch (ConditionTimeoutException e) {
            violated(
                    "run %s: the status service says %s, the planner %s"
                            .formatted(
                                    run,
                                    answered(() -> services.status().get("/v1/runs/" + run)),
                                    view));
        }
    }

    /// Opens no more runs, cancels those that are open, and waits until they are over and looked
    /// at.
    @Override
    public void close() {
        closing = true;
        try {
            for (Thread lane : lanes) {
                lane.join(LONGEST_RUN.plus(LAG));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
