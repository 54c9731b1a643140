package dev.slipway.planner.operation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.RunId;
import dev.slipway.planner.run.PhaseRules;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// Hands out the rules of phases. They never change and name every host of their phase, so what was
/// read is kept for the next turn.
@ApplicationScoped
class RulesStore {
    /// About 100 bytes each.
    private static final long HOSTS_KEPT = 250_000;

    private static final Duration KEPT_FOR = Duration.ofMinutes(30);

    private record Key(RunId run, int position) {}

    private final Cache<Key, PhaseRules> kept =
            Caffeine.newBuilder()
                    .maximumWeight(HOSTS_KEPT)
                    .weigher((Key _, PhaseRules rules) -> 1 + rules.summary().hosts().size())
                    .expireAfterAccess(KEPT_FOR)
                    .build();

    /// The rules of the run's phases, in order.
    ///
    /// @param phases how many it has
    Uni<List<PhaseRules>> read(SqlConnection connection, RunId run, int phases) {
        Map<Integer, PhaseRules> rules = new HashMap<>();
        IntStream.range(0, phases)
                .forEach(position -> {
                    PhaseRules known = kept.getIfPresent(new Key(run, position));
                    if (known != null) {
                        rules.put(position, known);
                    }
                });
        Uni<Void> complete =
                rules.size() == phases
                        ? Uni.createFrom().voidItem()
                        : readMissing(connection, run, phases, rules);
        return complete.map(_ ->
                IntStream.range(0, phases)
                        .mapToObj(position -> Objects.requireNonNull(rules.get(position)))
                        .toList());
    }

    private Uni<Void> readMissing(
            SqlConnection connection, RunId run, int phases, Map<Integer, PhaseRules> rules) {
        Integer[] missing =
                IntStream.range(0, phases)
                        .filter(position -> !rules.containsKey(position))
                        .boxed()
                        .toArray(Integer[]::new);
        return connection
                .preparedQuery(
                        "SELECT position, rules FROM phases WHERE run = $1 AND position = ANY ($2)")
                .execute(Tuple.of(run.value(), missing))
                .invoke(rows ->
                        rows.forEach(row -> {
                            var read =
                                    Wire.read(
                                            row.getString("rules").getBytes(StandardCharsets.UTF_8),
                                            PhaseRules.class);
                            rules.put(row.getInteger("position"), read);
                            kept.put(new Key(run, row.getInteger("position")), read);
                        }))
                .replaceWithVoid();
    }
}
