package dev.slipway.cert.database;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Tuple;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The parameters of one statement, `$1` first.
public final class Parameters {
    private Parameters() {}

    /// Ids, times, durations, bytes and optionals become what PostgreSQL's driver takes for `text`,
    /// `uuid`, `timestamptz`, `bigint` (seconds), `bytea` and null; anything else is passed on.
    public static Tuple of(Object... values) {
        var parameters = new ArrayList<@Nullable Object>(values.length);
        for (Object value : values) {
            parameters.add(parameter(value));
        }
        return Tuple.from(parameters);
    }

    private static @Nullable Object parameter(Object value) {
        return switch (value) {
            case byte[] bytes -> Buffer.buffer(bytes);
            case Instant instant -> instant.atOffset(ZoneOffset.UTC);
            case Duration duration -> duration.toSeconds();
            case RunId run -> run.value();
            case TenantId tenant -> tenant.value();
            case ClusterName cluster -> cluster.value();
            case MaterialName name -> name.value();
            case URI uri -> uri.toString();
            case Optional<?> optional -> optional.isEmpty() ? null : parameter(optional.get());
            default -> value;
        };
    }
}
