package dev.slipway.cert.authority;

import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.cert.vault.Vault;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Keeps the authority of a cluster that others made, for the generation of which an order deposits
/// it. The first one that a generation has is its only one.
@ApplicationScoped
public class AdoptionDesk {
    private final Vault vault;

    @Inject
    AdoptionDesk(Vault vault) {
        this.vault = vault;
    }

    /// An authority that may be kept.
    ///
    /// @param sealed its files
    public record Ready(OpenAuthority authority, Map<SecretName, Sealed> sealed) {
        public Ready {
            sealed = Map.copyOf(sealed);
        }
    }

    /// What became of it.
    public enum Kept {
        /// It is the generation's authority from now on.
        NOW,
        /// It was already.
        BEFORE,
        /// The generation has another one.
        OTHER
    }

    /// Outside of any transaction.
    public Uni<Ready> seal(Order order, Step.Deposit deposit, AdoptedAuthority adopted) {
        OpenAuthority described =
                adopted.described(
                        order.tenant(),
                        order.cluster(),
                        order.generation(),
                        deposit.leafValidity(),
                        deposit.endpoint().map(URI::create).filter(Endpoint::isValid));
        var named = new HashMap<SecretName, byte[]>();
        adopted.files()
                .forEach((name, content) ->
                        named.put(
                                SecretName.ofCluster(
                                        order.tenant(), order.cluster(), order.generation(), name),
                                content));
        return vault.seal(order.tenant(), named).map(sealed -> new Ready(described, sealed));
    }

    /// In the caller's transaction.
    public Uni<Kept> keep(SqlConnection connection, Ready ready) {
        return AuthorityStore.keep(connection, ready.authority())
                .chain(kept ->
                        kept
                                ? AuthorityStore.keepFiles(
                                                connection, ready.authority(), ready.sealed())
                                        .replaceWith(Kept.NOW)
                                : compare(connection, ready.authority()));
    }

    private static Uni<Kept> compare(SqlConnection connection, OpenAuthority brought) {
        return AuthorityStore.find(
                        connection, brought.tenant(), brought.cluster(), brought.generation())
                .map(Optional::orElseThrow)
                .map(found ->
                        found.certificateDigest().equals(brought.certificateDigest())
                                ? Kept.BEFORE
                                : Kept.OTHER);
    }
}
