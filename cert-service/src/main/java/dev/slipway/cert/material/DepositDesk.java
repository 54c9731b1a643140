package dev.slipway.cert.material;

import dev.slipway.cert.authority.AdoptedAuthority;
import dev.slipway.cert.authority.AdoptionDesk;
import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.cert.material.Admission.Refusal;
import dev.slipway.cert.run.RunStore;
import dev.slipway.cert.vault.CryptoWorkers;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.event.CertificateEvent.AuthorityAdopted;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Takes what an order that was found genuine deposits. It is looked at and sealed first; decision,
/// sealed bytes and event are one transaction then, so nothing is kept without its event.
@ApplicationScoped
class DepositDesk {
    private final Transactions transactions;
    private final CryptoWorkers crypto;
    private final AdoptionDesk adoptions;
    private final CertificatePublisher publisher;
    private final RefusalDesk refusals;

    @Inject
    DepositDesk(
            Transactions transactions,
            CryptoWorkers crypto,
            AdoptionDesk adoptions,
            CertificatePublisher publisher,
            RefusalDesk refusals) {
        this.transactions = transactions;
        this.crypto = crypto;
        this.adoptions = adoptions;
        this.publisher = publisher;
        this.refusals = refusals;
    }

    /// What the files turned out to be.
    private sealed interface Reading {
        record Whole(AdoptedAuthority authority) implements Reading {}

        record Broken(Refusal refusal) implements Reading {}
    }

    /// @return why it was refused, if it was
    Uni<Optional<Refusal>> deposit(
            Order order, Map<MaterialName, byte[]> files, Executor executor) {
        return order.deposit()
                .map(step ->
                        crypto.compute(() -> read(step, files))
                                .chain(reading -> deposit(order, step, reading, executor)))
                .orElseGet(() ->
                        refuse(
                                order,
                                executor,
                                new Refusal(
                                        ReasonCode.MATERIAL_REFUSED,
                                        403,
                                        "the order deposits nothing")));
    }

    private static Reading read(Step.Deposit step, Map<MaterialName, byte[]> files) {
        try {
            var authority = AdoptedAuthority.read(files, Instant.now());
            return authority.certificateDigest().equals(step.caDigest())
                    ? new Reading.Whole(authority)
                    : broken(
                            "ca.crt has SHA-256 %s, and the run was planned for %s"
                                    .formatted(authority.certificateDigest(), step.caDigest()));
        } catch (IllegalArgumentException e) {
            return broken(String.valueOf(e.getMessage()));
        }
    }

    private static Reading broken(String why) {
        return new Reading.Broken(new Refusal(ReasonCode.AUTHORITY_UNUSABLE, 422, why));
    }

    private Uni<Optional<Refusal>> deposit(
            Order order, Step.Deposit step, Reading reading, Executor executor) {
        return switch (reading) {
            case Reading.Broken(var refusal) -> refuse(order, executor, refusal);
            case Reading.Whole(var authority) ->
                    adoptions
                            .seal(order, step, authority)
                            .chain(ready ->
                                    transactions.inTenant(
                                            order.tenant(),
                                            c ->
                                                    Transactions.now(c)
                                                            .chain(now ->
                                                                    decide(
                                                                            c, order, ready,
                                                                            executor, now))));
        };
    }

    private Uni<Optional<Refusal>> decide(
            SqlConnection connection,
            Order order,
            AdoptionDesk.Ready ready,
            Executor executor,
            Instant now) {
        return RunStore.find(connection, order.tenant(), order.run())
                .map(standing -> Admission.refusal(order, executor.pool(), standing, now))
                .chain(refusal ->
                        refusal.isPresent()
                                ? refusals.note(connection, order, executor, refusal.get(), now)
                                        .map(Optional::of)
                                : keep(connection, order, ready, executor, now));
    }

    private Uni<Optional<Refusal>> keep(
            SqlConnection connection,
            Order order,
            AdoptionDesk.Ready ready,
            Executor executor,
            Instant now) {
        return adoptions
                .keep(connection, ready)
                .chain(kept ->
                        switch (kept) {
                            case NOW ->
                                    publisher
                                            .publish(
                                                    connection,
                                                    event(order, ready, executor, now),
                                                    executor.uri())
                                            .replaceWith(Optional.empty());
                            case BEFORE -> Uni.createFrom().item(Optional.empty());
                            case OTHER ->
                                    refusals.note(connection, order, executor, other(order), now)
                                            .map(Optional::of);
                        });
    }

    private Uni<Optional<Refusal>> refuse(Order order, Executor executor, Refusal refusal) {
        return transactions.inTenant(
                order.tenant(),
                c ->
                        Transactions.now(c)
                                .chain(now -> refusals.note(c, order, executor, refusal, now))
                                .map(Optional::of));
    }

    private static Refusal other(Order order) {
        return new Refusal(
                ReasonCode.AUTHORITY_UNUSABLE,
                409,
                "cluster \"%s\" has an authority of its own already: adopt under another name, or reset it first (slipway reset %1$s)"
                        .formatted(order.cluster()));
    }

    private static AuthorityAdopted event(
            Order order, AdoptionDesk.Ready ready, Executor executor, Instant now) {
        return new AuthorityAdopted(
                order.tenant(),
                order.cluster(),
                order.generation(),
                order.run(),
                order.host().address(),
                ready.authority().pin(),
                ready.authority().keyAlgorithm().wireName(),
                ready.authority().notAfter(),
                executor.uri(),
                now);
    }
}
