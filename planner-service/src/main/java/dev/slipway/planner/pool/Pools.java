package dev.slipway.planner.pool;

import dev.slipway.chassis.problem.Problem;
import dev.slipway.chassis.problem.Problem.Finding;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.pool.PoolBroker.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Which pools a tenant may use. An order for a pool that is not there would wait in the outbox,
/// and everybody's after it: such a run is refused before it opens. Blocks.
@ApplicationScoped
public class Pools {
    private static final Logger LOG = Logger.getLogger(Pools.class);

    /// How long a pool counts as being there. One that is not known is asked for at once.
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final PoolBroker broker;
    private final PoolsConfig config;
    private volatile List<Pool> known = List.of();
    private volatile long askedAt = System.nanoTime() - FRESH.toNanos();

    @Inject
    Pools(PoolBroker broker, PoolsConfig config) {
        this.broker = broker;
        this.config = config;
    }

    /// @param executors that are at work
    record Standing(Pool pool, int executors) {}

    /// The pools the tenant may use, by name.
    ///
    /// @throws ProblemFailure UNAVAILABLE if the broker does not answer
    List<Standing> of(TenantId tenant) {
        try {
            ask();
            List<Pool> usable = usable(tenant);
            Map<PoolName, Integer> executors =
                    broker.executors(usable.stream().map(Pool::name).toList());
            return usable.stream()
                    .map(pool -> new Standing(pool, executors.getOrDefault(pool.name(), 0)))
                    .toList();
        } catch (PoolBrokerFailure e) {
            throw unavailable("cannot list the pools", e);
        }
    }

    /// While the broker is away what it said last counts: a run that is opened then waits in the
    /// outbox.
    ///
    /// @throws ProblemFailure UNKNOWN_POOL naming those there are; UNAVAILABLE if that is not known
    public void require(TenantId tenant, PoolName pool) {
        if (System.nanoTime() - askedAt < FRESH.toNanos() && isUsable(tenant, pool)) {
            return;
        }
        try {
            ask();
        } catch (PoolBrokerFailure e) {
            if (known.isEmpty()) {
                throw unavailable("cannot tell whether there is a pool " + quoted(pool), e);
            }
            LOG.warnf(e, "cannot ask the broker for its pools: what it said last counts");
        }
        if (!isUsable(tenant, pool)) {
            throw unknown(pool, usable(tenant));
        }
    }

    private void ask() {
        known = broker.pools();
        askedAt = System.nanoTime();
    }

    private boolean isUsable(TenantId tenant, PoolName pool) {
        return usable(tenant).stream().anyMatch(p -> p.name().equals(pool));
    }

    private List<Pool> usable(TenantId tenant) {
        return known.stream()
                .filter(pool -> {
                    List<String> tenants = config.tenants().get(pool.name().value());
                    return tenants == null || tenants.contains(tenant.value());
                })
                .toList();
    }

    private static ProblemFailure unknown(PoolName pool, List<Pool> usable) {
        String message =
                "there is no pool %s: %s"
                        .formatted(
                                quoted(pool),
                                usable.isEmpty()
                                        ? "there is none"
                                        : "expected one of "
                                                + usable.stream()
                                                        .map(p -> quoted(p.name()))
                                                        .collect(Collectors.joining(", ")));
        return new ProblemFailure(
                Problem.of(ReasonCode.UNKNOWN_POOL, 422, message)
                        .withProblems(List.of(Finding.at("spec.pool", message))));
    }

    private static ProblemFailure unavailable(String what, PoolBrokerFailure cause) {
        return new ProblemFailure(
                Problem.of(ReasonCode.UNAVAILABLE, 503, what + ": the broker does not answer"),
                cause);
    }

    private static String quoted(PoolName pool) {
        return Quoted.of(pool.value());
    }
}
