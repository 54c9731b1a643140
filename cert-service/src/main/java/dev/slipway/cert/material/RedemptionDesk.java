package dev.slipway.cert.material;

import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.cert.material.Admission.Refusal;
import dev.slipway.cert.run.RunStanding;
import dev.slipway.cert.run.RunStore;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.cert.vault.Vault;
import dev.slipway.chassis.database.Pipeline;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.event.CertificateEvent.MaterialRedeemed;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Redeems an order that was found genuine. Decision, sealed bytes and event are one transaction,
/// so nothing leaves without its event; unsealing comes after it.
@ApplicationScoped
class RedemptionDesk {
    private final Transactions transactions;
    private final Vault vault;
    private final IssuanceDesk issuance;
    private final CertificatePublisher publisher;
    private final RefusalDesk refusals;

    @Inject
    RedemptionDesk(
            Transactions transactions,
            Vault vault,
            IssuanceDesk issuance,
            CertificatePublisher publisher,
            RefusalDesk refusals) {
        this.transactions = transactions;
        this.vault = vault;
        this.issuance = issuance;
        this.publisher = publisher;
        this.refusals = refusals;
    }

    Uni<Redemption> redeem(Order order, Executor executor) {
        return transactions.inTenant(
                order.tenant(),
                connection ->
                        Uni.combine()
                                .all()
                                .unis(
                                        Transactions.now(connection),
                                        RunStore.find(connection, order.tenant(), order.run()))
                                .asTuple()
                                .chain(found ->
                                        decide(
                                                connection,
                                                order,
                                                executor,
                                                found.getItem2(),
                                                found.getItem1())));
    }

    Uni<Map<MaterialName, byte[]>> unseal(Redemption.Granted granted, Executor executor) {
        return vault.unseal(granted.tenant(), granted.sealed())
                .chain(secrets ->
                        issuance.issue(granted.tenant(), granted.issuance(), executor.uri())
                                .map(issued -> materials(secrets, issued)));
    }

    private static Map<MaterialName, byte[]> materials(
            Map<SecretName, byte[]> secrets, Map<MaterialName, byte[]> issued) {
        var materials = new HashMap<MaterialName, byte[]>();
        secrets.forEach((name, secret) -> materials.put(name.name(), secret));
        materials.putAll(issued);
        return materials;
    }

    /// Notes an order that the planner did not sign.
    Uni<Redemption> refuseForged(String why, Executor executor) {
        return refusals.noteForged(why, executor).map(Redemption.Refused::new);
    }

    private Uni<Redemption> decide(
            SqlConnection connection,
            Order order,
            Executor executor,
            Optional<RunStanding> standing,
            Instant now) {
        return Admission.refusal(order, executor.pool(), standing, now)
                .map(refusal -> refuse(connection, order, executor, refusal, now))
                .orElseGet(() -> find(connection, order, executor, now));
    }

    private Uni<Redemption> find(
            SqlConnection connection, Order order, Executor executor, Instant now) {
        return Uni.combine()
                .all()
                .unis(
                        MaterialStore.sealed(connection, order, now),
                        issuance.wanted(connection, order, now))
                .with(Found::new)
                .chain(found ->
                        missing(order, found)
                                .map(refusal -> refuse(connection, order, executor, refusal, now))
                                .orElseGet(() -> grant(connection, order, executor, found, now)));
    }

    /// What there is, and what can be made, of the materials of an order.
    private record Found(Map<SecretName, Sealed> sealed, IssuanceDesk.Wanted wanted) {
        Set<MaterialName> names() {
            return Stream.concat(
                            sealed.keySet().stream().map(SecretName::name), wanted.names().stream())
                    .collect(Collectors.toSet());
        }
    }

    private static Optional<Refusal> missing(Order order, Found found) {
        Set<MaterialName> names = found.names();
        String missing =
                order.materials().stream()
                        .filter(name -> !names.contains(name))
                        .map(name -> "\"%s\"".formatted(name))
                        .sorted()
                        .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Refusal(
                                ReasonCode.MATERIAL_MISSING,
                                404,
                                "cluster \"%s\", generation %d, has no %s (any more)"
                                        .formatted(order.cluster(), order.generation(), missing)));
    }

    private Uni<Redemption> grant(
            SqlConnection connection, Order order, Executor executor, Found found, Instant now) {
        var event =
                new MaterialRedeemed(
                        order.tenant(),
                        order.cluster(),
                        order.run(),
                        order.task(),
                        order.attempt(),
                        order.materials().stream()
                                .sorted(java.util.Comparator.comparing(MaterialName::value))
                                .toList(),
                        executor.uri(),
                        now);
        return Pipeline.after(
                        publisher.publish(connection, event, executor.uri()),
                        issuance.announce(connection, order, found.wanted(), executor.uri(), now))
                .map(announced ->
                        new Redemption.Granted(order.tenant(), found.sealed(), announced));
    }

    private Uni<Redemption> refuse(
            SqlConnection connection,
            Order order,
            Executor executor,
            Refusal refusal,
            Instant now) {
        return refusals.note(connection, order, executor, refusal, now)
                .map(Redemption.Refused::new);
    }
}
