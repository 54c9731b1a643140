package dev.slipway.status.stream;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Values between Java and columns: many rows travel as one array a column (`unnest`), absent
/// values as null, times in UTC.
public final class Columns {
    private Columns() {}

    /// One column of many rows.
    public static <T, A> @Nullable A[] of(
            Collection<T> rows, Function<T, ? extends @Nullable A> value, IntFunction<A[]> make) {
        return rows.stream().map(value).toArray(make);
    }

    public static @Nullable String text(Optional<?> value) {
        return value.map(Object::toString).orElse(null);
    }

    public static @Nullable OffsetDateTime time(Optional<Instant> value) {
        return value.map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null);
    }

    public static Optional<Instant> time(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }

    public static <E extends Enum<E>> Optional<E> constant(Row row, String column, Class<E> type) {
        return Optional.ofNullable(row.getString(column)).map(name -> Enum.valueOf(type, name));
    }
}
