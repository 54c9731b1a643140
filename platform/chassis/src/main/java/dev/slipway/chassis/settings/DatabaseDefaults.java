package dev.slipway.chassis.settings;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.PropertiesConfigSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.List;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSourceProvider;

/// Brings the database's defaults (`slipway-database.properties`) into play in a service that has
/// the database's extensions among its dependencies, and in no other: the executor has no database.
@StaticInitSafe
public final class DatabaseDefaults implements ConfigSourceProvider {
    // That of META-INF/microprofile-config.properties: a service's own settings win.
    private static final int ORDINAL = 100;

    @Override
    public Iterable<ConfigSource> getConfigSources(ClassLoader loader) {
        URL defaults = loader.getResource("slipway-database.properties");
        if (defaults == null || loader.getResource("io/vertx/pgclient/PgPool.class") == null) {
            return List.of();
        }
        try {
            return List.of(new PropertiesConfigSource(defaults, ORDINAL));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + defaults + "\"", e);
        }
    }
}
