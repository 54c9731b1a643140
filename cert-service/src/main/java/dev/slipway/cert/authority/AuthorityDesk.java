package dev.slipway.cert.authority;

import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.cert.vault.CryptoWorkers;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.cert.vault.Vault;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.event.CertificateEvent.AuthorityOpened;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Opens the authority of a cluster's generation: looks, else makes it (outside of any
/// transaction), then keeps the first one that was made. Everybody gets that one.
@ApplicationScoped
class AuthorityDesk {
    private static final Logger LOG = Logger.getLogger(AuthorityDesk.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Transactions transactions;
    private final CryptoWorkers crypto;
    private final Vault vault;
    private final CertificatePublisher publisher;

    @Inject
    AuthorityDesk(
            Transactions transactions,
            CryptoWorkers crypto,
            Vault vault,
            CertificatePublisher publisher) {
        this.transactions = transactions;
        this.crypto = crypto;
        this.vault = vault;
        this.publisher = publisher;
    }

    Uni<OpenAuthority> open(ClusterName cluster, AuthorityRequest request, String actor) {
        return transactions
                .inTenant(request.tenant(), connection -> find(connection, cluster, request))
                .chain(found ->
                        found.map(authority -> Uni.createFrom().item(authority))
                                .orElseGet(() -> make(cluster, request, actor)));
    }

    private static Uni<Optional<OpenAuthority>> find(
            SqlConnection connection, ClusterName cluster, AuthorityRequest request) {
        return AuthorityStore.find(connection, request.tenant(), cluster, request.generation())
                .call(found ->
                        found.isPresent()
                                ? learn(connection, found.get(), request)
                                : Uni.createFrom().voidItem());
    }

    /// Where the API is reached may change from run to run.
    private static Uni<Void> learn(
            SqlConnection connection, OpenAuthority found, AuthorityRequest request) {
        Uni<Void> endpoint =
                request.endpoint()
                        .map(e -> AuthorityStore.learnEndpoint(connection, found, e))
                        .orElseGet(() -> Uni.createFrom().voidItem());
        return endpoint.chain(() ->
                request.k0s()
                        .map(servers -> AuthorityStore.learnServers(connection, found, servers))
                        .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    private Uni<OpenAuthority> make(ClusterName cluster, AuthorityRequest request, String actor) {
        return crypto.compute(() -> create(request))
                .chain(made ->
                        vault.seal(request.tenant(), named(cluster, request, made.files()))
                                .chain(sealed ->
                                        keep(described(cluster, request, made), sealed, actor)));
    }

    private static ClusterAuthority create(AuthorityRequest request) {
        return ClusterAuthority.create(
                request.algorithm(), request.authorityLife(), Instant.now(), RANDOM);
    }

    private Uni<OpenAuthority> keep(
            OpenAuthority made, Map<SecretName, Sealed> sealed, String actor) {
        return transactions.inTenant(
                made.tenant(),
                connection ->
                        AuthorityStore.keep(connection, made)
                                .chain(kept ->
                                        kept
                                                ? keepAll(connection, made, sealed, actor)
                                                : winner(connection, made)));
    }

    private Uni<OpenAuthority> keepAll(
            SqlConnection connection,
            OpenAuthority made,
            Map<SecretName, Sealed> sealed,
            String actor) {
        return AuthorityStore.keepFiles(connection, made, sealed)
                .chain(() -> Transactions.now(connection))
                .chain(now -> publisher.publish(connection, opened(made, now), actor))
                .invoke(() ->
                        LOG.infof(
                                "opened the authority of cluster \"%s\" of tenant \"%s\", generation %d (%s, %s, until %s)",
                                made.cluster(),
                                made.tenant(),
                                made.generation(),
                                made.keyAlgorithm().wireName(),
                                made.pin(),
                                made.notAfter()))
                .replaceWith(made);
    }

    private static Uni<OpenAuthority> winner(SqlConnection connection, OpenAuthority made) {
        return AuthorityStore.find(connection, made.tenant(), made.cluster(), made.generation())
                .map(Optional::orElseThrow);
    }

    private static AuthorityOpened opened(OpenAuthority made, Instant at) {
        return new AuthorityOpened(
                made.tenant(),
                made.cluster(),
                made.generation(),
                made.pin(),
                made.keyAlgorithm().wireName(),
                made.notAfter(),
                at);
    }

    private static OpenAuthority described(
            ClusterName cluster, AuthorityRequest request, ClusterAuthority made) {
        return new OpenAuthority(
                request.tenant(),
                cluster,
                request.generation(),
                made.pin(),
                made.certificateDigest(),
                new String(
                        made.files().get(Materials.authority("ca.crt")), StandardCharsets.US_ASCII),
                request.algorithm(),
                request.leafLife(),
                made.notAfter(),
                request.adminGroup(),
                request.endpoint(),
                request.k0s());
    }

    private static Map<SecretName, byte[]> named(
            ClusterName cluster, AuthorityRequest request, Map<MaterialName, byte[]> files) {
        var named = new HashMap<SecretName, byte[]>();
        files.forEach((name, content) ->
                named.put(
                        SecretName.ofCluster(request.tenant(), cluster, request.generation(), name),
                        content));
        return named;
    }
}
