package dev.slipway.executor.journal;

import dev.slipway.contracts.id.ClusterName;
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
import dev.slipway.contracts.order.Step;
import dev.slipway.testkit.TestOrders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Orders for tests: one host, one phase, steps as given.
public record Orders(
        RunId run,
        String pool,
        HostTarget host,
        int attempt,
        AttemptKind kind,
        int firstAttempt,
        boolean mutating,
        Duration timeout,
        Instant startBy) {
    public static final MaterialName CREDENTIAL = MaterialName.of("credential/default");

    public static Orders fresh() {
        return on(host("127.0.0.1", 22, "root", List.of(), Optional.empty()));
    }

    public static Orders on(HostTarget host) {
        return new Orders(
                RunId.next(),
                "default",
                host,
                1,
                AttemptKind.FRESH,
                1,
                true,
                Duration.ofMinutes(2),
                Instant.now().plusSeconds(60));
    }

    public static HostTarget host(
            String address,
            int port,
            String user,
            List<String> keys,
            Optional<MaterialName> sudoPassword) {
        return new HostTarget(
                "cp-1",
                new HostAddress(address, port),
                user,
                CREDENTIAL,
                sudoPassword,
                keys,
                false);
    }

    /// Of the same run, on another host.
    public Orders onHost(HostTarget other) {
        return new Orders(
                run, pool, other, attempt, kind, firstAttempt, mutating, timeout, startBy);
    }

    public Orders attempt(int number, AttemptKind how) {
        return new Orders(run, pool, host, number, how, firstAttempt, mutating, timeout, startBy);
    }

    /// As ordered since a retry that began with that attempt.
    public Orders retriedWith(int first) {
        return new Orders(run, pool, host, attempt, kind, first, mutating, timeout, startBy);
    }

    public Orders within(Duration limit) {
        return new Orders(run, pool, host, attempt, kind, firstAttempt, mutating, limit, startBy);
    }

    public Orders startingBy(Instant latest) {
        return new Orders(run, pool, host, attempt, kind, firstAttempt, mutating, timeout, latest);
    }

    public Orders forPool(String other) {
        return new Orders(
                run, other, host, attempt, kind, firstAttempt, mutating, timeout, startBy);
    }

    /// The order as the planner of the stack would sign it.
    public static String signed(Order order) {
        return new OrderSigner(
                        OrderKeys.id(OrderKeys.publicKey(TestOrders.verifyingKey())),
                        OrderKeys.privateKey(TestOrders.signingKey()))
                .sign(order);
    }

    public Order with(Step... steps) {
        PhaseName phase = PhaseName.of("prepare");
        return new Order(
                TaskId.of(run, phase, host.address()),
                attempt,
                kind,
                OptionalInt.of(firstAttempt),
                TenantId.of("local"),
                ClusterName.of("alpha"),
                1,
                run,
                phase,
                PoolName.of(pool),
                host,
                mutating,
                List.of(steps),
                new OrderTimes(
                        startBy.minusSeconds(120),
                        startBy,
                        timeout,
                        startBy.plus(timeout).plusSeconds(60)));
    }
}
