package dev.slipway.cert.sshca;

import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.cert.sshca.SshAuthorityKey.State;
import dev.slipway.cert.vault.CryptoWorkers;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.cert.vault.Vault;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.CertificateEvent.CertificateIssued;
import dev.slipway.contracts.event.CertificateEvent.CredentialStored;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;

/// Makes a tenant's SSH authority when it is first needed, rotates its keys and signs with them.
@ApplicationScoped
public class SshAuthorityDesk {
    private static final Logger LOG = Logger.getLogger(SshAuthorityDesk.class);

    /// Under which the keys show in the history of stored credentials.
    private static final String NAME = "ssh-ca";

    private final Transactions transactions;
    private final CryptoWorkers crypto;
    private final Vault vault;
    private final CertificatePublisher publisher;
    private final SshCaConfig config;
    private final SecureRandom random = new SecureRandom();

    @Inject
    SshAuthorityDesk(
            Transactions transactions,
            CryptoWorkers crypto,
            Vault vault,
            CertificatePublisher publisher,
            SshCaConfig config) {
        this.transactions = transactions;
        this.crypto = crypto;
        this.vault = vault;
        this.publisher = publisher;
        this.config = config;
    }

    /// The certificates that an order needs, each an event of the caller's transaction: nothing is
    /// signed that is not said.
    ///
    /// @param credentials the names of those that are certificates
    public Uni<List<UserCertificate>> announce(
            SqlConnection connection,
            Order order,
            Collection<MaterialName> credentials,
            String actor,
            Instant now) {
        List<UserCertificate> certificates =
                credentials.stream().map(name -> certificate(order, name, now)).toList();
        Uni<Void> all = Uni.createFrom().voidItem();
        for (UserCertificate certificate : certificates) {
            var event =
                    new CertificateIssued(
                            order.tenant(),
                            order.cluster(),
                            String.join(",", certificate.principals()),
                            certificate.serialText(),
                            "ssh",
                            actor,
                            certificate.notAfter(),
                            now);
            all = all.chain(() -> publisher.publish(connection, event, actor));
        }
        return all.replaceWith(certificates);
    }

    private UserCertificate certificate(Order order, MaterialName credential, Instant now) {
        return UserCertificate.of(
                order, credential, random.nextLong(Long.MAX_VALUE), config.certificateLife(), now);
    }

    /// Signs the certificates. Opens transactions of its own.
    ///
    /// @return for each credential a `SshCredential.Certified` as JSON
    public Uni<Map<MaterialName, byte[]>> issue(
            TenantId tenant, List<UserCertificate> certificates, String actor) {
        if (certificates.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return keys(tenant, actor)
                .chain(keys -> privateKey(tenant, current(keys)))
                .chain(key -> crypto.compute(() -> issued(key, certificates)));
    }

    private static Map<MaterialName, byte[]> issued(
            byte[] key, List<UserCertificate> certificates) {
        KeyPair authority = SshKey.read(key);
        var issued = new HashMap<MaterialName, byte[]>();
        certificates.forEach(certificate ->
                issued.put(certificate.credential(), Wire.bytes(certificate.issue(authority))));
        return issued;
    }

    private Uni<byte[]> privateKey(TenantId tenant, SshAuthorityKey key) {
        SecretName name = secretName(tenant, key.number());
        return vault.unseal(tenant, Map.of(name, key.sealed()))
                .map(secrets -> Objects.requireNonNull(secrets.get(name)));
    }

    /// The tenant's keys, the newest first; the first is made if there is none.
    Uni<List<SshAuthorityKey>> keys(TenantId tenant, String actor) {
        return find(tenant)
                .chain(keys ->
                        keys.isEmpty()
                                ? make(tenant, 1, State.CURRENT, actor)
                                : Uni.createFrom().item(keys));
    }

    /// Makes the key that will sign next, for hosts to trust before it does. The same one again
    /// until it is used.
    Uni<List<SshAuthorityKey>> prepareNext(TenantId tenant, String actor) {
        return keys(tenant, actor)
                .chain(keys ->
                        keys.getFirst().state() == State.NEXT
                                ? Uni.createFrom().item(keys)
                                : make(tenant, keys.getFirst().number() + 1, State.NEXT, actor));
    }

    /// From now on the next key signs.
    ///
    /// @throws ProblemFailure (in the Uni) 409 if there is none
    Uni<List<SshAuthorityKey>> useNext(TenantId tenant, String actor) {
        return transactions
                .inTenant(tenant, connection -> SshAuthorityStore.useNext(connection, tenant))
                .invoke(used -> requireNext(used, tenant))
                .invoke(() ->
                        LOG.infof(
                                "\"%s\" rotated the SSH authority of tenant \"%s\"", actor, tenant))
                .chain(() -> find(tenant));
    }

    private static void requireNext(boolean used, TenantId tenant) {
        if (!used) {
            throw ProblemFailure.of(
                    ReasonCode.INVALID_REQUEST,
                    409,
                    "the SSH authority of tenant \"%s\" has no next key: make it first (`slipway ssh-ca rotate`), and let hosts trust it"
                            .formatted(tenant));
        }
    }

    private Uni<List<SshAuthorityKey>> find(TenantId tenant) {
        return transactions.inTenant(
                tenant, connection -> SshAuthorityStore.all(connection, tenant));
    }

    private Uni<List<SshAuthorityKey>> make(
            TenantId tenant, int number, State state, String actor) {
        SecretName name = secretName(tenant, number);
        return crypto.compute(SshKey::generate)
                .chain(pair ->
                        vault.seal(tenant, Map.of(name, SshKey.privateText(pair)))
                                .map(sealed ->
                                        new SshAuthorityKey(
                                                number,
                                                state,
                                                SshKey.publicText(pair.getPublic()),
                                                SshKey.fingerprint(pair.getPublic()),
                                                Instant.EPOCH,
                                                Objects.requireNonNull(sealed.get(name)))))
                .chain(key ->
                        transactions.inTenant(
                                tenant, connection -> keep(connection, tenant, key, actor)));
    }

    private Uni<List<SshAuthorityKey>> keep(
            SqlConnection connection, TenantId tenant, SshAuthorityKey key, String actor) {
        return Transactions.now(connection)
                .chain(now ->
                        SshAuthorityStore.keep(connection, tenant, key.madeAt(now), actor)
                                .call(kept ->
                                        kept
                                                ? announce(connection, tenant, actor, now)
                                                : Uni.createFrom().voidItem()))
                .chain(() -> SshAuthorityStore.all(connection, tenant));
    }

    private Uni<Void> announce(
            SqlConnection connection, TenantId tenant, String actor, Instant now) {
        return publisher.publish(connection, new CredentialStored(tenant, NAME, actor, now), actor);
    }

    private static SshAuthorityKey current(List<SshAuthorityKey> keys) {
        return keys.stream().filter(key -> key.state() == State.CURRENT).findFirst().orElseThrow();
    }

    private static SecretName secretName(TenantId tenant, int number) {
        return SecretName.ofTenant(tenant, MaterialName.of("ssh-ca/" + number));
    }
}
