package dev.slipway.status.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;

/// Knows what of a run is missing. A stream holds events and does not understand them: who does
/// tells it when the end has come.
public interface Accounts {
    /// In the caller's transaction. Only of a settled run is the answer a final account.
    Uni<Missing> missing(SqlConnection connection, RunKey run);
}
