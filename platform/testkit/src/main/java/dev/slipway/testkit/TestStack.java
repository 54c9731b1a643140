package dev.slipway.testkit;

import dev.slipway.local.identity.LocalAuthority;
import dev.slipway.local.identity.OrderSigningKey;
import dev.slipway.local.identity.TokenIssuer;
import dev.slipway.local.settings.Wiring;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/// One broker (open, no TLS; pools `default` and `edge`) and one database (not synced to disk) for
/// all tests of this JVM, started on first use and gone with the JVM.
public final class TestStack {

    private TestStack() {}

    /// Starts the shared stack unless it runs.
    ///
    /// @param service planner, executor, cert or status
    /// @return the service's `slipway.*` settings, with an HTTPS port that was free
    public static Map<String, String> settings(String service) {
        return shared(service);
    }

    /// The shared broker's `host:port`; starts the shared stack unless it runs.
    public static String brokerServers() {
        return shared("executor").getOrDefault("slipway.broker.servers", "");
    }

    /// Certificates, the order-signing key and the token issuer that the settings name. Needs no
    /// broker or database.
    public static Wiring.Keys keys() {
        Path folder = TestFolder.current();
        synchronized (TestStack.class) {
            return new Wiring.Keys(
                    LocalAuthority.in(folder.resolve("tls"), Clock.systemUTC()),
                    OrderSigningKey.in(folder.resolve("keys")),
                    TokenIssuer.in(folder.resolve("keys"), Clock.systemUTC()));
        }
    }

    /// Quarkus loads the tests of each application with a class loader of its own, and closes it
    /// with the application. What lives as long as the JVM must come from the loader that does.
    @SuppressWarnings("unchecked") // The method of that name returns exactly this type.
    private static Map<String, String> shared(String service) {
        try {
            Class<?> stack =
                    Class.forName(
                            "dev.slipway.testkit.SharedStack",
                            true,
                            ClassLoader.getSystemClassLoader());
            Method settings = stack.getDeclaredMethod("settings", String.class);
            settings.setAccessible(true);
            return (Map<String, String>) settings.invoke(null, service);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot start the test stack: " + e.getCause(), e);
        }
    }
}
