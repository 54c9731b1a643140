package dev.slipway.cert.k0s;

import dev.slipway.cert.authority.OpenAuthority;
import dev.slipway.cert.token.BootstrapToken;
import dev.slipway.cert.token.TokenDesk;
import dev.slipway.cert.token.TokenRole;
import dev.slipway.cert.token.TokenStore.SealedToken;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Order;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What an order wants of one of its run's tokens.
///
/// @param server that the token is for
/// @param authority of the cluster's generation that the order names
/// @param token whose time is not over
/// @param names of the order's materials, those to make of it
public record K0sJoin(
        TokenDesk.Use use,
        URI server,
        OpenAuthority authority,
        SealedToken token,
        Set<MaterialName> names) {
    public K0sJoin {
        names = Set.copyOf(names);
    }

    /// Those of the order's materials that are made of its run's token of that role.
    static Set<MaterialName> names(Order order, TokenRole role) {
        return order.materials().stream()
                .filter(name -> name.equals(word(role)) || name.equals(secret(role)))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// @param content the token, unsealed
    Map<MaterialName, byte[]> materials(byte[] content) {
        var join =
                new K0sJoinToken(
                        use.role(), server, authority.certificate(), BootstrapToken.of(content));
        var materials = new HashMap<MaterialName, byte[]>();
        materials.put(word(use.role()), join.encoded().getBytes(StandardCharsets.US_ASCII));
        materials.put(
                secret(use.role()),
                join.secretManifest(token.validUntil()).getBytes(StandardCharsets.UTF_8));
        materials.keySet().retainAll(names);
        return materials;
    }

    private static MaterialName word(TokenRole role) {
        return switch (role) {
            case NODE -> Materials.K0S_WORKER_TOKEN;
            case CONTROLLER -> Materials.K0S_CONTROLLER_TOKEN;
        };
    }

    private static MaterialName secret(TokenRole role) {
        return switch (role) {
            case NODE -> Materials.K0S_WORKER_SECRET;
            case CONTROLLER -> Materials.K0S_CONTROLLER_SECRET;
        };
    }
}
