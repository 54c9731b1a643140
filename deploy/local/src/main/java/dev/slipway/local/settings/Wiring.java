package dev.slipway.local.settings;

import dev.slipway.local.database.PostgresServer;
import dev.slipway.local.identity.LocalAuthority;
import dev.slipway.local.identity.OrderSigningKey;
import dev.slipway.local.identity.TokenIssuer;
import java.nio.file.Path;
import java.util.Map;

/// What the services share and must agree on.
///
/// @param home the stack's folder; each service keeps its own files in a folder of its name there
/// @param broker where the broker is and whether it wants TLS
/// @param database the server with the services' databases
/// @param keys certificates, order-signing key, token issuer
/// @param ports HTTPS port by service
/// @param installation names this installation on hosts: a UUID
public record Wiring(
        Path home,
        Broker broker,
        PostgresServer database,
        Keys keys,
        Map<String, Integer> ports,
        String installation) {

    /// @param servers `host:port`
    /// @param protocol `SSL` or `PLAINTEXT`
    public record Broker(String servers, String protocol) {}

    /// @param authority issues the services' certificates
    /// @param orders the planner's key pair
    /// @param tokens issues the users' tokens
    public record Keys(LocalAuthority authority, OrderSigningKey orders, TokenIssuer tokens) {}

    public Wiring {
        ports = Map.copyOf(ports);
    }

    String url(String service) {
        return "https://127.0.0.1:" + port(service);
    }

    int port(String service) {
        Integer port = ports.get(service);
        if (port == null) {
            throw new IllegalArgumentException(
                    "no port for service \"" + service + "\": known are " + ports.keySet());
        }
        return port;
    }
}
