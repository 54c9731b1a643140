package dev.slipway.planner.operation;

import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.planner.run.RunStage;
import dev.slipway.planner.run.Verdict;
import io.vertx.mutiny.sqlclient.Row;
import java.util.Optional;

/// A run's stage as a row's columns, and back.
record StageRow(String stage, Optional<Verdict> verdict) {
    static final String INSPECTING = "INSPECTING";
    static final String PLANNING = "PLANNING";
    static final String REOPENING = "REOPENING";
    static final String RUNNING = "RUNNING";
    static final String SETTLED = "SETTLED";

    static StageRow of(RunStage stage) {
        return switch (stage) {
            case RunStage.Inspecting() -> new StageRow(INSPECTING, Optional.empty());
            case RunStage.Planning() -> new StageRow(PLANNING, Optional.empty());
            case RunStage.Reopening() -> new StageRow(REOPENING, Optional.empty());
            case RunStage.Running() -> new StageRow(RUNNING, Optional.empty());
            case RunStage.Settled(var verdict) -> new StageRow(SETTLED, Optional.of(verdict));
        };
    }

    static RunStage read(Row row) {
        String stage = row.getString("stage");
        return switch (stage) {
            case INSPECTING -> new RunStage.Inspecting();
            case PLANNING -> new RunStage.Planning();
            case REOPENING -> new RunStage.Reopening();
            case RUNNING -> new RunStage.Running();
            case SETTLED ->
                    new RunStage.Settled(
                            new Verdict(
                                    RunOutcome.valueOf(row.getString("outcome")),
                                    Optional.ofNullable(row.getString("reason"))
                                            .map(ReasonCode::valueOf),
                                    row.getString("message")));
            default -> throw new IllegalStateException("no run stage \"" + stage + "\"");
        };
    }
}
