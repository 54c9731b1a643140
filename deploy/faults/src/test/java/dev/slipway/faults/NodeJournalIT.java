package dev.slipway.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderTimes;
import dev.slipway.contracts.order.Step;
import dev.slipway.executor.journal.Frame;
import dev.slipway.executor.journal.FrameReader;
import dev.slipway.executor.journal.JournalProgram;
import dev.slipway.executor.journal.RealHost;
import dev.slipway.faults.OrderText.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The simulated journal is what `journal.sh` is: one table of scenarios is run against both, and
/// what can be seen from outside is the same.
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NodeJournalIT {
    /// One of the two.
    interface Side {
        FrameReader deliver(Order order, Duration startWithin);

        FrameReader cancel(Order order);

        /// The power fails after the last step of the attempt, before its result is on disk.
        void losePowerBeforeResult(Order order);

        /// What ran, in order.
        List<String> ran();
    }

    private static final Duration SOON = Duration.ofSeconds(60);

    /// What is done, in order. What is seen is added to the list.
    enum Scenario {
        RUNS_ALL_STEPS {
            @Override
            void play(Side side, Work work, List<String> seen) {
                seen.add(end(side.deliver(work.order(1, AttemptKind.FRESH), SOON)));
            }
        },
        STOPS_AT_A_FAILURE {
            @Override
            void play(Side side, Work work, List<String> seen) {
                seen.add(end(side.deliver(work.failing(1, AttemptKind.FRESH), SOON)));
            }
        },
        ATTACHES_A_SECOND_DELIVERY {
            @Override
            void play(Side side, Work work, List<String> seen) {
                Order order = work.order(1, AttemptKind.FRESH);
                FrameReader first = side.deliver(order, SOON);
                awaitStep(first, 1);
                seen.add(end(side.deliver(order, SOON)));
                seen.add(outcome(first));
            }
        },
        REPLAYS_A_RESULT {
            @Override
            void play(Side side, Work work, List<String> seen) {
                Order order = work.order(1, AttemptKind.FRESH);
                seen.add(end(side.deliver(order, SOON)));
                seen.add(end(side.deliver(order, Duration.ZERO)));
            }
        },
        DECLINES_A_LATE_START {
            @Override
            void play(Side side, Work work, List<String> seen) {
                Order order = work.order(1, AttemptKind.FRESH);
                seen.add(end(side.deliver(order, Duration.ZERO)));
                seen.add(end(side.deliver(order, SOON)));
            }
        },
        FENCES_WHAT_NEVER_STARTED {
            @Override
            void play(Side side, Work work, List<String> seen) {
                seen.add(end(side.deliver(work.order(2, AttemptKind.FRESH), SOON)));
                seen.add(end(side.deliver(work.order(1, AttemptKind.FRESH), SOON)));
            }
        },
        FENCES_WHAT_RUNS_AND_BEGINS_AFRESH {
            @Override
            void play(Side side, Work work, List<String> seen) {
                FrameReader first = side.deliver(work.slow(1, AttemptKind.FRESH), SOON);
                awaitStep(first, 1);
                seen.add(end(side.deliver(work.order(2, AttemptKind.FRESH), SOON)));
                seen.add(outcome(first));
            }
        },
        ADOPTS_A_RESULT {
            @Override
            void play(Side side, Work work, List<String> seen) {
                seen.add(end(side.deliver(work.order(1, AttemptKind.FRESH), SOON)));
                seen.add(outcome(side.deliver(work.order(2, AttemptKind.ADOPT), SOON)));
            }
        },
        ADOPTS_A_FAILURE {
            @Override
            void play(Side side, Work work, List<String> seen) {
                seen.add(end(side.deliver(work.failing(1, AttemptKind.FRESH), SOON)));
                seen.add(outcome(side.deliver(work.failing(2, AttemptKind.ADOPT), SOON)));
            }
        },
        ADOPTS_AN_INTERRUPTED_STEP_AS_INTERRUPTED {
            @Override
            void play(Side side, Work work, List<String> seen) {
                FrameReader first = side.deliver(work.slow(1, AttemptKind.FRESH), SOON);
                awaitStep(first, 1);
                seen.add(outcome(side.deliver(work.slow(2, AttemptKind.ADOPT), SOON)));
            }
        },
        ADOPTS_AND_REPEATS_WHAT_MAY_BE_REPEATED {
            @Override
            void play(Side side, Work work, List<String> seen) {
                FrameReader first = side.deliver(work.rerunnable(1, AttemptKind.FRESH), SOON);
                awaitStep(first, 2);
                seen.add(outcome(side.deliver(work.rerunnable(2, AttemptKind.ADOPT), SOON)));
            }
        },
        CANCELS_WHAT_RUNS {
            @Override
            void play(Side side, Work work, List<String> seen) {
                Order order = work.slow(1, AttemptKind.FRESH);
                FrameReader first = side.deliver(order, SOON);
                awaitStep(first, 1);
                seen.add(outcome(side.cancel(order)));
                seen.add(outcome(first));
                seen.add(outcome(side.deliver(order, SOON)));
            }
        },
        CANCELS_WHAT_NEVER_RAN {
            @Override
            void play(Side side, Work work, List<String> seen) {
                Order order = work.order(2, AttemptKind.FRESH);
                seen.add(outcome(side.cancel(order)));
                seen.add(outcome(side.deliver(work.order(1, AttemptKind.FRESH), SOON)));
                seen.add(outcome(side.deliver(order, SOON)));
            }
        },
        LOOKS_AT_A_LOWER_ATTEMPT_WHEN_IT_CANCELS {
            @Override
            void play(Side side, Work work, List<String> seen) {
                seen.add(end(side.deliver(work.order(1, AttemptKind.FRESH), SOON)));
                seen.add(outcome(side.deliver(work.order(2, AttemptKind.CANCEL), SOON)));
            }
        },
        ENDS_AS_THE_LAST_STEP_DID_WHERE_ONLY_THE_RESULT_IS_MISSING {
            @Override
            void play(Side side, Work work, List<String> seen) {
                Order order = work.failing(1, AttemptKind.FRESH);
                seen.add(end(side.deliver(order, SOON)));
                side.losePowerBeforeResult(order);
                seen.add(outcome(side.deliver(order, SOON)));
            }
        },
        ADOPTS_NOTHING_FROM_BEFORE_A_RETRY {
            @Override
            void play(Side side, Work work, List<String> seen) {
                seen.add(end(side.deliver(work.failing(1, AttemptKind.FRESH), SOON)));
                seen.add(end(side.deliver(work.retried(3, AttemptKind.ADOPT), SOON)));
            }
        },
        ADOPTS_WHAT_RAN_SINCE_A_RETRY {
            @Override
            void play(Side side, Work work, List<String> seen) {
                seen.add(end(side.deliver(work.failing(1, AttemptKind.FRESH), SOON)));
                seen.add(end(side.deliver(work.retried(2, AttemptKind.FRESH), SOON)));
                seen.add(outcome(side.deliver(work.retried(3, AttemptKind.ADOPT), SOON)));
            }
        },
        CANCELS_A_RETRY_THAT_NEVER_RAN {
            @Override
            void play(Side side, Work work, List<String> seen) {
                seen.add(end(side.deliver(work.order(1, AttemptKind.FRESH), SOON)));
                seen.add(outcome(side.deliver(work.retried(3, AttemptKind.CANCEL), SOON)));
                seen.add(outcome(side.deliver(work.retried(2, AttemptKind.FRESH), SOON)));
            }
        },
        ENDS_A_STEP_THAT_TAKES_TOO_LONG {
            @Override
            void play(Side side, Work work, List<String> seen) {
                seen.add(outcome(side.deliver(work.limited(1), SOON)));
            }
        };

        abstract void play(Side side, Work work, List<String> seen);
    }

    /// The orders of one task.
    ///
    /// @param file where marks go
    record Work(RunId run, String file) {
        Order order(int attempt, AttemptKind kind) {
            return order(attempt, kind, List.of(step("one", 300, 0), step("two", 100, 0)));
        }

        /// As ordered since a retry that began with attempt 2.
        Order retried(int attempt, AttemptKind kind) {
            return order(attempt, kind, 2, List.of(step("one", 300, 0), step("two", 100, 0)));
        }

        Order failing(int attempt, AttemptKind kind) {
            return order(attempt, kind, List.of(step("one", 100, 7), step("two", 100, 0)));
        }

        Order slow(int attempt, AttemptKind kind) {
            return order(attempt, kind, List.of(step("one", 60_000, 0), step("two", 100, 0)));
        }

        Order rerunnable(int attempt, AttemptKind kind) {
            return order(
                    attempt,
                    kind,
                    List.of(
                            step("one", 100, 0),
                            step("two", attempt == 1 ? 60_000 : 100, 0).withRerun()));
        }

        Order limited(int attempt) {
            return order(
                    attempt,
                    AttemptKind.FRESH,
                    List.of(command("one", 60_000, 0, Duration.ofMillis(400))));
        }

        private Step.Command step(String name, int millis, int exit) {
            return command(name, millis, exit, Duration.ofSeconds(80));
        }

        private Step.Command command(String name, int millis, int exit, Duration limit) {
            var script =
                    new Script(
                            name,
                            "said-" + name + "\n",
                            Duration.ofMillis(millis),
                            Duration.ofSeconds(70),
                            exit);
            return Step.Command.of(name, script.render(file), limit);
        }

        private Order order(int attempt, AttemptKind kind, List<Step.Command> steps) {
            return order(attempt, kind, 1, steps);
        }

        private Order order(int attempt, AttemptKind kind, int first, List<Step.Command> steps) {
            var phase = PhaseName.of("work");
            var address = new HostAddress("10.0.0.1", 22);
            Instant now = Instant.parse("2026-01-01T00:00:00Z");
            return new Order(
                    TaskId.of(run, phase, address),
                    attempt,
                    kind,
                    OptionalInt.of(first),
                    TenantId.of("acme"),
                    ClusterName.of("blue"),
                    1,
                    run,
                    phase,
                    Scene.POOL,
                    new HostTarget(
                            "one",
                            address,
                            "root",
                            Scene.CREDENTIAL,
                            Optional.empty(),
                            List.of(),
                            true),
                    true,
                    List.copyOf(steps),
                    new OrderTimes(
                            now,
                            now.plusSeconds(60),
                            Duration.ofSeconds(90),
                            now.plusSeconds(200)));
        }
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    @Execution(ExecutionMode.CONCURRENT)
    void behavesLikeTheRealProgram(Scenario scenario, @TempDir Path root) throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "skipped: the journal's program works as root only");
        assumeTrue(
                Stream.of("/usr/bin/dash", "/bin/dash").anyMatch(p -> Files.exists(Path.of(p))),
                "skipped: dash is not installed (apt-get install dash)");
        var work = new Work(RunId.next(), root.resolve("ran").toString());
        List<String> real = real(scenario, work, root);
        assertThat(model(scenario, work)).isEqualTo(real);
    }

    private static List<String> real(Scenario scenario, Work work, Path root) {
        var seen = new ArrayList<String>();
        try (var host = new RealHost(root)) {
            var side =
                    new Side() {
                        @Override
                        public FrameReader deliver(Order order, Duration startWithin) {
                            return host.deliver(order, startWithin);
                        }

                        @Override
                        public FrameReader cancel(Order order) {
                            return host.cancel(order);
                        }

                        @Override
                        public void losePowerBeforeResult(Order order) {
                            host.losePowerBeforeResult(order);
                        }

                        @Override
                        public List<String> ran() {
                            try {
                                Path file = Path.of(work.file());
                                return Files.exists(file) ? Files.readAllLines(file) : List.of();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        }
                    };
            scenario.play(side, work, seen);
            seen.add("ran " + side.ran());
        }
        return seen;
    }

    private static List<String> model(Scenario scenario, Work work) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.submit(() -> simulated(scenario, work)).get();
        }
    }

    private static List<String> simulated(Scenario scenario, Work work) throws Exception {
        var baton = new Baton(7, Instant.parse("2026-01-01T00:00:00Z"));
        var marks = new ArrayList<String>();
        var processes = new ArrayList<Baton.Unit>();
        var host =
                new Host(
                        new HostAddress("10.0.0.1", 22),
                        baton,
                        new Marks(marks),
                        new Bugs(Optional.empty()),
                        processes);
        var link = new Network(baton).link("here", "there");
        var program = JournalProgram.standard();
        var side =
                new Side() {
                    @Override
                    public FrameReader deliver(Order order, Duration startWithin) {
                        Line line = host.open("here", link);
                        try {
                            program.run(line.input(), RealHost.compile(order), startWithin, 0);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        return new FrameReader(line.output());
                    }

                    @Override
                    public FrameReader cancel(Order order) {
                        Line line = host.open("here", link);
                        try {
                            program.cancel(line.input(), RealHost.compile(order), 0);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        return new FrameReader(line.output());
                    }

                    @Override
                    public void losePowerBeforeResult(Order order) {
                        host.goDown(false);
                        host.disk.entry(order.task().toString(), order.attempt()).loseResult();
                        host.comeUp();
                    }

                    @Override
                    public List<String> ran() {
                        return List.copyOf(marks);
                    }
                };
        var seen = new ArrayList<String>();
        var driver = baton.process("driver");
        processes.add(driver);
        var actor =
                driver.start(
                        "play",
                        () -> {
                            scenario.play(side, work, seen);
                            seen.add("ran " + side.ran());
                        });
        try {
            baton.run(Duration.ofMinutes(10), actor::done);
        } catch (Throwable e) {
            throw new IllegalStateException(scenario + " broke in the simulation", e);
        } finally {
            baton.end(List.copyOf(processes));
        }
        return seen;
    }

    /// Keeps account of what ran.
    private record Marks(List<String> marks) implements Onlooker {
        @Override
        public void began(Host host, OrderText order, Line.Delivery delivery, boolean first) {}

        @Override
        public void ended(Host host, OrderText order) {}

        @Override
        public void ran(Host host, OrderText order, OrderText.StepText step) {
            marks.add(step.script().mark());
        }

        @Override
        public void finished(Host host, OrderText order, OrderText.StepText step, int code) {}

        @Override
        public void recordedFailure(Host host, OrderText order, OrderText.StepText step) {}

        @Override
        public void rebooted(Host host) {}

        @Override
        public void crashed(Host host, String mark) {}
    }

    private static void awaitStep(FrameReader frames, int number) {
        Frame frame = next(frames);
        while (!(frame instanceof Frame.StepStarted started && started.number() == number)) {
            frame = next(frames);
        }
    }

    /// All that is said up to the end, output apart: between which events it comes is chance.
    private static String end(FrameReader frames) {
        var seen = new StringBuilder();
        var output = new StringBuilder();
        for (Frame frame = next(frames); ; frame = next(frames)) {
            if (frame instanceof Frame.Output(_, var bytes)) {
                output.append(StandardCharsets.UTF_8.decode(bytes.duplicate()));
            } else {
                seen.append(text(frame));
            }
            if (frame instanceof Frame.Ended || frame instanceof Frame.Lost) {
                // The claim is told by one process, the begin and a tomb's result by another:
                // neither
                // waits.
                return output.toString().replace('\n', ' ')
                        + seen.toString()
                                .replace("begun; started; ", "started; begun; ")
                                .replace("started; end NOT_STARTED", "end NOT_STARTED");
            }
        }
    }

    /// How it ends.
    private static String outcome(FrameReader frames) {
        String all = end(frames);
        return all.substring(all.lastIndexOf("end "));
    }

    private static Frame next(FrameReader frames) {
        try {
            return frames.next()
                    .orElseThrow(() -> new AssertionError("the channel ended without an end"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A frame without times.
    private static String text(Frame frame) {
        return switch (frame) {
            case Frame.Begun _ -> "begun; ";
            case Frame.Claimed(boolean attached) -> attached ? "attached; " : "started; ";
            case Frame.StepStarted(int number, _, _) -> "step " + number + "; ";
            case Frame.StepEnded(int number, var outcome, var exit, _) ->
                    "done " + number + " " + outcome + " " + exit.orElse(-1) + "; ";
            case Frame.Output _ -> "";
            case Frame.Fact _ -> "fact; ";
            case Frame.Beat _ -> "";
            case Frame.Lost _ -> "lost";
            case Frame.Refused(var reason, _) -> "refused " + reason + "; ";
            case Frame.Ended(var outcome, var reason, _) -> "end " + outcome + " " + reason;
        };
    }
}
