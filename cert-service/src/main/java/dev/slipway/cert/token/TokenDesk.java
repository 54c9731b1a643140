package dev.slipway.cert.token;

import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.cert.token.TokenStore.SealedToken;
import dev.slipway.cert.vault.CryptoWorkers;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.cert.vault.Vault;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.event.CertificateEvent.TokenIssued;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Issues the bootstrap tokens of a run, each once.
@ApplicationScoped
public class TokenDesk {
    private static final SecureRandom RANDOM = new SecureRandom();

    /// What a token is for.
    public record Use(
            TenantId tenant, ClusterName cluster, int generation, RunId run, TokenRole role) {
        /// The one of the order's run.
        public static Use of(Order order, TokenRole role) {
            return new Use(order.tenant(), order.cluster(), order.generation(), order.run(), role);
        }

        public SecretName secretName() {
            return new SecretName(
                    tenant,
                    "cluster %s %d run %s".formatted(cluster, generation, run),
                    role.material());
        }
    }

    private final Transactions transactions;
    private final CryptoWorkers crypto;
    private final Vault vault;
    private final CertificatePublisher publisher;

    @Inject
    TokenDesk(
            Transactions transactions,
            CryptoWorkers crypto,
            Vault vault,
            CertificatePublisher publisher) {
        this.transactions = transactions;
        this.crypto = crypto;
        this.vault = vault;
        this.publisher = publisher;
    }

    /// @param validUntil prolongs the token of a run that has one; never shortens it
    /// @return the id of the run's token of that role
    public Uni<String> issue(Use use, Instant validUntil, String actor) {
        return transactions
                .inTenant(use.tenant(), connection -> renew(connection, use, validUntil))
                .chain(found ->
                        found.map(token -> Uni.createFrom().item(token.id()))
                                .orElseGet(() -> make(use, validUntil, actor)));
    }

    private static Uni<Optional<SealedToken>> renew(
            SqlConnection connection, Use use, Instant validUntil) {
        return Transactions.now(connection)
                .invoke(now -> requireFuture(validUntil, now))
                .chain(() -> TokenStore.prolong(connection, use, validUntil))
                .chain(() -> TokenStore.find(connection, use));
    }

    private static void requireFuture(Instant validUntil, Instant now) {
        if (!validUntil.isAfter(now)) {
            throw ProblemFailure.of(
                    ReasonCode.INVALID_REQUEST,
                    400,
                    "tokenValidUntil %s has passed (it is %s): name a later time"
                            .formatted(validUntil, now));
        }
    }

    private Uni<String> make(Use use, Instant validUntil, String actor) {
        return crypto.compute(() -> BootstrapToken.random(RANDOM))
                .chain(token ->
                        vault.seal(use.tenant(), Map.of(use.secretName(), token.content()))
                                .map(sealed ->
                                        new SealedToken(
                                                token.id(),
                                                sealed.values().iterator().next(),
                                                validUntil)))
                .chain(token ->
                        transactions.inTenant(
                                use.tenant(), connection -> keep(connection, use, token, actor)));
    }

    private Uni<String> keep(SqlConnection connection, Use use, SealedToken token, String actor) {
        return TokenStore.keep(connection, use, token)
                .chain(kept ->
                        kept
                                ? announce(connection, use, token, actor)
                                : TokenStore.find(connection, use)
                                        .map(winner -> winner.orElseThrow().id()));
    }

    private Uni<String> announce(
            SqlConnection connection, Use use, SealedToken token, String actor) {
        return Transactions.now(connection)
                .map(now ->
                        new TokenIssued(
                                use.tenant(),
                                use.cluster(),
                                use.run(),
                                token.id(),
                                token.validUntil(),
                                now))
                .chain(event -> publisher.publish(connection, event, actor))
                .replaceWith(token.id());
    }
}
