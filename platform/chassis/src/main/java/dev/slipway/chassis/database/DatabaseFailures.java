package dev.slipway.chassis.database;

import dev.slipway.chassis.problem.Problem;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.outcome.ReasonCode;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Tells a database that is away from a fault of ours.
final class DatabaseFailures {
    private DatabaseFailures() {}

    /// UNAVAILABLE (503) where the database cannot be reached or is going down, else the failure as
    /// it is.
    static Throwable translated(Throwable failure) {
        return isAway(failure)
                ? new ProblemFailure(
                        Problem.of(ReasonCode.UNAVAILABLE, 503, "the database does not answer"),
                        failure)
                : failure;
    }

    private static boolean isAway(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException refused) {
                return isAway(refused.getSqlState());
            }
            if (cause instanceof IOException || cause instanceof TimeoutException) {
                return true;
            }
            if (cause instanceof VertxException broken) {
                return !isMisuse(broken);
            }
        }
        return false;
    }

    // The driver's word for a connection that broke under it is a bare VertxException, and so is
    // its
    // word for a parameter of the wrong type, which is a bug of ours.
    private static boolean isMisuse(VertxException failure) {
        return String.valueOf(failure.getMessage()).startsWith("Parameter");
    }

    // PostgreSQL manual, appendix A: connection exception, insufficient resources, operator
    // intervention (shutdown, crash, starting up).
    private static boolean isAway(@Nullable String state) {
        return state != null
                && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57P"));
    }
}
