package dev.slipway.local.settings;

import dev.slipway.local.database.DatabaseRole;
import dev.slipway.local.identity.ServiceIdentity;
import dev.slipway.local.identity.TlsFiles;
import dev.slipway.local.identity.TokenIssuer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Turns the wiring into one service's settings. The result holds passwords.
public final class ServiceSettings {

    /// The four services, in the order they are shown.
    public static final List<String> SERVICES = List.of("planner", "executor", "cert", "status");

    /// Those of them that have a database.
    public static final List<String> WITH_DATABASE = List.of("planner", "cert", "status");

    /// Loopback addresses that hosts may have: where simulated hosts are, apart from 127.0.0.1,
    /// where the stack itself is.
    private static final String SIMULATED_HOSTS = "127.64.0.0/10";

    /// The pool of the local stack's executors.
    public static final String POOL = "default";

    private static final String EXECUTOR = "executor";

    private final Wiring wiring;
    private final Map<String, String> settings = new TreeMap<>();

    private ServiceSettings(Wiring wiring) {
        this.wiring = wiring;
    }

    /// The parts that run the services: one each, and the executors after the first as
    /// `executor-2`, `executor-3`, …
    ///
    /// @param executors how many of the pool there are, from 1
    public static List<String> parts(int executors) {
        return SERVICES.stream()
                .flatMap(service ->
                        IntStream.rangeClosed(1, service.equals(EXECUTOR) ? executors : 1)
                                .mapToObj(number -> number == 1 ? service : service + "-" + number))
                .toList();
    }

    /// The service that a part runs.
    public static String service(String part) {
        return part.startsWith(EXECUTOR + "-") ? EXECUTOR : part;
    }

    /// All `slipway.*` settings of the service that the part runs.
    public static Map<String, String> of(String part, Wiring wiring) {
        ServiceSettings settings = new ServiceSettings(wiring);
        settings.common(part);
        switch (service(part)) {
            case "planner" -> settings.planner();
            case EXECUTOR -> settings.executor(part);
            case "cert" -> settings.cert();
            case "status" -> settings.withDatabase("status");
            default ->
                    throw new IllegalArgumentException(
                            "no service \"" + part + "\": known are " + SERVICES);
        }
        return Map.copyOf(settings.settings);
    }

    /// The identity of the service that the part runs; executors of one pool share theirs.
    public static ServiceIdentity identity(String part) {
        return service(part).equals(EXECUTOR)
                ? ServiceIdentity.executor(POOL)
                : ServiceIdentity.of(part);
    }

    private void common(String part) {
        TlsFiles tls = wiring.keys().authority().identity(identity(part));
        put("slipway.home", wiring.home());
        put("slipway.http.host", "127.0.0.1");
        put("slipway.http.port", wiring.port(part));
        put("slipway.tls.certificate", tls.certificate());
        put("slipway.tls.key", tls.key());
        put("slipway.tls.bundle", tls.bundle());
        put("slipway.tls.ca", tls.authority());
        put("slipway.broker.servers", wiring.broker().servers());
        put("slipway.broker.protocol", wiring.broker().protocol());
    }

    private void planner() {
        withDatabase("planner");
        put("slipway.orders.signing-key", wiring.keys().orders().signing());
        put("slipway.cert-service.url", wiring.url("cert"));
        put("slipway.installation", wiring.installation());
        put("slipway.hosts.allowed-networks", SIMULATED_HOSTS);
    }

    private void executor(String part) {
        put("slipway.orders.verifying-keys", wiring.keys().orders().verifying());
        put("slipway.cert-service.url", wiring.url("cert"));
        put("slipway.planner.url", wiring.url("planner"));
        put("slipway.executor.pool", POOL);
        put("slipway.executor.name", part.replaceFirst(EXECUTOR, "local"));
    }

    private void cert() {
        withDatabase("cert");
        put("slipway.orders.verifying-keys", wiring.keys().orders().verifying());
        put("slipway.vault.key-file", wiring.home().resolve("cert").resolve("key-encryption.json"));
        put("slipway.vault.create-key-file", true);
    }

    private void withDatabase(String service) {
        put("slipway.tokens.public-key", wiring.keys().tokens().publicKey());
        put("slipway.tokens.issuer", TokenIssuer.ISSUER);
        put("slipway.database.host", "127.0.0.1");
        put("slipway.database.port", wiring.database().port());
        put("slipway.database.name", service);
        for (DatabaseRole role : DatabaseRole.values()) {
            String prefix = "slipway.database." + role.name().toLowerCase(Locale.ROOT);
            put(prefix + ".username", role.of(service));
            put(prefix + ".password", wiring.database().password(service, role));
        }
    }

    private void put(String key, Object value) {
        settings.put(key, value.toString());
    }
}
