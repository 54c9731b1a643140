package dev.slipway.cert.token;

import dev.slipway.cert.database.Parameters;
import dev.slipway.cert.vault.Sealed;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Optional;

/// The table of bootstrap tokens.
public final class TokenStore {
    /// @param sealed `id.secret`
    /// @param validUntil when it may not be handed out any more
    public record SealedToken(String id, Sealed sealed, Instant validUntil) {}

    private TokenStore() {}

    public static Uni<Optional<SealedToken>> find(SqlConnection connection, TokenDesk.Use use) {
        return connection
                .preparedQuery(
                        """
                        SELECT token_id, sealed, valid_until FROM bootstrap_token
                        WHERE tenant = $1 AND cluster = $2 AND generation = $3 AND run = $4
                          AND role = $5
                        """)
                .execute(
                        Parameters.of(
                                use.tenant(),
                                use.cluster(),
                                use.generation(),
                                use.run(),
                                use.role().word()))
                .map(rows -> {
                    var all = rows.iterator();
                    if (!all.hasNext()) {
                        return Optional.empty();
                    }
                    var row = all.next();
                    return Optional.of(
                            new SealedToken(
                                    row.getString("token_id"),
                                    Sealed.of(row.getBuffer("sealed").getBytes()),
                                    row.getOffsetDateTime("valid_until").toInstant()));
                });
    }

    /// @return whether it was kept: false if somebody else was faster
    static Uni<Boolean> keep(SqlConnection connection, TokenDesk.Use use, SealedToken token) {
        return connection
                .preparedQuery(
                        """
                        INSERT INTO bootstrap_token
                            (tenant, cluster, generation, run, role, token_id, sealed, valid_until)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                        ON CONFLICT DO NOTHING
                        """)
                .execute(
                        Parameters.of(
                                use.tenant(),
                                use.cluster(),
                                use.generation(),
                                use.run(),
                                use.role().word(),
                                token.id(),
                                token.sealed().bytes(),
                                token.validUntil()))
                .map(rows -> rows.rowCount() == 1);
    }

    static Uni<Void> prolong(SqlConnection connection, TokenDesk.Use use, Instant validUntil) {
        return connection
                .preparedQuery(
                        """
                        UPDATE bootstrap_token SET valid_until = $6
                        WHERE tenant = $1 AND cluster = $2 AND generation = $3 AND run = $4
                          AND role = $5 AND valid_until < $6
                        """)
                .execute(
                        Parameters.of(
                                use.tenant(),
                                use.cluster(),
                                use.generation(),
                                use.run(),
                                use.role().word(),
                                validUntil))
                .replaceWithVoid();
    }
}
