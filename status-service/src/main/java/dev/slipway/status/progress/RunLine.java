package dev.slipway.status.progress;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.status.stream.Columns;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/// A run in a list of runs.
record RunLine(
        RunId run,
        ClusterName cluster,
        String operation,
        int revision,
        String actor,
        boolean dryRun,
        RunStage state,
        Optional<RunOutcome> outcome,
        Optional<ReasonCode> reason,
        Optional<String> message,
        Instant openedAt,
        Optional<Instant> settledAt) {
    static RunLine of(Row row) {
        OffsetDateTime opened = row.getOffsetDateTime("opened_at");
        return new RunLine(
                new RunId(row.getUUID("run")),
                new ClusterName(row.getString("cluster")),
                row.getString("operation"),
                row.getInteger("revision"),
                row.getString("actor"),
                row.getBoolean("dry_run"),
                RunStage.valueOf(row.getString("stage")),
                Columns.constant(row, "outcome", RunOutcome.class),
                Columns.constant(row, "reason", ReasonCode.class),
                Optional.ofNullable(row.getString("message")).filter(m -> !m.isEmpty()),
                opened.toInstant(),
                Columns.time(row, "settled_at"));
    }
}
