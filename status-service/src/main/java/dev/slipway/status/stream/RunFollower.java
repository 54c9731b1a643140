package dev.slipway.status.stream;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.status.StatusConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/// Follows a run for a subscriber, from any cursor to the end of the run. A page is read only when
/// the subscriber has taken the one before: who reads slowly holds one page in memory and nobody
/// up.
@ApplicationScoped
class RunFollower {
    private static final Logger LOG = Logger.getLogger(RunFollower.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final StreamReader reader;
    private final StreamBell bell;
    private final StatusConfig.Stream config;
    private final AtomicInteger followers;

    @Inject
    RunFollower(StreamReader reader, StreamBell bell, StatusConfig config, MeterRegistry meters) {
        this.reader = reader;
        this.bell = bell;
        this.config = config.stream();
        this.followers =
                Objects.requireNonNull(
                        meters.gauge(MetricNames.STATUS_FOLLOWERS, new AtomicInteger()));
    }

    /// What a subscriber gets next.
    sealed interface Beat {
        record Happened(StreamEvent event) implements Beat {}

        /// Nothing happened for a while.
        record Silence() implements Beat {}

        /// The run has settled, and nothing follows.
        ///
        /// @param missing what was waited for in vain
        record Ended(Missing missing) implements Beat {}
    }

    /// Where a subscriber is.
    private static final class Position {
        final RunKey run;
        final boolean output;
        long cursor;
        boolean over;

        Position(RunKey run, boolean output, long cursor) {
            this.run = run;
            this.output = output;
            this.cursor = cursor;
        }
    }

    /// @param after the cursor of the last event known, 0 for none
    /// @param output whether output is wanted
    Multi<Beat> follow(RunKey run, long after, boolean output) {
        return Multi.createFrom()
                .deferred(() -> {
                    var position = new Position(run, output, after);
                    followers.incrementAndGet();
                    return Multi.createBy()
                            .repeating()
                            .uni(() -> next(position))
                            .whilst(_ -> !position.over)
                            .onItem()
                            .<Beat>disjoint()
                            .onTermination()
                            .invoke(followers::decrementAndGet);
                });
    }

    /// Fails with UNKNOWN_RUN (404) if there is no such run.
    Uni<Void> require(RunKey run) {
        return reader.page(new StreamReader.Wanted(run, Long.MAX_VALUE, false, 1))
                .replaceWithVoid();
    }

    private Uni<List<Beat>> next(Position position) {
        CompletableFuture<Void> ring = bell.next(position.run);
        return read(position)
                .chain(page ->
                        page.isEmpty()
                                ? waitFor(ring, position, page)
                                : Uni.createFrom().item(beats(position, page)));
    }

    private Uni<List<Beat>> waitFor(
            CompletableFuture<Void> ring, Position position, StreamPage page) {
        Duration limit = config.heartbeat();
        if (page.settled()) {
            Duration left = config.patience().minus(page.quiet());
            if (page.missing().isNothing() || !left.isPositive()) {
                position.over = true;
                return Uni.createFrom().item(List.of(new Beat.Ended(page.missing())));
            }
            limit = limit.compareTo(left) < 0 ? limit : left;
        }
        // A ring may be for output that is not wanted.
        return StreamBell.await(ring, limit)
                .map(_ -> ring.isDone() ? List.of() : List.of(new Beat.Silence()));
    }

    private Uni<StreamPage> read(Position position) {
        return reader.page(
                        new StreamReader.Wanted(
                                position.run, position.cursor, position.output, config.page()))
                .onFailure(RunFollower::isAway)
                .retry()
                .withBackOff(FIRST_WAIT, LONGEST_WAIT)
                .indefinitely();
    }

    /// The database will be back; the subscriber need not notice.
    private static boolean isAway(Throwable failure) {
        return failure instanceof ProblemFailure problem
                && problem.code() == ReasonCode.UNAVAILABLE;
    }

    private static List<Beat> beats(Position position, StreamPage page) {
        position.cursor = page.events().getLast().cursor();
        return page.events().stream().<Beat>map(Beat.Happened::new).toList();
    }
}
