package dev.slipway.status.intake;

import io.vertx.pgclient.PgException;
import java.time.DateTimeException;
import org.jspecify.annotations.Nullable;

/// Tells a record that can never be stored from a store that is out of order: the first is parked,
/// the second waited for.
final class Poison {
    private Poison() {}

    static boolean is(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException refused) {
                return isData(refused.getSqlState());
            }
            if (cause instanceof NullPointerException
                    || cause instanceof IllegalArgumentException
                    || cause instanceof ArithmeticException
                    || cause instanceof DateTimeException) {
                return true;
            }
        }
        return false;
    }

    // PostgreSQL manual, appendix A: class 22 data exception, class 23 integrity violation.
    private static boolean isData(@Nullable String state) {
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }
}
