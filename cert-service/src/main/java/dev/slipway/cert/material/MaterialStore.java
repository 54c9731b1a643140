package dev.slipway.cert.material;

import dev.slipway.cert.authority.AuthorityStore;
import dev.slipway.cert.credential.CredentialStore;
import dev.slipway.cert.token.TokenDesk;
import dev.slipway.cert.token.TokenRole;
import dev.slipway.cert.token.TokenStore;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.chassis.database.Pipeline;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Order;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds the sealed bytes of what an order names; whose they are is the order's word alone.
final class MaterialStore {
    private static final String CREDENTIAL = "credential/";
    private static final String SUDO_PASSWORD = "sudo-password/";
    private static final String REGISTRY = "registry/";

    private MaterialStore() {}

    /// @return what exists of the order's materials; a token that is not valid any more does not
    static Uni<Map<SecretName, Sealed>> sealed(SqlConnection connection, Order order, Instant now) {
        var found = new HashMap<SecretName, Sealed>();
        var all = new ArrayList<Uni<Void>>();
        all.add(addFiles(connection, order, found));
        if (order.materials().contains(Materials.BOOTSTRAP_TOKEN)) {
            all.add(addToken(connection, order, now, found));
        }
        for (String name : credentials(order)) {
            all.add(addCredential(connection, order, name, found));
        }
        return Pipeline.all(all).replaceWith(found);
    }

    /// @return those of the order's credentials in whose place a certificate is issued
    static Uni<List<MaterialName>> certificates(SqlConnection connection, Order order) {
        return CredentialStore.certificates(connection, order.tenant(), credentials(order))
                .map(names ->
                        names.stream()
                                .map(Materials::credential)
                                .filter(order.materials()::contains)
                                .toList());
    }

    private static Uni<Void> addFiles(
            SqlConnection connection, Order order, Map<SecretName, Sealed> found) {
        return AuthorityStore.sealedFiles(
                        connection,
                        order.tenant(),
                        order.cluster(),
                        order.generation(),
                        order.materials())
                .invoke(found::putAll)
                .replaceWithVoid();
    }

    private static Uni<Void> addToken(
            SqlConnection connection, Order order, Instant now, Map<SecretName, Sealed> found) {
        var use = TokenDesk.Use.of(order, TokenRole.NODE);
        return TokenStore.find(connection, use)
                .invoke(token ->
                        token.filter(t -> t.validUntil().isAfter(now))
                                .ifPresent(t -> found.put(use.secretName(), t.sealed())))
                .replaceWithVoid();
    }

    private static Uni<Void> addCredential(
            SqlConnection connection, Order order, String name, Map<SecretName, Sealed> found) {
        return CredentialStore.find(connection, order.tenant(), name)
                .invoke(credential ->
                        credential.ifPresent(c -> {
                            add(order, Materials.credential(name), c.ssh(), found);
                            add(order, Materials.sudoPassword(name), c.sudoPassword(), found);
                            add(order, Materials.registryLogin(name), c.registry(), found);
                        }))
                .replaceWithVoid();
    }

    private static void add(
            Order order,
            MaterialName material,
            Optional<Sealed> sealed,
            Map<SecretName, Sealed> found) {
        if (order.materials().contains(material)) {
            sealed.ifPresent(s -> found.put(SecretName.ofTenant(order.tenant(), material), s));
        }
    }

    private static Set<String> credentials(Order order) {
        return order.materials().stream()
                .map(MaterialName::value)
                .filter(name ->
                        Stream.of(CREDENTIAL, SUDO_PASSWORD, REGISTRY).anyMatch(name::startsWith))
                .map(name -> name.substring(name.indexOf('/') + 1))
                .collect(Collectors.toSet());
    }
}
