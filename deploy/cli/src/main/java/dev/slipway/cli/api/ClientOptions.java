package dev.slipway.cli.api;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that talks to the services.
public final class ClientOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Configuration (default: $$SLIPWAY_CONFIG, else config.yaml in $$SLIPWAY_HOME).")
    private Optional<Path> config = Optional.empty();

    private @Nullable Services services;

    public Services services() {
        if (services == null) {
            services = Services.of(Settings.read(config.orElseGet(Settings::defaultFile)));
        }
        return services;
    }
}
