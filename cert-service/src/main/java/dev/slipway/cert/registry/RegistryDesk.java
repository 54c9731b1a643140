package dev.slipway.cert.registry;

import dev.slipway.cert.authority.AuthorityStore;
import dev.slipway.cert.authority.CertificateAuthority;
import dev.slipway.cert.authority.ClusterSigner;
import dev.slipway.cert.authority.OpenAuthority;
import dev.slipway.cert.credential.CredentialStore;
import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.cert.vault.CryptoWorkers;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.cert.vault.Vault;
import dev.slipway.contracts.event.CertificateEvent.CertificateIssued;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Order;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes what orders for a cluster's own registries name.
@ApplicationScoped
public class RegistryDesk {
    private final ClusterSigner signer;
    private final CertificatePublisher publisher;
    private final CryptoWorkers crypto;
    private final Vault vault;
    private final SecureRandom random = new SecureRandom();

    @Inject
    RegistryDesk(
            ClusterSigner signer,
            CertificatePublisher publisher,
            CryptoWorkers crypto,
            Vault vault) {
        this.signer = signer;
        this.publisher = publisher;
        this.crypto = crypto;
        this.vault = vault;
    }

    /// What one order names; the certificates are of one authority.
    public static final class Wanted {
        private final List<RegistryCertificate> certificates;
        private final List<RegistryUsers> users;

        Wanted(List<RegistryCertificate> certificates, List<RegistryUsers> users) {
            this.certificates = List.copyOf(certificates);
            this.users = List.copyOf(users);
        }

        public Set<MaterialName> names() {
            return Stream.concat(
                            certificates.stream().map(RegistryCertificate::material),
                            users.stream().map(RegistryUsers::material))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /// As far as the cluster has an authority that could sign, and the tenant such credentials.
    public Uni<Wanted> wanted(SqlConnection connection, Order order, Instant now) {
        return certificates(connection, order, now)
                .chain(certificates ->
                        users(connection, order).map(users -> new Wanted(certificates, users)));
    }

    private Uni<List<RegistryCertificate>> certificates(
            SqlConnection connection, Order order, Instant now) {
        List<String> hosts = named(order, Materials::registryServerHost);
        return hosts.isEmpty()
                ? Uni.createFrom().item(List.of())
                : AuthorityStore.find(
                                connection, order.tenant(), order.cluster(), order.generation())
                        .map(found -> certificates(found, hosts, now));
    }

    private List<RegistryCertificate> certificates(
            Optional<OpenAuthority> authority, List<String> hosts, Instant now) {
        return authority.stream()
                .flatMap(a ->
                        hosts.stream().map(host -> RegistryCertificate.of(a, host, now, random)))
                .toList();
    }

    private static Uni<List<RegistryUsers>> users(SqlConnection connection, Order order) {
        var users = new ArrayList<RegistryUsers>();
        Uni<Void> all = Uni.createFrom().voidItem();
        for (String name : named(order, Materials::registryUsersCredential)) {
            all =
                    all.chain(() -> CredentialStore.find(connection, order.tenant(), name))
                            .invoke(found ->
                                    found.flatMap(CredentialStore.SealedCredential::registry)
                                            .ifPresent(login ->
                                                    users.add(new RegistryUsers(name, login))))
                            .replaceWithVoid();
        }
        return all.replaceWith(users);
    }

    private static List<String> named(
            Order order, java.util.function.Function<MaterialName, Optional<String>> part) {
        return order.materials().stream().map(part).flatMap(Optional::stream).sorted().toList();
    }

    /// An event for each certificate, of the caller's transaction: nothing is signed that is not
    /// said.
    public Uni<Void> announce(SqlConnection connection, Wanted wanted, String actor) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (RegistryCertificate certificate : wanted.certificates) {
            all = all.chain(() -> publisher.publish(connection, issued(certificate, actor), actor));
        }
        return all;
    }

    private static CertificateIssued issued(RegistryCertificate certificate, String actor) {
        OpenAuthority authority = certificate.authority();
        return new CertificateIssued(
                authority.tenant(),
                authority.cluster(),
                certificate.subject(),
                certificate.serialText(),
                "registry",
                actor,
                certificate.notAfter(),
                certificate.now());
    }

    /// Makes them. Opens transactions of its own.
    public Uni<Map<MaterialName, byte[]>> issue(TenantId tenant, Wanted wanted) {
        var all = new HashMap<MaterialName, byte[]>();
        return signed(wanted.certificates)
                .invoke(all::putAll)
                .chain(() -> lines(tenant, wanted.users))
                .invoke(all::putAll)
                .replaceWith(all);
    }

    private Uni<Map<MaterialName, byte[]>> signed(List<RegistryCertificate> certificates) {
        return certificates.stream()
                .findFirst()
                .map(first -> signer.sign(first.authority(), ca -> signed(ca, certificates)))
                .orElseGet(() -> Uni.createFrom().item(Map.of()));
    }

    private Map<MaterialName, byte[]> signed(
            CertificateAuthority ca, List<RegistryCertificate> certificates) {
        var signed = new HashMap<MaterialName, byte[]>();
        certificates.forEach(c -> signed.put(c.material(), c.issue(ca, random)));
        return signed;
    }

    private Uni<Map<MaterialName, byte[]>> lines(TenantId tenant, List<RegistryUsers> users) {
        if (users.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        var sealed = new HashMap<SecretName, Sealed>();
        users.forEach(u -> sealed.put(SecretName.ofTenant(tenant, u.kept()), u.login()));
        return vault.unseal(tenant, sealed)
                .chain(logins -> crypto.compute(() -> lines(tenant, users, logins)));
    }

    private Map<MaterialName, byte[]> lines(
            TenantId tenant, List<RegistryUsers> users, Map<SecretName, byte[]> logins) {
        var lines = new HashMap<MaterialName, byte[]>();
        for (RegistryUsers user : users) {
            byte[] login = logins.get(SecretName.ofTenant(tenant, user.kept()));
            lines.put(user.material(), RegistryUsers.line(Objects.requireNonNull(login), random));
        }
        return lines;
    }
}
