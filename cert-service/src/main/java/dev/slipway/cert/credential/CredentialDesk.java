package dev.slipway.cert.credential;

import dev.slipway.cert.credential.CredentialStore.Entry;
import dev.slipway.cert.credential.CredentialStore.SealedCredential;
import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.cert.vault.CryptoWorkers;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.cert.vault.Vault;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.problem.Problem;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.CertificateEvent.CredentialDeleted;
import dev.slipway.contracts.event.CertificateEvent.CredentialStored;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Takes credentials in: checked, sealed, stored, announced.
@ApplicationScoped
class CredentialDesk {
    private final Transactions transactions;
    private final CryptoWorkers crypto;
    private final Vault vault;
    private final CertificatePublisher publisher;

    @Inject
    CredentialDesk(
            Transactions transactions,
            CryptoWorkers crypto,
            Vault vault,
            CertificatePublisher publisher) {
        this.transactions = transactions;
        this.crypto = crypto;
        this.vault = vault;
        this.publisher = publisher;
    }

    /// Replaces the whole credential of that name.
    Uni<Void> store(TenantId tenant, String name, CredentialRequest request, String actor) {
        return crypto.compute(() -> problems(request))
                .invoke(problems -> requireNone(name, problems))
                .chain(() -> vault.seal(tenant, secrets(tenant, name, request)))
                .map(sealed -> new Entry(name, kind(request), sealed(tenant, name, sealed)))
                .chain(entry ->
                        transactions.inTenant(
                                tenant, connection -> keep(connection, tenant, entry, actor)));
    }

    /// @return whether there was one of that name; it is an event only then
    Uni<Boolean> delete(TenantId tenant, String name, String actor) {
        return transactions.inTenant(
                tenant,
                connection ->
                        CredentialStore.remove(connection, tenant, name)
                                .call(removed ->
                                        removed
                                                ? noteDeleted(connection, tenant, name, actor)
                                                : Uni.createFrom().voidItem()));
    }

    private Uni<Void> noteDeleted(
            SqlConnection connection, TenantId tenant, String name, String actor) {
        return Transactions.now(connection)
                .map(now -> new CredentialDeleted(tenant, name, actor, now))
                .chain(event -> publisher.publish(connection, event, actor));
    }

    private static SecretName sshName(TenantId tenant, String name) {
        return SecretName.ofTenant(tenant, Materials.credential(name));
    }

    private static SecretName registryName(TenantId tenant, String name) {
        return SecretName.ofTenant(tenant, Materials.registryLogin(name));
    }

    private static SecretName sudoName(TenantId tenant, String name) {
        return SecretName.ofTenant(tenant, Materials.sudoPassword(name));
    }

    private static List<Problem.Finding> problems(CredentialRequest request) {
        if (request.ssh().isPresent() == request.registry().isPresent()) {
            return List.of(
                    Problem.Finding.at(
                            "ssh",
                            request.ssh().isPresent()
                                    ? "ssh and registry are two credentials: send each under a name of its own"
                                    : "ssh is missing, or registry: say what it opens"));
        }
        Optional<Problem.Finding> opens =
                request.ssh()
                        .flatMap(CredentialCheck::problem)
                        .map(message -> Problem.Finding.at("ssh", message))
                        .or(() ->
                                request.registry()
                                        .flatMap(RegistryLogin::problem)
                                        .map(message -> Problem.Finding.at("registry", message)));
        Optional<Problem.Finding> sudo =
                request.sudoPassword()
                        .flatMap(text ->
                                request.registry().isPresent()
                                        ? Optional.of("sudoPassword goes with ssh only")
                                        : CredentialCheck.passwordProblem("sudoPassword", text))
                        .map(message -> Problem.Finding.at("sudoPassword", message));
        return Stream.concat(opens.stream(), sudo.stream()).toList();
    }

    private static void requireNone(String name, List<Problem.Finding> problems) {
        if (!problems.isEmpty()) {
            throw new ProblemFailure(
                    Problem.of(
                                    ReasonCode.INVALID_REQUEST,
                                    400,
                                    "credential \"%s\" was not stored: %s"
                                            .formatted(name, problems.getFirst().message()))
                            .withProblems(problems));
        }
    }

    private static Map<SecretName, byte[]> secrets(
            TenantId tenant, String name, CredentialRequest request) {
        var secrets = new HashMap<SecretName, byte[]>();
        request.ssh().ifPresent(ssh -> secrets.put(sshName(tenant, name), Wire.bytes(ssh)));
        request.registry()
                .ifPresent(login -> secrets.put(registryName(tenant, name), login.basic()));
        request.sudoPassword()
                .ifPresent(text ->
                        secrets.put(sudoName(tenant, name), text.getBytes(StandardCharsets.UTF_8)));
        return secrets;
    }

    private static SealedCredential sealed(
            TenantId tenant, String name, Map<SecretName, Sealed> sealed) {
        return new SealedCredential(
                Optional.ofNullable(sealed.get(sshName(tenant, name))),
                Optional.ofNullable(sealed.get(sudoName(tenant, name))),
                Optional.ofNullable(sealed.get(registryName(tenant, name))));
    }

    private static String kind(CredentialRequest request) {
        return request.ssh().map(CredentialDesk::kind).orElse("registry");
    }

    private static String kind(SshCredential ssh) {
        return switch (ssh) {
            case SshCredential.Key _ -> "key";
            case SshCredential.Password _ -> "password";
            case SshCredential.Certificate _ -> CredentialStore.CERTIFICATE;
            case SshCredential.Certified _ ->
                    throw new IllegalStateException("a certified credential is never stored");
        };
    }

    private Uni<Void> keep(SqlConnection connection, TenantId tenant, Entry entry, String actor) {
        return Transactions.now(connection)
                .call(now -> CredentialStore.keep(connection, tenant, entry, actor, now))
                .map(now -> new CredentialStored(tenant, entry.name(), actor, now))
                .chain(event -> publisher.publish(connection, event, actor));
    }
}
