package dev.slipway.status.certificate;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.CertificateEvent;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.status.StatusConfig;
import dev.slipway.status.stream.Columns;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// The rows of certificate events.
@ApplicationScoped
class CertificateStore {
    private static final Logger LOG = Logger.getLogger(CertificateStore.class);
    private static final int LINES = 1_000;

    private static final String SAVE =
            """
            INSERT INTO certificate_event (tenant, natural_key, kind, cluster, at, not_after, data)
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[],
                $5::timestamptz[], $6::timestamptz[], $7::text[])
            ON CONFLICT DO NOTHING\
            """;

    private static final String ISSUED =
            """
            SELECT data FROM certificate_event
            WHERE tenant = $1 AND cluster = $2 AND not_after IS NOT NULL
            ORDER BY at DESC LIMIT $3\
            """;

    // What still holds is listed however long ago it was issued.
    private static final String PRUNE =
            """
            DELETE FROM certificate_event
            WHERE greatest(at, not_after) < now() - $1 * interval '1 second'\
            """;

    private final Transactions transactions;
    private final StatusConfig.Retention retention;

    @Inject
    CertificateStore(Transactions transactions, StatusConfig config) {
        this.transactions = transactions;
        this.retention = config.retention();
    }

    Uni<Void> save(SqlConnection connection, List<CertificateEvent> events) {
        List<CertificateEntry> rows = events.stream().map(CertificateEntry::of).toList();
        return connection
                .preparedQuery(SAVE)
                .execute(
                        Tuple.wrap(
                                new Object[] {
                                    Columns.of(
                                            rows, r -> r.event().tenant().value(), String[]::new),
                                    Columns.of(rows, CertificateEntry::naturalKey, String[]::new),
                                    Columns.of(rows, CertificateEntry::kind, String[]::new),
                                    Columns.of(rows, r -> Columns.text(r.cluster()), String[]::new),
                                    Columns.of(
                                            rows,
                                            r -> Columns.time(Optional.of(r.event().at())),
                                            OffsetDateTime[]::new),
                                    Columns.of(
                                            rows,
                                            r -> Columns.time(r.notAfter()),
                                            OffsetDateTime[]::new),
                                    Columns.of(rows, r -> json(r.event()), String[]::new)
                                }))
                .replaceWithVoid();
    }

    /// What was issued to a cluster, the latest first. Nothing if there is no such cluster.
    Uni<List<CertificateLine>> issued(TenantId tenant, String cluster) {
        return transactions.inTenant(
                tenant,
                connection ->
                        Transactions.now(connection)
                                .chain(now ->
                                        connection
                                                .preparedQuery(ISSUED)
                                                .execute(Tuple.of(tenant.value(), cluster, LINES))
                                                .map(rows -> lines(rows, now))));
    }

    @Scheduled(
            every = "${slipway.status.retention.every:10m}",
            delayed = "90s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> prune() {
        return transactions
                .asWorker(connection ->
                        connection
                                .preparedQuery(PRUNE)
                                .execute(Tuple.of((double) retention.history().toSeconds())))
                .onFailure()
                .invoke(e ->
                        LOG.warnf(
                                e,
                                "cannot remove outdated rows: will try again in %s",
                                retention.every()))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private static List<CertificateLine> lines(RowSet<Row> rows, Instant now) {
        List<CertificateLine> lines = new ArrayList<>(rows.size());
        for (Row row : rows) {
            byte[] data = row.getString("data").getBytes(StandardCharsets.UTF_8);
            CertificateLine.of(Wire.read(data, CertificateEvent.class), now).ifPresent(lines::add);
        }
        return lines;
    }

    private static String json(CertificateEvent event) {
        return new String(Wire.bytes(event), StandardCharsets.UTF_8);
    }
}
