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

    /// Either `ssh`, with or without sudo's password, or `registry`.
    ///
    /// @param ssh sealed JSON of an `SshCredential`
    /// @param sudoPassword sealed text
    /// @param registry sealed login, as tasks get it
    public record SealedCredential(
            Optional<Sealed> ssh, Optional<Sealed> sudoPassword, Optional<Sealed> registry) {}

    record Entry(String name, String kind, SealedCredential sealed) {}

    /// What may be seen of a credential.
    ///
    /// @param kind `key`, `password`, `certificate` or `registry`
    /// @param sudoPassword whether it has one
    record Listed(String name, String kind, boolean sudoPassword, Instant storedAt) {}

    private CredentialStore() {}

    public static Uni<Optional<SealedCredential>> find(
            SqlConnection connection, TenantId tenant, String name) {
        return connection
                .preparedQuery(
                        "SELECT sealed_ssh, sealed_sudo_password, sealed_registry FROM credential WHERE tenant = $1 AND name = $2")
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
                            (tenant, name, kind, sealed_ssh, sealed_sudo_password, sealed_registry,
                            stored_at, stored_by)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                        ON CONFLICT (tenant, name) DO UPDATE
                        SET kind = excluded.kind, sealed_ssh = excluded.sealed_ssh,
                            sealed_sudo_password = excluded.sealed_sudo_password,
                            sealed_registry = excluded.sealed_registry,
                            stored_at = excluded.stored_at, stored_by = excluded.stored_by
                        """)
                .execute(
                        Parameters.of(
                                tenant,
                                entry.name(),
                                entry.kind(),
                                entry.sealed().ssh().map(Sealed::bytes),
                                entry.sealed().sudoPassword().map(Sealed::bytes),
                                entry.sealed().registry().map(Sealed::bytes),
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
                sealed(row, "sealed_ssh"),
                sealed(row, "sealed_sudo_password"),
                sealed(row, "sealed_registry"));
    }

    private static Optional<Sealed> sealed(Row row, String column) {
        return Optional.ofNullable(row.getBuffer(column))
                .map(buffer -> Sealed.of(buffer.getBytes()));
    }
}
