package dev.slipway.executor.task;

import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderKeys;
import dev.slipway.contracts.order.OrderSigner;
import dev.slipway.contracts.order.OrderTimes;
import dev.slipway.contracts.order.OrderVerifier;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.journal.Ingredients;
import dev.slipway.executor.journal.JournalProgram;
import dev.slipway.executor.journal.StepCompiler;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.RemoteShell;
import java.io.InputStream;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The executor's work on an order between the two topics: verify, compile, deliver by the node
/// journal's program, follow, settle. The order comes from memory instead of Kafka, the credential
/// from memory instead of the cert-service, and the result goes nowhere.
public final class DirectOrders {
    private static final MaterialName CREDENTIAL = MaterialName.of("credential/default");
    private static final PoolName POOL = PoolName.of("default");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final SshCredential.Key credential;
    private final OrderSigner signer;
    private final OrderGate gate;
    private final HostConversation.Surroundings around;

    public DirectOrders(ExecutorConfig config, RemoteShell shell, SshCredential.Key credential) {
        this.credential = credential;
        KeyPair keys = OrderKeys.newPair();
        String id = OrderKeys.id(keys.getPublic());
        this.signer = new OrderSigner(id, keys.getPrivate());
        this.gate =
                new OrderGate(
                        new OrderVerifier(Map.of(id, keys.getPublic())), POOL, Clock.systemUTC());
        this.around =
                new HostConversation.Surroundings(
                        shell,
                        ApiLine.NONE,
                        JournalProgram.standard(),
                        new Silent(),
                        config,
                        Pace.real(),
                        new ContentCourier(new Nothing(), shell, Pace.real(), 1));
    }

    /// These orders name neither materials nor files.
    private record Nothing() implements Supplies {
        @Override
        public Map<MaterialName, byte[]> redeem(String jws) {
            throw new IllegalStateException("no material is named");
        }

        @Override
        public void deposit(String jws, Map<MaterialName, byte[]> files) {
            throw new IllegalStateException("nothing is deposited");
        }

        @Override
        public InputStream content(ContentDigest digest, long from) {
            throw new IllegalStateException("no file is named");
        }
    }

    /// A signed order to run `true` on the host, as a task of its own that changes the host.
    public TaskRequested order(String address, int port, String hostKey) {
        Order order = unsigned(address, port, hostKey);
        return new TaskRequested(order.run(), order.task(), order.attempt(), signer.sign(order));
    }

    public boolean succeeds(TaskRequested request) {
        return switch (gate.judge(request)) {
            case OrderGate.Verdict.Refused(var reason, var why) ->
                    throw new IllegalStateException(reason + ": " + why);
            case OrderGate.Verdict.Accepted(var order, var digest) -> {
                var compiled = StepCompiler.compile(order, digest, new Ingredients(Map.of()));
                var access = new HostAccess(credential, Optional.empty());
                yield settles(new TaskWork(compiled, access, List.of()));
            }
        };
    }

    private boolean settles(TaskWork work) {
        try {
            // Nothing that a benchmark signs in with expires.
            Optional<TaskSettled> settled =
                    new HostConversation(work, false, around, Optional::empty).talk();
            boolean succeeded =
                    settled.filter(s -> s.outcome() == TaskOutcome.SUCCEEDED).isPresent();
            if (!succeeded) {
                System.err.println(settled.map(TaskSettled::message).orElse("not settled"));
            }
            return succeeded;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Order unsigned(String address, int port, String hostKey) {
        RunId run = RunId.next();
        PhaseName phase = PhaseName.of("exec");
        var host = new HostAddress(address, port);
        Instant now = Instant.now();
        return new Order(
                TaskId.of(run, phase, host),
                1,
                AttemptKind.FRESH,
                OptionalInt.of(1),
                TenantId.of("local"),
                ClusterName.of("benchmark"),
                1,
                run,
                phase,
                POOL,
                new HostTarget(
                        "host",
                        host,
                        "root",
                        CREDENTIAL,
                        Optional.empty(),
                        List.of(hostKey),
                        false),
                true,
                List.of(Step.Command.of("run", "true", LIMIT)),
                new OrderTimes(now, now.plus(LIMIT), LIMIT, now.plus(LIMIT.multipliedBy(3))));
    }

    private static final class Silent implements TaskReporter {
        @Override
        public void output(OutputChunk chunk) {}

        @Override
        public void started(TaskStarted started) {}

        @Override
        public void settled(TaskSettled settled) {}
    }
}
