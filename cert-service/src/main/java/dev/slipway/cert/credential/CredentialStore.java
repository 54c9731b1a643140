package dev.slipway.cert.credential;

import dev.slipway.cert.database.Parameters;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The table of sealed credentials.
public final class CredentialStore {
    /// The kind of those that are issued when they are redeemed.
    static final String CERTIFICATE = "certificate";

    /// @param ssh sealed JSON of an `SshCredential`
    /// @param sudoPassword sealed text
    public record SealedCredential(Sealed ssh, Optional<Sealed> sudoPassword) {}

    record Entry(String name, String kind, SealedCredential sealed) {}

    /// What may be seen of a credential.
    ///
    /// @param kind `key`, `password` or `certificate`
    /// @param sudoPassword whether it has one
    record Listed(String name, String kind, boolean sudoPassword, Instant storedAt) {}

    private CredentialStore() {}

    public static Uni<Optional<SealedCredential>> find(
            SqlConnection connection, TenantId tenant, String name) {
        return connection
                .preparedQuery(
                        "SELECT sealed_ssh, sealed_sudo_password FROM credential WHERE tenant = $1 AND name = $2")
                .execute(Parameters.of(tenant, name))
                .map(rows -> {
                    var all = rows.iterator();
                    return all.hasNext() ? Optional.of(sealed(all.next())) : Optional.empty();
                });
    }

    /// @return those of the names under which a certificate is to be issued
    public static Uni<Set<String>> certificates(
            SqlConnection connection, TenantId tenant, Collection<String> names) {
        return connection
                .preparedQuery(
                        "SELECT name FROM credential WHERE tenant = $1 AND name = ANY ($2) AND kind = $3")
                .execute(Parameters.of(tenant, names.toArray(String[]::new), CERTIFICATE))
                .map(rows -> {
                    var found = new TreeSet<String>();
                    rows.forEach(row -> found.add(row.getString("name")));
                    return found;
                });
    }

    static Uni<Void> keep(
            SqlConnection connection, TenantId tenant, Entry entry, String actor, Instant now) {
        return connection
                .preparedQuery(
                        """
                        INSERT INTO credential
                            (tenant, name, kind, sealed_ssh, sealed_sudo_password, stored_at, stored_by)
                        VALUES ($1, $2, $3, $4, $5, $6, $7)
                        ON CONFLICT (tenant, name) DO UPDATE
                        SET kind = excluded.kind, sealed_ssh = excluded.sealed_ssh,
                            sealed_sudo_password = excluded.sealed_sudo_password,
                            stored_at = excluded.stored_at, stored_by = excluded.stored_by
                        """)
                .execute(
                        Parameters.of(
                                tenant,
                                entry.name(),
                                entry.kind(),
                                entry.sealed().ssh().bytes(),
                                entry.sealed().sudoPassword().map(Sealed::bytes),
                                now,
                                actor))
                .replaceWithVoid();
    }

    static Uni<List<Listed>> list(SqlConnection connection, TenantId tenant) {
        return connection
                .preparedQuery(
                        """
                        SELECT name, kind, sealed_sudo_password IS NOT NULL AS sudo_password, stored_at
                        FROM credential WHERE tenant = $1 ORDER BY name
                        """)
                .execute(Parameters.of(tenant))
                .map(rows -> {
                    var all = new ArrayList<Listed>();
                    rows.forEach(row ->
                            all.add(
                                    new Listed(
                                            row.getString("name"),
                                            row.getString("kind"),
                                            row.getBoolean("sudo_password"),
                                            row.getOffsetDateTime("stored_at").toInstant())));
                    return all;
                });
    }

    /// @return whether there was one
    static Uni<Boolean> remove(SqlConnection connection, TenantId tenant, String name) {
        return connection
                .preparedQuery("DELETE FROM credential WHERE tenant = $1 AND name = $2")
                .execute(Parameters.of(tenant, name))
                .map(rows -> rows.rowCount() == 1);
    }

    private static SealedCredential sealed(Row row) {
        return new SealedCredential(
                Sealed.of(row.getBuffer("sealed_ssh").getBytes()),
                Optional.ofNullable(row.getBuffer("sealed_sudo_password"))
                        .map(buffer -> Sealed.of(buffer.getBytes())));
    }
}
