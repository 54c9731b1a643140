package dev.slipway.executor.task;

import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderVerifier;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.journal.JournalProgram;
import dev.slipway.executor.ssh.RemoteShell;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/// Opens this package's production classes to the simulation. Nothing is decided here.
public final class TaskParts {
    private static final JournalProgram PROGRAM = JournalProgram.standard();
    private static final Map<String, ExecutorConfig> SETTINGS = new ConcurrentHashMap<>();

    private TaskParts() {}

    /// What a task stands on: time, the other services, the broker, the network.
    public interface Ground {
        /// Whether an earlier delivery may have started the task.
        boolean redelivered();

        Clock clock();

        void pause(Duration time) throws InterruptedException;

        void beside(String name, Runnable work);

        Map<MaterialName, byte[]> redeem(String jws);

        void output(OutputChunk chunk);

        void started(TaskResult.TaskStarted started);

        void settled(TaskResult.TaskSettled settled) throws InterruptedException;

        RemoteShell shell();
    }

    /// An order that may be worked on.
    public static final class Task {
        private final TaskRun run;

        private Task(TaskRun run) {
            this.run = run;
        }

        public Order order() {
            return run.order();
        }

        /// @return whether its offset may be settled
        public boolean work() {
            return run.work();
        }

        public void cancel() {
            run.cancel();
        }

        public void detach() {
            run.detach();
        }
    }

    /// @return the task if the gate lets its order through
    public static Optional<Task> accept(
            TaskRequested request,
            OrderVerifier verifier,
            PoolName pool,
            String executor,
            Ground ground) {
        return switch (new OrderGate(verifier, pool, ground.clock()).judge(request)) {
            case OrderGate.Verdict.Refused _ -> Optional.empty();
            case OrderGate.Verdict.Accepted accepted ->
                    Optional.of(task(accepted, request.order(), executor, ground));
        };
    }

    /// The task of an order that no gate has seen: for planted bugs.
    public static Task ungated(Order order, String jws, String executor, Ground ground) {
        var digest = ContentDigest.ofBytes(jws.getBytes(StandardCharsets.US_ASCII));
        return task(new OrderGate.Verdict.Accepted(order, digest), jws, executor, ground);
    }

    private static Task task(
            OrderGate.Verdict.Accepted accepted, String jws, String executor, Ground ground) {
        var pace = new GroundPace(ground);
        var suite = new GroundSuite(ground);
        var around =
                new HostConversation.Surroundings(
                        ground.shell(),
                        ApiLine.NONE,
                        PROGRAM,
                        new GroundReporter(ground),
                        settings(executor),
                        pace,
                        new ContentCourier(suite, ground.shell(), pace, 8));
        var redeemer = new Redeemer(suite, pace);
        return new Task(new TaskRun(accepted, jws, ground.redelivered(), redeemer, around));
    }

    private record GroundPace(Ground ground) implements Pace {
        @Override
        public Clock clock() {
            return ground.clock();
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
            ground.pause(time);
        }

        @Override
        public void beside(String name, Runnable work) {
            ground.beside(name, work);
        }
    }

    private record GroundSuite(Ground ground) implements Supplies {
        @Override
        public Map<MaterialName, byte[]> redeem(String jws) {
            return ground.redeem(jws);
        }

        @Override
        public void deposit(String jws, Map<MaterialName, byte[]> files) {
            throw new IllegalStateException("no order of the simulation deposits anything");
        }

        @Override
        public InputStream content(ContentDigest digest, long from) {
            throw new IllegalStateException("no order of the simulation names contents");
        }
    }

    private record GroundReporter(Ground ground) implements TaskReporter {
        @Override
        public void output(OutputChunk chunk) {
            ground.output(chunk);
        }

        @Override
        public void started(TaskResult.TaskStarted started) {
            ground.started(started);
        }

        @Override
        public void settled(TaskResult.TaskSettled settled) throws InterruptedException {
            ground.settled(settled);
        }
    }

    /// The defaults, under the executor's name.
    private static ExecutorConfig settings(String executor) {
        return SETTINGS.computeIfAbsent(
                executor,
                name ->
                        new SmallRyeConfigBuilder()
                                .withMapping(ExecutorConfig.class)
                                .withDefaultValue("slipway.executor.name", name)
                                .build()
                                .getConfigMapping(ExecutorConfig.class));
    }

    /// Which orders are cancelled.
    public static final class Cancelled {
        private final CancelledOrders orders = new CancelledOrders();

        public boolean note(RunEvent event) {
            return orders.note(event);
        }

        public boolean contains(Order order) {
            return orders.contains(order);
        }
    }

    /// The offsets of one partition.
    public static final class Ledger {
        private final OffsetLedger ledger;

        public Ledger(long committed, String metadata) {
            this.ledger = new OffsetLedger(committed, metadata);
        }

        public boolean begin(long offset) {
            return ledger.begin(offset);
        }

        public void settle(long offset) {
            ledger.settle(offset);
        }

        public boolean changed() {
            return ledger.changed();
        }

        public OffsetAndMetadata commit() {
            return ledger.commit();
        }
    }
}
