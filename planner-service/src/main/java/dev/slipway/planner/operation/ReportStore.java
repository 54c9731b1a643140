package dev.slipway.planner.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.RunId;
import dev.slipway.planner.inspect.Check;
import dev.slipway.planner.inspect.HostFinding;
import dev.slipway.planner.inspect.HostReport;
import dev.slipway.planner.plan.Operation;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Keeps what was found on a run's hosts: the findings with the run, and for a check also what was
/// found to be good, with each host.
@ApplicationScoped
class ReportStore {
    Uni<Void> keep(SqlConnection connection, RunRecord run, List<HostReport> reports) {
        List<HostFinding> findings = reports.stream().flatMap(r -> r.findings().stream()).toList();
        Uni<Void> kept =
                connection
                        .preparedQuery("UPDATE runs SET findings = $2 WHERE id = $1")
                        .execute(
                                Tuple.of(
                                        run.id().value(),
                                        new String(Wire.bytes(findings), StandardCharsets.UTF_8)))
                        .replaceWithVoid();
        return run.operation() == Operation.CHECK && !reports.isEmpty()
                ? kept.chain(() -> passed(connection, run, reports))
                : kept;
    }

    private static Uni<Void> passed(
            SqlConnection connection, RunRecord run, List<HostReport> reports) {
        return connection
                .preparedQuery("UPDATE run_hosts SET passed = $3 WHERE run = $1 AND host = $2")
                .executeBatch(
                        reports.stream()
                                .map(r ->
                                        Tuple.of(run.id().value(), r.host().toString())
                                                .addArrayOfString(
                                                        r.passed().stream()
                                                                .map(Check::word)
                                                                .sorted()
                                                                .toArray(String[]::new)))
                                .toList())
                .replaceWithVoid();
    }

    /// What was found on each host of a run; empty if this transaction's tenant has no such run.
    Uni<Optional<ReportView>> read(SqlConnection connection, RunId run) {
        return connection
                .preparedQuery(
                        "SELECT id, cluster, operation, outcome, message, findings FROM runs WHERE id = $1")
                .execute(Tuple.of(run.value()))
                .chain(runs ->
                        runs.size() == 0
                                ? Uni.createFrom().item(Optional.empty())
                                : connection
                                        .preparedQuery(
                                                "SELECT host, name, roles, passed FROM run_hosts WHERE run = $1 ORDER BY position")
                                        .execute(Tuple.of(run.value()))
                                        .map(hosts ->
                                                Optional.of(view(runs.iterator().next(), hosts))));
    }

    private static ReportView view(Row run, RowSet<Row> hosts) {
        List<HostFinding> findings = findings(run.getString("findings"));
        return new ReportView(
                new RunId(run.getUUID("id")),
                run.getString("cluster"),
                run.getString("operation"),
                Optional.ofNullable(run.getString("outcome")),
                Optional.ofNullable(run.getString("message")),
                StreamSupport.stream(hosts.spliterator(), false)
                        .map(host -> host(host, findings))
                        .toList());
    }

    private static ReportView.Host host(Row row, List<HostFinding> findings) {
        HostAddress address = HostAddress.of(row.getString("host"));
        Map<Check, List<ReportView.Result>> results = new EnumMap<>(Check.class);
        for (String word : Optional.ofNullable(row.getArrayOfStrings("passed")).orElse(NONE)) {
            results.put(Check.of(word), List.of(ReportView.Result.ok(word)));
        }
        findings.stream()
                .filter(f -> f.host().equals(address))
                .forEach(f ->
                        results.merge(
                                f.check(),
                                List.of(ReportView.Result.of(f)),
                                (a, b) -> Stream.concat(a.stream(), b.stream()).toList()));
        return new ReportView.Host(
                address,
                row.getString("name"),
                List.of(row.getArrayOfStrings("roles")),
                results.values().stream().flatMap(List::stream).toList());
    }

    private static final String[] NONE = {};

    static List<HostFinding> findings(String json) {
        try {
            return Wire.mapper().readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a run's findings in the database are no JSON", e);
        }
    }
}
