package dev.slipway.cert.sshca;

import dev.slipway.cert.database.Parameters;
import dev.slipway.cert.sshca.SshAuthorityKey.State;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;
import java.util.stream.StreamSupport;

/// The table of the keys of SSH authorities.
final class SshAuthorityStore {
    private SshAuthorityStore() {}

    /// All keys of the tenant, the newest first.
    static Uni<List<SshAuthorityKey>> all(SqlConnection connection, TenantId tenant) {
        return connection
                .preparedQuery(
                        "SELECT * FROM ssh_authority_key WHERE tenant = $1 ORDER BY number DESC")
                .execute(Parameters.of(tenant))
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(SshAuthorityStore::key)
                                .toList());
    }

    /// @return whether it was kept: false if somebody else was faster
    static Uni<Boolean> keep(
            SqlConnection connection, TenantId tenant, SshAuthorityKey key, String actor) {
        return connection
                .preparedQuery(
                        """
                        INSERT INTO ssh_authority_key
                            (tenant, number, state, public_key, fingerprint, sealed, made_at, made_by)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                        ON CONFLICT DO NOTHING
                        """)
                .execute(
                        Parameters.of(
                                tenant,
                                key.number(),
                                key.state().wireName(),
                                key.publicKey(),
                                key.fingerprint(),
                                key.sealed().bytes(),
                                key.madeAt(),
                                actor))
                .map(rows -> rows.rowCount() == 1);
    }

    /// The next key takes the current one's place, that one the previous one's.
    ///
    /// @return whether there was a next one
    static Uni<Boolean> useNext(SqlConnection connection, TenantId tenant) {
        return connection
                .preparedQuery(
                        "SELECT state FROM ssh_authority_key WHERE tenant = $1 ORDER BY number FOR UPDATE")
                .execute(Parameters.of(tenant))
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .anyMatch(row -> row.getString("state").equals("next")))
                .call(next -> next ? shift(connection, tenant) : Uni.createFrom().voidItem());
    }

    private static Uni<Void> shift(SqlConnection connection, TenantId tenant) {
        return connection
                .preparedQuery(
                        "DELETE FROM ssh_authority_key WHERE tenant = $1 AND state = 'previous'")
                .execute(Parameters.of(tenant))
                .chain(() -> become(connection, tenant, State.CURRENT, State.PREVIOUS))
                .chain(() -> become(connection, tenant, State.NEXT, State.CURRENT));
    }

    private static Uni<Void> become(
            SqlConnection connection, TenantId tenant, State from, State to) {
        return connection
                .preparedQuery(
                        "UPDATE ssh_authority_key SET state = $3 WHERE tenant = $1 AND state = $2")
                .execute(Parameters.of(tenant, from.wireName(), to.wireName()))
                .replaceWithVoid();
    }

    private static SshAuthorityKey key(Row row) {
        return new SshAuthorityKey(
                row.getInteger("number"),
                State.of(row.getString("state")),
                row.getString("public_key"),
                row.getString("fingerprint"),
                row.getOffsetDateTime("made_at").toInstant(),
                Sealed.of(row.getBuffer("sealed").getBytes()));
    }
}
