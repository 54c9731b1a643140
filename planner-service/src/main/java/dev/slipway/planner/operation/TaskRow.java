package dev.slipway.planner.operation;

import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.run.Failure;
import dev.slipway.planner.run.TaskState;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A task's state as a row's columns, and back. That its attempt was started is read only: see
/// [PhaseStore#started].
record TaskRow(
        String state,
        int attempt,
        int tries,
        Optional<AttemptKind> kind,
        Optional<Instant> settleBy,
        boolean doubted,
        Optional<Failure> failure) {
    private static final String WAITING = "WAITING";
    private static final String IN_FLIGHT = "IN_FLIGHT";
    private static final String DOUBTFUL = "DOUBTFUL";
    static final String SUCCEEDED = "SUCCEEDED";
    private static final String FAILED = "FAILED";
    private static final String UNKNOWN = "UNKNOWN";
    private static final String CANCELLED = "CANCELLED";
    private static final String LEFT_OUT = "LEFT_OUT";

    static TaskRow of(TaskState task) {
        return switch (task) {
            case TaskState.Waiting(int attempt, int tries, boolean doubted) ->
                    new TaskRow(
                            WAITING,
                            attempt,
                            tries,
                            Optional.empty(),
                            Optional.empty(),
                            doubted,
                            Optional.empty());
            case TaskState.InFlight flight ->
                    new TaskRow(
                            IN_FLIGHT,
                            flight.attempt(),
                            flight.tries(),
                            Optional.of(flight.kind()),
                            Optional.of(flight.settleBy()),
                            flight.doubted(),
                            Optional.empty());
            case TaskState.Doubtful(int attempt, int tries) -> plain(DOUBTFUL, attempt, tries);
            case TaskState.Succeeded(int attempt) -> plain(SUCCEEDED, attempt, 0);
            case TaskState.Failed(int attempt, var failure) ->
                    new TaskRow(
                            FAILED,
                            attempt,
                            0,
                            Optional.empty(),
                            Optional.empty(),
                            false,
                            Optional.of(failure));
            case TaskState.Unknown(int attempt) -> plain(UNKNOWN, attempt, 0);
            case TaskState.Cancelled(int attempt) -> plain(CANCELLED, attempt, 0);
            case TaskState.LeftOut(int attempt) -> plain(LEFT_OUT, attempt, 0);
        };
    }

    private static TaskRow plain(String state, int attempt, int tries) {
        return new TaskRow(
                state, attempt, tries, Optional.empty(), Optional.empty(), false, Optional.empty());
    }

    static TaskState read(Row row) {
        int attempt = row.getInteger("attempt");
        int tries = row.getInteger("tries");
        String state = row.getString("state");
        return switch (state) {
            case WAITING -> new TaskState.Waiting(attempt, tries, row.getBoolean("doubted"));
            case IN_FLIGHT ->
                    new TaskState.InFlight(
                            attempt,
                            tries,
                            AttemptKind.valueOf(row.getString("kind")),
                            row.getOffsetDateTime("settle_by").toInstant(),
                            row.getBoolean("doubted"),
                            row.getOffsetDateTime("started_at") != null);
            case DOUBTFUL -> new TaskState.Doubtful(attempt, tries);
            case SUCCEEDED -> new TaskState.Succeeded(attempt);
            case FAILED -> new TaskState.Failed(attempt, failure(row));
            case UNKNOWN -> new TaskState.Unknown(attempt);
            case CANCELLED -> new TaskState.Cancelled(attempt);
            case LEFT_OUT -> new TaskState.LeftOut(attempt);
            default -> throw new IllegalStateException("no task state \"" + state + "\"");
        };
    }

    /// Without its text, which is for readers: no decision looks at it, and a task that failed is
    /// written again only when it is taken up anew.
    private static Failure failure(Row row) {
        return Failure.of(ReasonCode.valueOf(row.getString("reason")), "");
    }

    /// The columns in the order of [PhaseStore]'s statements, without the key.
    void addTo(Tuple values) {
        values.addString(state)
                .addInteger(attempt)
                .addInteger(tries)
                .addString(kind.map(Enum::name).orElse(null))
                .addOffsetDateTime(settleBy.map(TaskRow::utc).orElse(null))
                .addBoolean(doubted)
                .addString(failure.map(f -> f.reason().name()).orElse(null))
                .addString(failure.map(Failure::message).orElse(null))
                .addString(failure.map(Failure::outputTail).orElse(null));
    }

    static @Nullable OffsetDateTime utc(@Nullable Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }
}
