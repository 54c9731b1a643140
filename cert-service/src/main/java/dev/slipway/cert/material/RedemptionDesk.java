package dev.slipway.cert.material;

import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.cert.kube.KubeCertificate;
import dev.slipway.cert.kube.KubeDesk;
import dev.slipway.cert.material.Admission.Refusal;
import dev.slipway.cert.run.RunStore;
import dev.slipway.cert.sshca.SshAuthorityDesk;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.cert.vault.Vault;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.event.CertificateEvent.MaterialRedeemed;
import dev.slipway.contracts.event.CertificateEvent.MaterialRefused;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Redeems an order that was found genuine. Decision, sealed bytes and event are one transaction,
/// so nothing leaves without its event; unsealing comes after it.
@ApplicationScoped
class RedemptionDesk {
    private final Transactions transactions;
    private final Vault vault;
    private final SshAuthorityDesk sshAuthority;
    private final KubeDesk kube;
    private final CertificatePublisher publisher;
    private final TenantId forgedOrdersTenant;

    @Inject
    RedemptionDesk(
            Transactions transactions,
            Vault vault,
            SshAuthorityDesk sshAuthority,
            KubeDesk kube,
            CertificatePublisher publisher,
            RedemptionConfig config) {
        this.transactions = transactions;
        this.vault = vault;
        this.sshAuthority = sshAuthority;
        this.kube = kube;
        this.publisher = publisher;
        this.forgedOrdersTenant = TenantId.of(config.forgedOrdersTenant());
    }

    Uni<Redemption> redeem(Order order, Executor executor) {
        return transactions.sqlInTenant(
                order.tenant(),
                connection ->
                        Transactions.now(connection)
                                .chain(now -> decide(connection, order, executor, now)));
    }

    Uni<Map<MaterialName, byte[]>> unseal(Redemption.Granted granted, Executor executor) {
        var materials = new HashMap<MaterialName, byte[]>();
        return vault.unseal(granted.tenant(), granted.sealed())
                .invoke(secrets ->
                        secrets.forEach((name, secret) -> materials.put(name.name(), secret)))
                .chain(() ->
                        sshAuthority.issue(
                                granted.tenant(), granted.certificates(), executor.uri()))
                .invoke(materials::putAll)
                .chain(() -> kube.issue(granted.tenant(), granted.kube()))
                .invoke(materials::putAll)
                .replaceWith(materials);
    }

    /// Notes an order that the planner did not sign.
    Uni<Redemption> refuseForged(String why, Executor executor) {
        return transactions.sqlInTenant(
                forgedOrdersTenant,
                connection ->
                        Transactions.now(connection)
                                .map(now ->
                                        new MaterialRefused(
                                                forgedOrdersTenant,
                                                Optional.empty(),
                                                Optional.empty(),
                                                executor.uri(),
                                                why,
                                                now))
                                .chain(event ->
                                        publisher.publish(connection, event, executor.uri()))
                                .replaceWith(
                                        new Redemption.Refused(
                                                new Refusal(ReasonCode.ORDER_FORGED, 403, why))));
    }

    private Uni<Redemption> decide(
            SqlConnection connection, Order order, Executor executor, Instant now) {
        return RunStore.find(connection, order.tenant(), order.run())
                .map(standing -> Admission.refusal(order, executor.pool(), standing, now))
                .chain(refusal ->
                        refusal.isPresent()
                                ? refuse(connection, order, executor, refusal.get(), now)
                                : find(connection, order, executor, now));
    }

    private Uni<Redemption> find(
            SqlConnection connection, Order order, Executor executor, Instant now) {
        return MaterialStore.sealed(connection, order, now)
                .chain(sealed ->
                        kube.wanted(connection, order, now)
                                .chain(certificates ->
                                        judge(
                                                connection,
                                                order,
                                                executor,
                                                new Found(sealed, certificates),
                                                now)));
    }

    /// What there is of an order's materials.
    ///
    /// @param kube those that are made for it
    private record Found(Map<SecretName, Sealed> sealed, List<KubeCertificate> kube) {
        boolean contains(MaterialName name) {
            return sealed.keySet().stream().anyMatch(secret -> secret.name().equals(name))
                    || kube.stream().anyMatch(made -> made.material().equals(name));
        }
    }

    private Uni<Redemption> judge(
            SqlConnection connection, Order order, Executor executor, Found found, Instant now) {
        return missing(order, found)
                .map(refusal -> refuse(connection, order, executor, refusal, now))
                .orElseGet(() -> grant(connection, order, executor, found, now));
    }

    private static Optional<Refusal> missing(Order order, Found found) {
        String missing =
                order.materials().stream()
                        .filter(name -> !found.contains(name))
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
        return publisher
                .publish(connection, event, executor.uri())
                .chain(() -> kube.announce(connection, found.kube(), executor.uri(), now))
                .chain(() -> MaterialStore.certificates(connection, order))
                .chain(names ->
                        sshAuthority.announce(connection, order, names, executor.uri(), now))
                .map(certificates ->
                        new Redemption.Granted(
                                order.tenant(), found.sealed(), certificates, found.kube()));
    }

    private Uni<Redemption> refuse(
            SqlConnection connection,
            Order order,
            Executor executor,
            Refusal refusal,
            Instant now) {
        var event =
                new MaterialRefused(
                        order.tenant(),
                        Optional.of(order.run()),
                        Optional.of(order.task()),
                        executor.uri(),
                        refusal.why(),
                        now);
        return publisher
                .publish(connection, event, executor.uri())
                .replaceWith(new Redemption.Refused(refusal));
    }
}
